/** Where a credential's state can be read: what `credentialStatus` names. */

import { Refused } from "../errors.js";
import { parseCount } from "./encoding.js";

const INDEX_MAX = 2 ** 27 - 1;
/** A list is never shorter, so that one bit says little about whose it is. */
export const BITS_MIN = 131_072;

/** The status lists that a `credentialStatus` names: none, one object, or several. */
export function readEntries(value) {
  const named = Array.isArray(value) ? value : value === null ? [] : [value];
  const isObject = (one) => Object.getPrototypeOf(one ?? 0) === null && !Array.isArray(one);
  if (!named.every(isObject)) refuse();
  // Entries of another type are other people's ways of saying it, and left alone.
  return named.filter(({ type }) => type === "BitstringStatusListEntry").map(entry);
}

function entry({ statusListCredential: list, statusPurpose: purpose, statusListIndex: stated }) {
  // W3C writes the index as text, UNTP 0.7.0 as a number; each has one spelling.
  const index = typeof stated === "string" ? parseCount(stated) : stated;
  if (typeof list !== "string" || typeof purpose !== "string") refuse();
  if (!Number.isInteger(index)) refuse();
  if (index < 0 || index > INDEX_MAX) throw new Refused("status_beyond", { place: `${index}` });
  return { list, index, purpose };
}

function refuse() {
  throw new Refused("status_unreadable", { what: "credentialStatus" });
}
