/**
 * What a statement says, in plain words: everything a signature would bind, as `ledger/rice/plain.py`
 * tells it.
 *
 * Every line follows from the bytes that will be signed, after they were read as the ledger reads
 * them. A member without words is refused: nobody signs what was not shown.
 */

import { Refused } from "../../verifier/errors.js";
import { byCodePoint, utf8 } from "../../verifier/log/encoding.js";
import { Decimal, checkCanonical, isMembers, parseJson, writeJson } from "../../verifier/log/json.js";
import { ACT, CREDENTIAL, EVENT } from "../../verifier/log/statement.js";
import { readAct } from "../../verifier/rice/acts.js";
import { readAnchor } from "../../verifier/rice/anchors.js";
import { readAttestation } from "../../verifier/rice/credentials.js";
import { readEvent } from "../../verifier/rice/profile.js";
import { issuerOf } from "../log/statement.js";
import WORDS from "./plain_words.json" with { type: "json" };

/** The words of every kind of act, event and certificate, by the name of the kind. */
export const KINDS = WORDS.kinds;

const { members: MEMBERS, attested: ATTESTED, claims: CLAIMS, values: VALUES } = WORDS;
/** Words of names that are data themselves: they are shown as they stand. */
const OPEN = {};
const LARGER = { g: ["kg", 3], m2: ["ha", 4] };
/** What is written from right to left; JavaScript has no name for it. */
const TURNING = [
  /[\u05be-\u05f4\u0608\u060b\u060d\u061b-\u064a\u066d-\u06d5\u06e5-\u06e6\u06ee-\u06ef\u06fa-\u07f5\u07fa-\u08c9]/u,
  /[\ufb1d-\ufb28\ufb2a-\ufd3d\ufd50-\ufdc7\ufdf0-\ufdfc\ufe70-\ufefc\u{10800}-\u{1091b}\u{10920}-\u{10b35}\u{10b40}-\u{10d23}\u{10e80}-\u{10ff6}\u{1e800}-\u{1eebb}]/u,
];
const HIDDEN = /[\p{C}\p{M}\p{Z}\u115f\u1160\u3164\uffa0]/u;

/** The kind of what a payload, a text, says: an act's, an event's, a certificate's; or a refusal. */
export function purposeOf(typ, payload) {
  return open(typ, payload).purpose;
}

/** Everything a payload says: lines `{depth, label, value, meaning}`; or a refusal. */
export function tell(typ, payload) {
  const { purpose, body, claims } = open(typ, payload);
  const kind = line(1, wordsOf(KINDS, purpose));
  if (typ === ACT) return [kind, ...membersOf(claims, MEMBERS, 2)];
  if (typ === EVENT) {
    const cte = line(2, WORDS.headings.cte, spelled(claims["rice:cte"]));
    return [kind, cte, ...membersOf(recordOf(body), MEMBERS, 2)];
  }
  const read = membersOf(recordOf(body), ATTESTED, 2).map((each) =>
    each.label === ATTESTED.profile ? { ...each, meaning: kindOf(claims) } : each,
  );
  const { read: taken, whole } = WORDS.headings;
  return [kind, line(1, taken), ...read, line(1, whole), ...membersOf(claims, CLAIMS, 2)];
}

function open(typ, payload) {
  const data = utf8(payload);
  if (typ === ACT) {
    readAct(data);
    const claims = checkCanonical(data);
    return { purpose: claims.act, claims };
  }
  if (typ === EVENT) {
    const body = readEvent(data);
    const claims = checkCanonical(data);
    const kind = claims["rice:cte"].slice("rice:".length);
    return { purpose: body.type === "Correction" ? "correction" : kind, body, claims };
  }
  if (typ !== CREDENTIAL) throw new Refused("header_refused", { what: `typ ${typ}` });
  // Whose key it is, `seal` sees to.
  const statement = { typ, payload: data, signatures: [{ kid: `${issuerOf(data)}#` }] };
  const anchor = readAnchor(statement);
  const body = anchor ?? readAttestation(statement);
  const claims = parseJson(data, { decimals: true });
  if (!isSpelledOnce(claims) || writeJson(claims) !== payload) {
    throw new Refused("malformed_draft", { what: "a certificate that is not canonical" });
  }
  return { purpose: anchor ? "accreditation" : "attestation", body, claims };
}

