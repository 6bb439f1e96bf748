/** The signed tree head (c2sp.org/tlog-checkpoint), and what witnesses add to it. */

import { Refused } from "../errors.js";
import { decodeBase64, parseCount, sameBytes } from "./encoding.js";
import { EMPTY_ROOT, HASH_LENGTH } from "./merkle.js";
import {
  COSIGNATURE,
  ED25519,
  cosignatureTimeS,
  findSignatures,
  openNote,
  parseNote,
} from "./note.js";

/** What a checkpoint's text says: `{origin, size, root}`. */
export function parseCheckpoint(text) {
  const [origin, size, root, ...rest] = text.split("\n");
  if (rest.length !== 1 || rest[0] || !origin) malformed();
  const checkpoint = { origin, size: parseCount(size), root: decodeBase64(root) };
  return checkpoint.root.length === HASH_LENGTH ? checkpoint : malformed();
}

/** A checkpoint that one of `logs` has signed for its own origin, after which its key is named. */
export async function openCheckpoint(signed, logs) {
  const { text, signed_by } = await openNote(
    signed,
    logs.filter((key) => key.type === ED25519),
  );
  const checkpoint = parseCheckpoint(text);
  if (!signed_by.some(([key]) => key.name === checkpoint.origin)) {
    throw new Refused("note_not_signed");
  }
  if (checkpoint.size === 0 && !sameBytes(checkpoint.root, EMPTY_ROOT)) {
    throw new Refused("proof_refused", { what: "an empty tree with another root" });
  }
  return checkpoint;
}

/** Which of `witnesses` have cosigned, each with its latest time; a bad line by one rejects. */
export async function openCosignatures(signed, witnesses) {
  const { signed_by } = await findSignatures(
    parseNote(signed),
    witnesses.filter((key) => key.type === COSIGNATURE),
  );
  const times = new Map();
  for (const [key, line] of signed_by) {
    const time = cosignatureTimeS(line.signature);
    if (!(times.get(key) >= time)) times.set(key, time);
  }
  return times;
}

function malformed() {
  throw new Refused("malformed", { what: "checkpoint" });
}
