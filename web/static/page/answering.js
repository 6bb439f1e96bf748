/** What every judge does that works apart from a page: it has the rules, and never throws. */

import rules from "../../../ledger/proof/rules.json" with { type: "json" };
import { Refused } from "../verifier/errors.js";
import { useRules } from "../verifier/proof/rules.js";

useRules(rules);

/**
 * Answer each question with what work makes of it and the rules: their codes, tones and order.
 *
 * Where this device cannot tell the answer is `{unable}`, which says neither good nor bad.
 */
export function answer(work) {
  self.onmessage = async ({ data }) => self.postMessage(await answered(() => work(data)));
}

async function answered(work) {
  try {
    return { ...(await work()), rules };
  } catch (error) {
    // Whatever else is thrown is ours, and a fault of ours is no verdict.
    return { unable: error instanceof Refused ? error.code : String(error.message) };
  }
}
