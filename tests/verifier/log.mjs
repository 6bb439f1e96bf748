/**
 * What the verifier's reading of a log answers: one JSON array of `[question, ...given]` comes in,
 * one of answers goes out. Bytes are in base64; questions are those of `reading.py`.
 */

import { Refused } from "../../web/static/verifier/errors.js";
import { openCheckpoint, openCosignatures } from "../../web/static/verifier/log/checkpoint.js";
import * as encoding from "../../web/static/verifier/log/encoding.js";
import * as json from "../../web/static/verifier/log/json.js";
import { admitKey } from "../../web/static/verifier/log/keys.js";
import { checkInclusion } from "../../web/static/verifier/log/merkle.js";
import { readMethods } from "../../web/static/verifier/log/methods.js";
import { parseNote } from "../../web/static/verifier/log/note.js";
import { isMetBy, parsePolicy, witnessesOf } from "../../web/static/verifier/log/policy.js";
import { sha256 } from "../../web/static/verifier/log/sha256.js";
import * as statements from "../../web/static/verifier/log/statement.js";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));
const base64 = (data) => Buffer.from(data).toString("base64");

/** A value in which a number that kept its spelling can be told from others. */
function plain(value) {
  if (value instanceof json.Decimal) return { decimal: value.text };
  if (Array.isArray(value)) return value.map(plain);
  if (!json.isMembers(value)) return value;
  return Object.entries(value).map(([name, member]) => [name, plain(member)]).sort();
}

function microsOf(moment) {
  const whole = Math.floor(moment);
  return whole * 1000 + (moment - whole) * 1024;
}

const keysOf = (jwks) =>
  new Map(jwks.map(([kid, jwk, legacyRs256]) => [kid, admitKey(jwk, { legacyRs256 })]));

const count = (text) => (text[0] === "-" ? Number(text) : encoding.exact(BigInt(text)));

const QUESTIONS = {
  json: (data, decimals) => plain(json.parseJson(bytes(data), { decimals })),
  canonical: (data) => plain(json.checkCanonical(bytes(data))),
  written: (data, indent) => json.writeJson(json.parseJson(bytes(data)), indent),
  base64: (text) => base64(encoding.decodeBase64(text)),
  base64url: (text) => base64(encoding.decodeBase64url(text)),
  spelled: (data) => [encoding.encodeBase64(bytes(data)), encoding.encodeBase64url(bytes(data))],
  sha256: (data) => base64(sha256(bytes(data))),
  sorted: (texts) => texts.sort(encoding.byCodePoint),
  count: (text) => String(encoding.parseCount(text)),
  time: (text) => encoding.formatTime(encoding.parseTime(text)),
  instant: (text) => {
    const moment = encoding.parseInstant(text);
    const micros = moment < 8e12 && moment > -8e12 ? String(microsOf(moment)) : "";
    return [micros, encoding.formatTime(moment), encoding.localDay(moment)];
  },
  inclusion: (root, size, index, leaf, path) =>
    checkInclusion(bytes(root), count(size), count(index), bytes(leaf), path.map(bytes)) ?? true,
  key: (jwk, legacyRs256, wideCurves) => {
    const key = admitKey(jwk, { legacyRs256, wideCurves });
    return [key.kid, key.algorithms];
  },
  verify: async (jwk, legacyRs256, message, signature, alg) => {
    await admitKey(jwk, { legacyRs256 }).verify(bytes(message), bytes(signature), alg);
    return true;
  },
  methods: (data, at) => {
    const found = [...readMethods(bytes(data), at)];
    return found.map(([name, { key, controller }]) => [name, key.kid, controller]).sort();
  },
  statement: (data) => {
    const read = statements.parseStatement(bytes(data));
    const signed = read.signatures.map(({ kid, alg, signing_input: input, signature }) => {
      return [kid, alg, base64(input), base64(signature)];
    });
    const { digest, typ, kind, ledger, payload } = read;
    const digests = statements.signedDigests(read).map(base64);
    return [base64(digest), typ, kind, ledger, base64(payload), signed, digests];
  },
  signed: async (data, jwks) => {
    await statements.verifySignatures(statements.parseStatement(bytes(data)), keysOf(jwks));
    return true;
  },
  claims: (data) => plain(statements.checkCredentialClaims(statements.parseStatement(bytes(data)))),
  note: (text) => {
    const { text: body, signatures } = parseNote(text);
    return [body, signatures.map((one) => [one.name, base64(one.key_id), base64(one.signature)])];
  },
  policy: (text) => {
    const { logs, witnesses, groups, quorum } = parsePolicy(text);
    const named = [...witnesses].map(([name, key]) => [name, base64(key.id)]);
    const grouped = [...groups].map(([name, group]) => [name, group.threshold, group.members]);
    return [logs.map((key) => [key.name, key.type, base64(key.raw)]), named, grouped, quorum];
  },
  cosigned: async (note, text) => {
    const times = await openCosignatures(note, [...parsePolicy(text).witnesses.values()]);
    return [...times].map(([key, time]) => [key.name, String(time)]).sort();
  },
  checkpoint: async (note, text) => {
    const policy = parsePolicy(text);
    const { origin, size, root } = await openCheckpoint(note, policy.logs);
    const names = await witnessesOf(policy, note);
    return [origin, String(size), base64(root), [...names].sort(), isMetBy(policy, names)];
  },
};

async function answer([question, ...given]) {
  try {
    return { answer: await QUESTIONS[question](...given) };
  } catch (error) {
    return error instanceof Refused ? { refused: error.code } : { bug: error.stack };
  }
}

let given = "";
for await (const part of process.stdin.setEncoding("utf8")) given += part;
const answers = [];
for (const one of JSON.parse(given)) answers.push(await answer(one));
process.stdout.write(JSON.stringify(answers));
