/** Signed notes and the keys that sign them (c2sp.org/signed-note), cosignatures among them. */

import { Refused } from "../errors.js";
import { decodeBase64, exact, hex, joinBytes, utf8 } from "./encoding.js";
import { admitKey, ed25519Jwk } from "./keys.js";
import { sha256 } from "./sha256.js";

export const ED25519 = 1;
export const COSIGNATURE = 4;

const NOTE_LENGTH_MAX = 1_000_000;
const SIGNATURES_MAX = 100;
const MARK = "— ";
const KEY_ID_LENGTH = 4;
const TIME_LENGTH = 8;
const LONE = /[\ud800-\udfff]/u;
/** Controls, a plus, and whatever Python takes for a space. */
const UNNAMED = /[\x00-\x20+\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

export function isKeyName(text) {
  return text !== "" && !UNNAMED.test(text) && !LONE.test(text);
}

/**
 * The key that a verifier key spells: `{name, type, raw, id, public}`. Of a type not spoken here
 * `public` is null, and it never verifies.
 */
export function parseVkey(text) {
  const [name, id, ...rest] = text.split("+");
  const data = decodeBase64(rest.join("+"));
  if (!isKeyName(name) || data.length < 2) malformed("verifier key");
  const [type] = data;
  const raw = data.subarray(1);
  const spoken = type === ED25519 || type === COSIGNATURE;
  const key = {
    name,
    type,
    raw,
    id: sha256(joinBytes(utf8(`${name}\n`), data)).subarray(0, KEY_ID_LENGTH),
    public: spoken ? admitKey(ed25519Jwk(raw)) : null,
  };
  if (id !== hex(key.id)) malformed("verifier key");
  return key;
}

/** A note as `{text, signatures: [{name, key_id, signature}]}`, nothing of it verified. */
export function parseNote(note) {
  if (note.length > NOTE_LENGTH_MAX && [...note].length > NOTE_LENGTH_MAX) {
    throw new Refused("oversized", { length: [...note].length, limit: NOTE_LENGTH_MAX });
  }
  if (/[\x00-\x09\x0b-\x1f]/.test(note) || LONE.test(note)) malformed("note with odd characters");
  // The text may have empty lines; the last one ends it.
  const gap = note.lastIndexOf("\n\n");
  const tail = note.slice(gap + 2);
  if (gap < 0 || !tail.endsWith("\n")) malformed("note without signatures");
  const lines = tail.slice(0, -1).split("\n");
  if (lines.length > SIGNATURES_MAX) malformed("note with too many signatures");
  return { text: note.slice(0, gap + 1), signatures: lines.map(parseSignature) };
}

/** The text of a note that one of `keys` at least has signed, and who did. */
export async function openNote(note, keys) {
  const opened = await findSignatures(parseNote(note), keys);
  if (!opened.signed_by.length) throw new Refused("note_not_signed");
  return opened;
}

/** Which of `keys` have signed, as pairs of key and line; a bad line by one of them rejects. */
export async function findSignatures({ text, signatures }, keys) {
  const known = new Map();
  for (const key of keys) if (key.public) known.set(`${hex(key.id)} ${key.name}`, key);
  const signed_by = [];
  for (const line of signatures) {
    const key = known.get(`${hex(line.key_id)} ${line.name}`);
    if (key) {
      await verify(key, text, line.signature);
      signed_by.push([key, line]);
    }
  }
  return { text, signed_by };
}

/** The POSIX seconds at the head of a cosignature. */
export function cosignatureTimeS(signature) {
  const time = BigInt(`0x0${hex(signature.subarray(0, TIME_LENGTH))}`);
  if (signature.length < TIME_LENGTH || time >= 2n ** 63n) malformed("cosignature");
  return exact(time);
}

function verify(key, text, signature) {
  if (key.type !== COSIGNATURE) return key.public.verify(utf8(text), signature, "Ed25519");
  const message = `cosignature/v1\ntime ${cosignatureTimeS(signature)}\n${text}`;
  return key.public.verify(utf8(message), signature.subarray(TIME_LENGTH), "Ed25519");
}

function parseSignature(line) {
  const [name, ...rest] = line.slice(MARK.length).split(" ");
  if (!line.startsWith(MARK) || !rest.length || !isKeyName(name)) malformed("signature line");
  const data = decodeBase64(rest.join(" "));
  if (data.length <= KEY_ID_LENGTH) malformed("signature line");
  return {
    name,
    key_id: data.subarray(0, KEY_ID_LENGTH),
    signature: data.subarray(KEY_ID_LENGTH),
  };
}

function malformed(what) {
  throw new Refused("malformed", { what });
}
