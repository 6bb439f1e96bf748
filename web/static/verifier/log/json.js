/** Strict JSON: read as Python reads it, checked for its one spelling, written in that spelling. */

import { Refused } from "../errors.js";
import { byCodePoint, decodeUtf8, utf8 } from "./encoding.js";

const DEPTH_MAX = 32;
const WIDE = /[^\x00-\x7f]/;
const LONE = /[\ud800-\udfff]/u;
const BLANK = /[ \t\n\r]*/y;
const PLAIN = /[^"\\\x00-\x1f]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const DECIMAL = /^-?(0|[1-9][0-9]{0,17})\.[0-9]{1,12}$/;
const CANONICAL_DECIMAL = /^-?(0|[1-9][0-9]{0,11})\.[0-9]{0,2}[1-9]$/;
const ESCAPED = { '"': '"', "\\": "\\", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** A number with a fraction, as it was spelled. */
export class Decimal {
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** Whether a value that was read is an object, which Python reads as a dict. */
export function isMembers(value) {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Decimal)
  );
}

/**
 * The value of strict JSON: UTF-8 without mark, no member twice, NFC text, safe integers; numbers
 * with a fraction, where `decimals` allows them, are `Decimal`. Objects have no prototype.
 */
export function parseJson(bytes, { decimals = false } = {}) {
  return new Reader(bytes, false, decimals).read();
}

/** The value of canonical JSON with ASCII member names; any other spelling is refused. */
export function checkCanonical(bytes) {
  const read = readQuickly(bytes);
  return read === undefined ? new Reader(bytes, true, true).read() : read;
}

/** The same by the engine's own reader, far sooner; undefined of whatever needs a closer look. */
function readQuickly(bytes) {
  const text = decodeUtf8(bytes);
  let value;
  try {
    value = JSON.parse(text);
    if (JSON.stringify(value) !== text) return undefined;
  } catch {
    return undefined;
  }
  return copy(value, 0, WIDE.test(text) || text.includes("\\u"));
}

function copy(value, depth, isWide) {
  if (typeof value === "string") return isWide && isOdd(value) ? undefined : value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : decimal(value);
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEPTH_MAX) return undefined;
  const isList = Array.isArray(value);
  const read = isList ? [] : Object.create(null);
  let last = "";
  for (const name of isList ? value.keys() : Object.keys(value)) {
    if (!isList && (name < last || (isWide && WIDE.test(name)))) return undefined;
    last = name;
    read[name] = copy(value[name], depth + 1, isWide);
    if (read[name] === undefined) return undefined;
  }
  return read;
}

/** A fraction, of which so few digits come back as they were spelled; undefined of another number. */
function decimal(value) {
  const text = String(value);
  return CANONICAL_DECIMAL.test(text) ? new Decimal(text) : undefined;
}

/** Whether a text is not NFC, or not of whole characters. */
function isOdd(text) {
  return WIDE.test(text) && (LONE.test(text) || text.normalize("NFC") !== text);
}

/** The one spelling of a value, as text; with `indent` of 1 as a verdict is written. */
export function writeJson(value, indent = 0) {
  return write(value, indent ? "\n" : "", " ".repeat(indent));
}

export function canonicalJson(value) {
  return utf8(writeJson(value));
}

function write(value, line, step) {
  if (Array.isArray(value)) {
    return enclose("[", "]", line, step, value.map((member) => write(member, line + step, step)));
  }
  if (value instanceof Decimal) return value.text;
  if (isMembers(value)) {
    const colon = line ? ": " : ":";
    const named = Object.keys(value)
      .sort(byCodePoint)
      .map((name) => JSON.stringify(name) + colon + write(value[name], line + step, step));
    return enclose("{", "}", line, step, named);
  }
  const whole = typeof value === "number" ? Number.isSafeInteger(value) : value !== undefined;
  if (!whole) throw new Error(`no canonical form: ${value}`);
  return typeof value === "bigint" ? String(value) : JSON.stringify(value);
}

function enclose(open, close, line, step, parts) {
  if (!parts.length) return open + close;
  return open + line + step + parts.join("," + line + step) + line + close;
}

