/**
 * Judges for the page that stands alone: a bag's evidence, or code after code against a lot file.
 *
 * Asked with `{bundle, trust, at}` (bytes, bytes, milliseconds) it answers `{verdict, rules}`. Asked
 * with `{lot, trust, code, at}` it keeps that lot file, so that the next codes are asked with
 * `{code, at}`, and answers `{verdict, lot, rules}`.
 */

import { readTrust } from "../verifier/proof/trust.js";
import { verifyBytes } from "../verifier/proof/verify.js";
import { answer } from "./answering.js";
import { judgeInLot, keepLot } from "./offline.js";

let kept;

answer(async ({ bundle, lot, trust, code, at }) => {
  if (lot) kept = await keepLot(lot, trust);
  if (code !== undefined) return judgeInLot(kept, code, at);
  return { verdict: await verifyBytes(bundle, readTrust(trust), at) };
});
