/** Where a credential's state can be read, as the credential says it (Bitstring Status List). */

import { Refused } from "../errors.js";
import { parseCount } from "./encoding.js";
import { isMembers } from "./json.js";

export const BITS_MIN = 131_072;
const INDEX_MAX = 2 ** 27 - 1;

/** The status lists that `credentialStatus` names, as `{list, index, purpose}`. */
export function readEntries(value) {
  const named = Array.isArray(value) ? value : (value ?? null) === null ? [] : [value];
  if (!named.every(isMembers)) unreadable();
  return named.filter(({ type }) => type === "BitstringStatusListEntry").map(entry);
}

function entry({ statusListCredential: list, statusPurpose: purpose, statusListIndex }) {
  // W3C writes the index as text, UNTP 0.7.0 as a number; each has one spelling.
  const index =
    typeof statusListIndex === "string" ? parseCount(statusListIndex) : statusListIndex;
  const whole = typeof index === "number" || typeof index === "bigint";
  if (typeof list !== "string" || typeof purpose !== "string" || !whole) unreadable();
  if (!(index >= 0 && index <= INDEX_MAX)) {
    throw new Refused("status_beyond", { place: String(index), bits: INDEX_MAX + 1 });
  }
  return { list, index, purpose };
}

function unreadable() {
  throw new Refused("status_unreadable", { what: "credentialStatus" });
}
