/** What the terms of statements have to hold beyond their patterns, and how numbers are quoted. */

import { decodeUtf8, utf8 } from "../log/encoding.js";

const lenient = new TextDecoder("utf-8", { ignoreBOM: true });

/** Percent-encode all but the unreserved characters (RFC 3986 section 2.3). */
export function quote(text) {
  const escape = (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(text).replace(/[!'()*]/g, escape);
}

/** Percent-decode once; a percent sign before anything but two hex digits stands for itself. */
export function unquoteToBytes(text) {
  const bytes = [];
  for (const [part, digits] of text.matchAll(/%([0-9A-Fa-f]{2})|[^%]+|%/g)) {
    if (digits) bytes.push(parseInt(digits, 16));
    else bytes.push(...utf8(part));
  }
  return Uint8Array.from(bytes);
}

export const unquote = (text) => lenient.decode(unquoteToBytes(text));

/** The number on the paper that a URI names. */
export const numberOf = (uri) => unquote(uri.slice(uri.lastIndexOf(":") + 1));

/** Whether the number in a URI has no second spelling. */
export function isQuoted(uri) {
  const quoted = uri.slice(uri.lastIndexOf(":") + 1);
  const number = decodeUtf8(unquoteToBytes(quoted));
  return number !== null && quote(number.normalize("NFC")) === quoted;
}

/** Whether nothing stands twice. */
export function isDistinct(values) {
  return new Set(values.map((each) => JSON.stringify(each))).size === values.length;
}
