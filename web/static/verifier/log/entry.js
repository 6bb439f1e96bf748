/** The leaf: a statement's place in the log, as text with one spelling. */

import { encodeBase64, formatTime, utf8 } from "./encoding.js";
import * as merkle from "./merkle.js";

/** What entry 0 has in place of the hash of an entry before it. */
export const NO_ENTRY = new Uint8Array(32);

/** The bytes of `{origin, index, previous, recorded_at, kind, statement_digest}`. */
export function formatEntry(entry) {
  return utf8(
    "rice-ledger/entry@v1\n" +
      `origin ${entry.origin}\n` +
      `index ${entry.index}\n` +
      `previous ${encodeBase64(entry.previous)}\n` +
      `recorded ${formatTime(entry.recorded_at)}\n` +
      `kind ${entry.kind}\n` +
      `statement ${encodeBase64(entry.statement_digest)}\n`,
  );
}

/** The hash that names an entry in the chain and in the tree. */
export function leafHash(entry) {
  return merkle.leafHash(formatEntry(entry));
}
