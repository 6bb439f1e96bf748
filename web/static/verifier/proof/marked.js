/** Bag numbers as a lot file spells them: lengths of runs, or bits where those are shorter. */

import { Refused } from "../errors.js";
import { decodeBase64, encodeBase64 } from "../log/encoding.js";

const [LENGTHS, BITS] = [0, 1];
/** As many as the largest batch takes. */
const LENGTH_BYTES_MAX = 4;

/** The numbers from 1 to `count` that a text spells, as `[first, last]` in order; or a refusal. */
export function readNumbers(text, count) {
  if (!text) return [];
  const data = decodeBase64(text);
  const ranges = data[0] === BITS ? readBits(data) : readLengths(data);
  if (!ranges.length || ranges.at(-1)[1] > count || spellNumbers(ranges) !== text) throw unreadable();
  return ranges;
}

/** The text of ranges that are in order and apart. */
export function spellNumbers(ranges) {
  if (!ranges.length) return "";
  const bytes = (ranges.at(-1)[1] + 7) >> 3;
  const lengths = writeLengths(ranges);
  return encodeBase64(
    bytes < lengths.length - 1 ? writeBits(ranges, bytes) : Uint8Array.from(lengths),
  );
}

function writeLengths(ranges) {
  const written = [LENGTHS];
  let reached = 0;
  for (const [first, last] of ranges) {
    for (let left of [first - reached - 1, last - first + 1]) {
      for (; left > 0x7f; left >>= 7) written.push((left & 0x7f) | 0x80);
      written.push(left);
    }
    reached = last;
  }
  return written;
}

function readLengths(data) {
  const ranges = [];
  let [length, place, reached, between] = [0, 0, 0, -1];
  for (const byte of data.subarray(1)) {
    length |= (byte & 0x7f) << (7 * place);
    place += 1;
    if (byte > 0x7f) {
      if (place === LENGTH_BYTES_MAX) throw unreadable();
      continue;
    }
    if (between < 0) between = length;
    else {
      // Runs that touch are one.
      if (!length || (!between && ranges.length)) throw unreadable();
      ranges.push([reached + between + 1, reached + between + length]);
      reached += between + length;
      between = -1;
    }
    [length, place] = [0, 0];
  }
  if (place || between >= 0) throw unreadable();
  return ranges;
}

function writeBits(ranges, bytes) {
  const written = new Uint8Array(1 + bytes);
  written[0] = BITS;
  for (const [first, last] of ranges) {
    for (let at = first - 1; at < last; at += 1) written[1 + (at >> 3)] |= 1 << (at & 7);
  }
  return written;
}

function readBits(data) {
  const ranges = [];
  for (let at = 0; at < (data.length - 1) * 8; at += 1) {
    if (!((data[1 + (at >> 3)] >> (at & 7)) & 1)) continue;
    const last = ranges.at(-1);
    if (last?.[1] === at) last[1] = at + 1;
    else ranges.push([at + 1, at + 1]);
  }
  return ranges;
}

function unreadable() {
  return new Refused("lot_file_unreadable", { what: "bag numbers that are spelled otherwise" });
}
