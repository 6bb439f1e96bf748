/** One spelling per value: base64, counts, times. What would be written otherwise is refused. */

import { Refused } from "../errors.js";

const COUNT_MAX = 2n ** 63n - 1n;
const LOCAL_MS = 7 * 3_600_000;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const PLAIN = alphabet(LETTERS + "+/");
const URL_SAFE = alphabet(LETTERS + "-_");

const COUNT = /^(0|[1-9][0-9]{0,18})$/;
const DAY = String.raw`\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])`;
const CLOCK = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const TIME = new RegExp(String.raw`^${DAY}T${CLOCK}:[0-5]\d\.\d{3}Z$`);
const INSTANT = new RegExp(
  String.raw`^${DAY}T${CLOCK}:[0-5]\d(?:\.(\d{1,6}))?(Z|[+-]${CLOCK})$`,
);

/** The bytes of a text in UTF-8. */
export function utf8(text) {
  return encoder.encode(text);
}

/** The text that bytes spell in UTF-8; nothing if they spell none. */
export function decodeUtf8(bytes) {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
}

export function sameBytes(a, b) {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}

export function joinBytes(...parts) {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export function hex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Python's order of texts, and that of their bytes in UTF-8; for `sort`. */
export function byCodePoint(a, b) {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const [left, right] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (left !== right) {
      const wide = isSurrogate(left);
      return wide === isSurrogate(right) ? left - right : wide ? 1 : -1;
    }
  }
  return a.length - b.length;
}

function isSurrogate(unit) {
  return unit >= 0xd800 && unit <= 0xdfff;
}

export function encodeBase64(bytes) {
  return encode(bytes, PLAIN).padEnd(Math.ceil(bytes.length / 3) * 4, "=");
}

export function encodeBase64url(bytes) {
  return encode(bytes, URL_SAFE);
}

/** Padded; stray low bits, blanks and missing padding are refused. */
export function decodeBase64(text) {
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  if (text.length % 4) throw new Refused("malformed", { what: "base64" });
  return decode(utf8(text.slice(0, text.length - padding)), PLAIN, "base64");
}

/** Unpadded, of a text or of its bytes; any other spelling is refused. */
export function decodeBase64url(text) {
  return decode(typeof text === "string" ? utf8(text) : text, URL_SAFE, "base64url");
}

function alphabet(letters) {
  const codes = utf8(letters);
  const values = new Uint8Array(256).fill(255);
  codes.forEach((code, value) => {
    values[code] = value;
  });
  return { codes, values };
}

function encode(bytes, { codes }) {
  const { length } = bytes;
  const text = new Uint8Array(Math.ceil((length * 4) / 3));
  for (let at = 0, to = 0; at < length; at += 3, to += 4) {
    // What is behind the end counts as zero, and what it would be spelled as is not kept.
    const group = (bytes[at] << 16) | (bytes[at + 1] << 8) | bytes[at + 2];
    text[to] = codes[group >> 18];
    text[to + 1] = codes[(group >> 12) & 63];
    text[to + 2] = codes[(group >> 6) & 63];
    text[to + 3] = codes[group & 63];
  }
  return decoder.decode(text);
}

function decode(text, { values }, what) {
  const { length } = text;
  const bytes = new Uint8Array((length * 3) >> 2);
  let [group, bits, to, odd] = [0, 0, 0, 0];
  for (let at = 0; at < length; at += 1) {
    const value = values[text[at]];
    odd |= value;
    group = (group << 6) | value;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[to] = group >> bits;
      to += 1;
    }
  }
  // A letter of another alphabet, one letter too many, or bits that nothing is made of.
  if (odd > 63 || length % 4 === 1 || group & ((1 << bits) - 1)) {
    throw new Refused("malformed", { what });
  }
  return bytes;
}

/** A number from 0 to 2^63 - 1 without a leading zero; a BigInt where no number is exact. */
export function parseCount(text) {
  const count = COUNT.test(text) ? BigInt(text) : -1n;
  if (count < 0n || count > COUNT_MAX) throw new Refused("malformed", { what: "number" });
  return exact(count);
}

/** The same as a number if every smaller one is exact, so that equal counts are `===`. */
export function exact(count) {
  return count <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(count) : count;
}

let last = { moment: 0, text: "1970-01-01T00:00:00.000Z" };

/** RFC 3339 in UTC with milliseconds, cut off. The same moment is asked for again and again. */
export function formatTime(moment) {
  if (moment !== last.moment) last = { moment, text: spell(moment) };
  return last.text;
}

function spell(moment) {
  return new Date(Math.floor(moment)).toISOString();
}

/** The instant that `formatTime` spells. */
export function parseTime(text) {
  if (text !== last.text) last = { moment: TIME.test(text) ? instant(text) : oddTime(), text };
  return last.moment;
}

/**
 * Any RFC 3339 instant with seconds and an offset. What is below a millisecond becomes a binary
 * fraction of one: it never reaches the next, and orders any two instants from 1691 to 2248.
 */
export function parseInstant(text) {
  return INSTANT.test(text) ? instant(text) : oddTime();
}

/** The ISO day of an instant in Viet Nam (UTC+07:00). */
export function localDay(moment) {
  return spell(moment + LOCAL_MS).slice(0, 10);
}

function instant(text) {
  const whole = text.slice(0, 19);
  const moment = Date.parse(`${whole}Z`);
  const year = text.slice(0, 4);
  // Some engines read 30 February as 2 March; at the ends of the calendar days are missing.
  if (year === "0001" || year === "9999" || year === "0000") oddTime();
  if (Number.isNaN(moment) || spell(moment).slice(0, 19) !== whole) oddTime();
  const [, fraction = "", offset] = INSTANT.exec(text);
  const minutes = offset === "Z" ? 0 : Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
  const micros = fraction.padEnd(6, "0");
  const shift = (offset[0] === "-" ? minutes : -minutes) * 60_000;
  const millis = moment + shift + Number(micros.slice(0, 3));
  return millis + Number(micros.slice(3)) / 1024;
}

function oddTime() {
  throw new Refused("malformed", { what: "time" });
}
