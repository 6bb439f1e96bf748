/**
 * Judges away from the page, so that nothing that was sent to be judged can hold the page up.
 *
 * Asked with `{bundle or packed, trust, at}` (bytes, bytes, milliseconds) it answers
 * `{verdict, rules}`, the rules with their words. Asked with `{lot, trust, code, at}` it keeps that
 * lot file, so that the next codes are asked with `{code, at}`, and answers `{verdict, lot, rules}`.
 * Where this device cannot tell it answers `{unable}`, which says neither good nor bad.
 */

import rules from "../../../ledger/proof/rules.json" with { type: "json" };
import { Refused } from "../verifier/errors.js";
import { useRules } from "../verifier/proof/rules.js";
import { unpack } from "../verifier/proof/transport.js";
import { readTrust } from "../verifier/proof/trust.js";
import { verifyBytes } from "../verifier/proof/verify.js";
import { judgeInLot, keepLot } from "./offline.js";

useRules(rules);

let kept;

async function judge({ bundle, packed, lot, trust, code, at }) {
  try {
    if (lot) kept = await keepLot(lot, trust);
    if (code !== undefined) return { ...(await judgeInLot(kept, code, at)), rules };
    const data = packed ? unpack(packed) : bundle;
    return { verdict: await verifyBytes(data, readTrust(trust), at), rules };
  } catch (error) {
    // Whatever else is thrown is ours, and a fault of ours is no verdict.
    return { unable: error instanceof Refused ? error.code : String(error.message) };
  }
}

self.onmessage = async ({ data }) => self.postMessage(await judge(data));
