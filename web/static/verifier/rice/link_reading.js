/** What a QR symbol says: the part of `digital_link.py` that takes GS1 Digital Links apart. */

import { Refused } from "../errors.js";
import { decodeUtf8 } from "../log/encoding.js";
import { isChecked } from "./gs1.js";
import { unquoteToBytes } from "./terms.js";

/** Primary keys with their chains of qualifiers; a path follows one chain and may skip links. */
const KEYS = new Map(
  Object.entries({
    "00": [],
    "01": ["22 10 21", "235"],
    253: [],
    255: [],
    401: [],
    402: [],
    414: ["254", "7040"],
    417: ["7040"],
    8003: [],
    8004: ["7040"],
    8006: ["22 10 21"],
    8010: ["8011"],
    8013: [],
    8017: ["8019"],
    8018: ["8019"],
  }).map(([key, chains]) => [key, chains.map((chain) => chain.split(" "))]),
);

/** Identifiers by the form of their values; `310-316*6` are 310 to 316, each followed by 0 to 5. */
const FORMS = `
  N18:check 00 8017 8018
  N14:check 01 02
  X..20 10 21 22 254 420
  N2 20
  X..28 235
  X..30 240 241 250 251 400 401 403 8004 90
  N13:check+[X..17] 253
  N13:check+[N..12] 255
  N..8 30 37
  N17:check 402
  N3+X..9 421
  N3 422 424 426
  N3+[N3]+[N3]+[N3]+[N3] 423 425
  X..3 427
  N6:day+N4 7003
  N6:day+[N6:day] 7007
  N1+X1+X1+X1 7040
  N1:zero+N13:check+[X..16] 8003
  N14:check+N4:piece 8006
  Y..30 8010
  N..12:plain 8011
  X..25:pair 8013
  N..10 8019
  Z..90 8030
  N6 310-316*6 330-337*6
  N..15 390*10 392*10
  N3+N..15 391*10 393*10
  N3+X..27 703*10
  X2+X..28 723*10
  X..90 91-99
  N6:month 11-13 15-17
  N13:check 410-417`;

