// What is printed on a bag: its serial, the code people type, and the commitment to a batch.

import { Refused } from "../errors.js";
import { encodeBase64, utf8 } from "../log/encoding.js";
import { checkInclusion, leafHash } from "../log/merkle.js";
import { formatPath } from "./digital_link.js";

export const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
export const SERIAL_LENGTH = 16;
export const MAXIMUM_COUNT = 32 ** 5;
export const SALT_LENGTH_BYTES = 16;

const LEAF_TAG = "rice-ledger/label@v1";
// ASCII only: toUpperCase would turn a dotless i into I and a long s into S.
const TYPED = new Map([
  ...[...ALPHABET].map((sign) => [sign.toLowerCase(), sign]),
  ...[..."oO"].map((sign) => [sign, "0"]),
  ...[..."iIlL"].map((sign) => [sign, "1"]),
  ...[..." -"].map((sign) => [sign, ""]),
]);

// The data are a polynomial over GF(32), modulus x^5 + x^2 + 1, taken at x.
export function checkCharacter(data) {
  let remainder = 0;
  for (const sign of data) remainder = timesX(remainder ^ ALPHABET.indexOf(sign));
  return ALPHABET[remainder];
}

function timesX(element) {
  const doubled = element << 1;
  return doubled & 32 ? doubled ^ 37 : doubled;
}

export function formatCode(serial, separator = "-") {
  return (serial.match(/.{1,4}/gsu) ?? []).join(separator);
}

export function readCode(typed) {
  return parseSerial([...typed].map((sign) => TYPED.get(sign) ?? sign).join(""));
}

export function parseSerial(text) {
  const signs = [...text];
  if (signs.length !== SERIAL_LENGTH) {
    throw new Refused("code_length", { length: signs.length, expected: SERIAL_LENGTH });
  }
  const foreign = signs.find((sign) => !ALPHABET.includes(sign));
  if (foreign !== undefined) throw new Refused("code_sign", { sign: foreign });
  if (checkCharacter(text.slice(0, -1)) !== text.at(-1)) {
    throw new Refused("code_mistyped", { typed: formatCode(text) });
  }
  return text;
}

// The public facts of one issue of labels; a batch that could not be printed is refused.
export function labelBatch(gtin, lot, count) {
  if (!(count >= 1 && count <= MAXIMUM_COUNT)) {
    throw new Refused("label_count", { count, maximum: MAXIMUM_COUNT });
  }
  formatPath(["01", gtin], ["10", lot]);
  return { gtin, lot, count };
}

export const numberLength = (batch) => (batch.count <= 32 ** 4 ? 4 : 5);

// The bag number that a serial of a batch spells.
export function numberOf(batch, serial) {
  let index = 0;
  for (const sign of parseSerial(serial).slice(0, numberLength(batch))) {
    index = index * 32 + ALPHABET.indexOf(sign);
  }
  if (index >= batch.count) {
    throw new Refused("code_beyond_batch", { number: index + 1, count: batch.count });
  }
  return index + 1;
}

export function labelLeaf(batch, { serial, salt }) {
  const lines = [LEAF_TAG, batch.gtin, batch.lot, serial, encodeBase64(salt), ""];
  return leafHash(utf8(lines.join("\n")));
}

// Refuse unless the batch with that root holds this serial, at the number the serial spells.
export function checkMembership(root, batch, membership) {
  const index = numberOf(batch, membership.serial) - 1;
  const refused = () =>
    new Refused("label_not_committed", { serial: formatCode(membership.serial) });
  if (membership.salt.length !== SALT_LENGTH_BYTES) throw refused();
  const leaf = labelLeaf(batch, membership);
  try {
    checkInclusion(root, batch.count, index, leaf, membership.path);
  } catch (error) {
    throw error instanceof Refused ? refused() : error;
  }
}
