/** Acts as statements spell them: the other half of the verifier's `acts.js`. */

import { Refused } from "../../verifier/errors.js";
import { utf8 } from "../../verifier/log/encoding.js";
import { isMembers, writeJson } from "../../verifier/log/json.js";
import { readAct } from "../../verifier/rice/acts.js";

/**
 * The canonical payload of an act with these members; `act` says which. What the reader of acts
 * would not read is refused, a member among it that says what its absence would.
 */
export function writeAct(fields) {
  const payload = writeJson(plain(fields));
  readAct(utf8(payload));
  return payload;
}

/** A value as JSON has it; what JSON has no room for is refused, not left out. */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain);
  if (isMembers(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
  }
  const isPlain = value === null || ["string", "boolean"].includes(typeof value);
  return isPlain || Number.isSafeInteger(value) ? value : refuse(`${value}`);
}

function refuse(what) {
  throw new Refused("malformed", { what });
}