const NEVER_IN_QUERY = "21 22 235 254 410 411 412 413 415 416".split(" ");
const CHARACTERS = {
  N: /^[0-9]*$/,
  X: /^[!"%&'()*+,\-./0-9:;<=>?A-Z_a-z]*$/,
  Y: /^[#\-/0-9A-Z]*$/,
  Z: /^[A-Za-z0-9\-_=]*$/,
};
const PART = /(\[?)([NXYZ])(\.\.)?([0-9]+)(?::([a-z]+))?\]?/g;
const URI =
  /^(?:https?|HTTPS?):\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?(\/[^?#]*)(?:\?([^#]*))?(?:#.*)?$/;
const URI_SIGNS = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/;
const LONGEST_URI = 2048;

const MODEL_SIGNS =
  `!"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_` + "abcdefghijklmnopqrstuvwxyz";
const PAIR_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const PRIMES = [
  2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83,
];

const CHECKS = {
  check: isChecked,
  pair: hasCheckPair,
  month: (part) => (part.slice(4) === "00" && isDay(part.slice(0, 4) + "01")) || isDay(part),
  day: isDay,
  piece: (part) => Number(part.slice(0, 2)) >= 1 && part.slice(0, 2) <= part.slice(2),
  zero: (part) => part === "0",
  plain: (part) => part[0] !== "0",
};

const FORMATS = new Map(FORMS.trim().split("\n").flatMap((line) => [...formsOf(line)]));

/** What a Digital Link URI on any host names: `[identifier, value]` of its path, the key first. */
export function parseDigitalLink(uri) {
  const parts = uri.length <= LONGEST_URI && URI_SIGNS.test(uri) ? URI.exec(uri) : null;
  if (!parts) throw unreadable(uri);
  const named = parsePath(parts[1]);
  checkAttributes(named, parseQuery(parts[2] ?? ""));
  return named;
}

function* formsOf(line) {
  const [form, ...listed] = line.trim().split(" ");
  for (const each of listed) {
    const [, first, last = first, places = 1] = /^(\d+)(?:-(\d+))?(?:\*(\d+))?$/.exec(each);
    for (let at = 0; at <= last - first; at += 1) {
      const kind = String(Number(first) + at).padStart(first.length, "0");
      for (let place = 0; place < places; place += 1) {
        yield [each.includes("*") ? `${kind}${place}` : kind, form];
      }
    }
  }
}

function parsePath(path) {
  const segments = path.split("/").slice(1);
  const named = [];
  // The rightmost key wins (URI Syntax 4.5), so pairs are read from the end.
  while (segments.length >= 2) {
    const value = unescape(segments.pop());
    const identifier = segments.pop();
    if (!FORMATS.has(identifier)) break;
    named.unshift([identifier, value]);
    if (KEYS.has(identifier)) {
      checkChain(named.map(([each]) => each));
      for (const element of named) checkValue(...element);
      return named;
    }
  }
  throw new Refused("link_no_key", { read: path.slice(0, 80) });
}

/** The identifiers of a query; words that are no numbers are the host's. */
function parseQuery(query) {
  const identifiers = [];
  for (const pair of query.split("&")) {
    const [identifier, ...rest] = pair.split("=");
    if (!rest.length || !/^[0-9]+$/.test(identifier)) continue;
    if (!FORMATS.has(identifier)) {
      throw new Refused("link_unknown_identifier", { identifier: identifier.slice(0, 8) });
    }
    checkValue(identifier, unescape(rest.join("=").replaceAll("+", " ")));
    identifiers.push(identifier);
  }
  return identifiers;
}

function checkChain([key, ...qualifiers]) {
  const fits = (chain) => {
    let from = 0;
    return qualifiers.every((each) => (from = chain.indexOf(each, from) + 1) > 0);
  };
  const chains = KEYS.get(key);
  if (!(chains.length ? chains : [[]]).some(fits)) {
    throw new Refused("link_qualifiers", { key, qualifiers: qualifiers.join(", ") });
  }
}

function checkAttributes(named, identifiers) {
  const seen = new Set(named.map(([identifier]) => identifier));
  const inPath = new Set([...KEYS.get(named[0][0]).flat(), ...NEVER_IN_QUERY]);
  for (const identifier of identifiers) {
    if (seen.has(identifier)) throw new Refused("link_twice", { identifier });
    if (inPath.has(identifier)) throw new Refused("link_belongs_in_path", { identifier });
    seen.add(identifier);
  }
  if (seen.has("427") && !seen.has("422")) {
    throw new Refused("link_value", { identifier: "427", read: "422" });
  }
}

function checkValue(identifier, value) {
  let rest = value;
  for (const [, optional, signs, upTo, most, check] of FORMATS.get(identifier).matchAll(PART)) {
    if (optional && !rest) break;
    const part = rest.slice(0, Number(most));
    rest = rest.slice(Number(most));
    const isWhole = upTo ? part !== "" : part.length === Number(most);
    if (!isWhole || !CHARACTERS[signs].test(part) || (check && !CHECKS[check](part))) {
      throw oddValue(identifier, value);
    }
  }
  if (rest) throw oddValue(identifier, value);
}

function hasCheckPair(part) {
  if (part.length <= 2) return false;
  const weighed = [...part.slice(0, -2)].reverse();
  const total = weighed.reduce((sum, sign, at) => sum + MODEL_SIGNS.indexOf(sign) * PRIMES[at], 0);
  const left = total % 1021;
  return part.slice(-2) === PAIR_SIGNS[left >> 5] + PAIR_SIGNS[left & 31];
}

function isDay(part) {
  const [year, month, day] = [0, 2, 4].map((at) => Number(part.slice(at, at + 2)));
  const days = [31, year % 4 ? 28 : 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
}

function unescape(escaped) {
  const value = decodeUtf8(unquoteToBytes(escaped));
  if (value === null || value.includes("\0")) throw unreadable(escaped);
  return value;
}

function unreadable(read) {
  return new Refused("link_unreadable", { read: read.slice(0, 80) });
}

function oddValue(identifier, value) {
  return new Refused("link_value", { identifier, read: [...value].slice(0, 40).join("") });
}
