/** The Merkle tree of RFC 6962 section 2.1, as far as checking that an entry is in it. */

import { Refused } from "../errors.js";
import { joinBytes, sameBytes } from "./encoding.js";
import { sha256 } from "./sha256.js";

export const HASH_LENGTH = 32;
export const EMPTY_ROOT = sha256(new Uint8Array());
const LEAF_MARK = Uint8Array.of(0);
const NODE_MARK = Uint8Array.of(1);

export function leafHash(entry) {
  return sha256(joinBytes(LEAF_MARK, entry));
}

export function nodeHash(left, right) {
  return sha256(joinBytes(NODE_MARK, left, right));
}

/** Refuse unless the tree of that root and size has `leaf` at `index` (RFC 9162 2.1.3.2). */
export function checkInclusion(root, size, index, leaf, path) {
  const whole = [leaf, ...path].every((hash) => hash.length === HASH_LENGTH);
  if (!(index >= 0 && index < size) || !whole) refuse();
  // A size may be beyond the numbers that are exact.
  let [fn, sn, node] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const sibling of path) {
    if (sn === 0n) refuse();
    if (fn & 1n || fn === sn) {
      node = nodeHash(sibling, node);
      while (!(fn & 1n) && fn) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      node = nodeHash(node, sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  if (sn !== 0n || !sameBytes(node, root)) refuse();
}

function refuse() {
  throw new Refused("proof_refused", { what: "inclusion" });
}