/** Whether numbers are as RFC 8785 has them; two spellings would be shown alike. */
function isSpelledOnce(value) {
  if (value instanceof Decimal) return String(Number(value.text)) === value.text;
  return typeof value !== "object" || value === null || Object.values(value).every(isSpelledOnce);
}

const line = (depth, label, value = "", meaning = null) => ({ depth, label, value, meaning });

function wordsOf(words, name) {
  if (!Object.hasOwn(words, name)) throw new Refused("member_without_words", { member: name });
  return words[name];
}

/** A value as JSON, with every character escaped that could hide or turn writing. */
export function spelled(value) {
  if (value instanceof Decimal) return value.text;
  if (typeof value !== "string") return writeJson(value);
  return `"${Array.from(value, visible).join("")}"`;
}

function visible(sign) {
  if (sign === '"' || sign === "\\") return `\\${sign}`;
  if (sign === " ") return sign;
  const code = sign.codePointAt(0);
  const isOdd = [HIDDEN, ...TURNING].some((odd) => odd.test(sign));
  return isOdd ? `\\u{${code.toString(16).padStart(4, "0")}}` : sign;
}

function membersOf(members, words, depth) {
  return Object.keys(members).flatMap((name) => {
    const value = members[name];
    const label = words === OPEN ? asItIs(name) : wordsOf(words, name);
    const meaning = Number.isInteger(value) ? amount(name, value) : null;
    if (meaning) return [line(depth, label, spelled(value), meaning)];
    // Figures of a certificate have names of their own.
    return linesOf(value, label, name === "figures" ? OPEN : words, depth);
  });
}

function linesOf(value, label, words, depth) {
  if (isMembers(value) && Object.keys(value).length) {
    return [line(depth, label), ...membersOf(value, words, depth + 1)];
  }
  if (isPair(value)) return [line(depth, label, value.map(spelled).join(", "))];
  if (Array.isArray(value) && value.length) {
    const each = value.map((one, at) => linesOf(one, asNumber(at + 1), words, depth + 1));
    return [line(depth, label), ...each.flat()];
  }
  const text = typeof value === "string" ? value : spelled(value);
  const meaning = Object.hasOwn(VALUES, text) ? VALUES[text] : null;
  return [line(depth, label, spelled(value), meaning)];
}

const both = (text) => ({ vi: text, en: text });
const asItIs = (name) => both(spelled(name));
const asNumber = (number) => both(String(number));
const kindOf = (claims) => asItIs(claims.credentialSubject.referenceProfile.name);

/** Whether this is a lot with an amount. */
const isPair = (value) =>
  Array.isArray(value) &&
  value.length === 2 &&
  typeof value[0] === "string" &&
  Number.isInteger(value[1]);

/** Grams as kilograms and square metres as hectares, as people write them. */
function amount(name, value) {
  const suffix = name.slice(name.lastIndexOf("_") + 1);
  if (!Object.hasOwn(LARGER, suffix) || name.endsWith("_g_m2")) return null; // a yield is no area
  const [unit, places] = LARGER[suffix];
  const digits = String(Math.abs(value)).padStart(places + 1, "0");
  const whole = digits.slice(0, -places).replace(/\B(?=(\d{3})+$)/g, ",");
  const fraction = digits.slice(-places).replace(/0+$/, "");
  const sign = value < 0 ? "-" : "";
  const en = [sign, whole, fraction && ".", fraction, " ", unit].join("");
  return { en, vi: en.replace(/[.,]/g, (sign) => (sign === "." ? "," : ".")) };
}

const isNothing = (value) =>
  value === null || value === "" || (typeof value === "object" && !Object.keys(value).length);

/** The members of a record that its bytes have, down to the last, in the order of its record. */
function recordOf(body) {
  return someOf(body, WORDS.records[body.type]);
}

function someOf(members, names) {
  const said = names.filter((name) => !isNothing(members[name]));
  return Object.fromEntries(said.map((name) => [name, pruned(members[name])]));
}

function pruned(value) {
  if (Array.isArray(value)) return value.map(pruned);
  if (!isMembers(value)) return value;
  return value.type ? recordOf(value) : someOf(value, Object.keys(value));
}
