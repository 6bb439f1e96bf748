/**
 * Judges a bag away from its page, so that nothing that was sent to be judged can hold the page up.
 *
 * Asked with `{bundle or packed, trust, at}` (bytes, bytes, milliseconds) it answers
 * `{verdict, rules}`.
 */

import { open } from "../verifier/proof/transport.js";
import { readTrust } from "../verifier/proof/trust.js";
import { verifyBytes, verifyOpened } from "../verifier/proof/verify.js";
import { answer } from "./answering.js";

answer(async ({ bundle, packed, trust, at }) => {
  const trusted = readTrust(trust);
  const verdict = packed
    ? await verifyOpened(open(packed), trusted, at)
    : await verifyBytes(bundle, trusted, at);
  return { verdict };
});
