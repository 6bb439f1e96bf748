/** What is said of the keys of this device where none of them may sign. */

import { dayOf, say } from "./say.js";

/** Why none of these keys may sign, in words. */
export function whyNot(held) {
  const [best] = held;
  if (!best) return say("no_key.none");
  return say(`no_key.${best.stands}`, { kid: best.key.kid.slice(0, 8), day: dayOf(best.key.not_after ?? "") });
}