class Reader {
  constructor(bytes, canonical, decimals) {
    this.text = decodeUtf8(bytes);
    this.at = 0;
    this.canonical = canonical;
    this.decimals = decimals;
    if (this.text === null) this.refuse("JSON");
    this.isWide = WIDE.test(this.text);
  }

  read() {
    const value = this.value(0);
    if (this.at !== this.text.length) this.refuse("JSON");
    return value;
  }

  refuse(what) {
    throw new Refused("malformed", { what });
  }

  match(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found) this.at = pattern.lastIndex;
    return found;
  }

  skip() {
    if (!this.canonical) this.match(BLANK);
  }

  take(token) {
    const there = this.text.startsWith(token, this.at);
    if (there) this.at += token.length;
    return there;
  }

  /** A value with the blanks around it. */
  value(depth) {
    this.skip();
    const value = this.bare(depth);
    this.skip();
    return value;
  }

  bare(depth) {
    const sign = this.text[this.at];
    const holds = sign === "{" || sign === "[";
    if (depth > DEPTH_MAX || (holds && this.canonical && depth === DEPTH_MAX)) {
      this.refuse("JSON nested too deep");
    }
    if (sign === '"') return this.string();
    if (sign === "{") return this.members(depth + 1);
    if (sign === "[") return this.list(depth + 1);
    if (this.take("true")) return true;
    if (this.take("false")) return false;
    if (this.take("null")) return null;
    return this.number();
  }

  list(depth) {
    const values = [];
    this.at += 1;
    this.skip();
    if (this.take("]")) return values;
    do values.push(this.value(depth));
    while (this.take(","));
    return this.take("]") ? values : this.refuse("JSON");
  }

  members(depth) {
    const members = Object.create(null);
    let last = null;
    this.at += 1;
    this.skip();
    if (this.take("}")) return members;
    do {
      this.skip();
      const name = this.text[this.at] === '"' ? this.string() : this.refuse("JSON");
      if (name in members) this.refuse("JSON");
      if (this.canonical) this.follows(last, name);
      last = name;
      this.skip();
      if (!this.take(":")) this.refuse("JSON");
      members[name] = this.value(depth);
    } while (this.take(","));
    return this.take("}") ? members : this.refuse("JSON");
  }

  follows(last, name) {
    if (this.isWide && WIDE.test(name)) this.refuse("a member name that is not ASCII");
    if (last !== null && last > name) this.refuse("JSON that is not canonical");
  }

  string() {
    this.at += 1;
    let text = this.match(PLAIN)[0];
    let isWide = this.isWide;
    for (; !this.take('"'); isWide = true) text += this.escape() + this.match(PLAIN)[0];
    if (isWide && isOdd(text)) this.refuse("text that is not NFC");
    return text;
  }

  escape() {
    if (!this.take("\\")) this.refuse("JSON");
    const sign = this.text[this.at];
    this.at += 1;
    if (sign !== undefined && Object.hasOwn(ESCAPED, sign)) return ESCAPED[sign];
    if (sign === "/" && !this.canonical) return sign;
    const [digits] = (sign === "u" && this.match(/[0-9a-fA-F]{4}/y)) || this.refuse("JSON");
    const letter = String.fromCharCode(parseInt(digits, 16));
    // Canonical are the controls alone, in small letters.
    if (this.canonical && (letter > "\x1f" || JSON.stringify(letter) !== `"\\u${digits}"`)) {
      this.refuse("JSON that is not canonical");
    }
    return letter;
  }

  number() {
    const [text, fraction, exponent] = this.match(NUMBER) ?? this.refuse("JSON");
    if (fraction || exponent) {
      const fits = (this.canonical ? CANONICAL_DECIMAL : DECIMAL).test(text);
      return this.decimals && fits ? new Decimal(text) : this.refuse("a number");
    }
    const whole = Number(text);
    if (!Number.isSafeInteger(whole)) this.refuse("an integer beyond 2^53");
    if (this.canonical && text === "-0") this.refuse("JSON that is not canonical");
    return whole + 0; // -0 is 0
  }
}
