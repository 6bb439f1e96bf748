/** The Merkle tree of RFC 6962 section 2.1, as far as checking that an entry is in it. */

import { Refused } from "../errors.js";
import { joinBytes, sameBytes } from "./encoding.js";
import { sha256 } from "./sha256.js";

export const HASH_LENGTH = 32;
export const EMPTY_ROOT = sha256(new Uint8Array());
const LEAF_MARK = Uint8Array.of(0);
const NODE = new Uint8Array(1 + 2 * HASH_LENGTH).fill(1, 0, 1);

export function leafHash(entry) {
  return sha256(joinBytes(LEAF_MARK, entry));
}

export function nodeHash(left, right) {
  NODE.set(left, 1);
  NODE.set(right, 1 + HASH_LENGTH);
  return sha256(NODE);
}

/** Refuse unless the tree of that root and size has `leaf` at `index` (RFC 9162 2.1.3.2). */
export function checkInclusion(root, size, index, leaf, path) {
  const whole = [leaf, ...path].every((hash) => hash.length === HASH_LENGTH);
  if (!(index >= 0 && index < size) || !whole) refuse();
  // A size may be beyond the numbers that are exact.
  const of = typeof size === "bigint" ? BigInt : Number;
  const [zero, one, two] = [of(0), of(1), of(2)];
  const half = (number) => (number - (number % two)) / two;
  let fn = of(index);
  let sn = size - one;
  let node = leaf;
  for (const sibling of path) {
    if (sn === zero) refuse();
    if (fn % two || fn === sn) {
      node = nodeHash(sibling, node);
      for (; fn && !(fn % two); fn = half(fn)) sn = half(sn);
    } else {
      node = nodeHash(node, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  if (sn !== zero || !sameBytes(node, root)) refuse();
}

function refuse() {
  throw new Refused("proof_refused", { what: "inclusion" });
}
