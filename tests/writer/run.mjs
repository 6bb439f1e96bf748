// Answers questions to the modules that write: one JSON array of cases comes in, one of answers out.

import { Refused } from "./web/static/verifier/errors.js";
import { isSame } from "./web/static/verifier/rice/corrections.js";
import { readEvent } from "./web/static/verifier/rice/profile.js";
import {
  formatDraft,
  makeDraft,
  missingOf,
  parseDraft,
  signDraft,
  statementOf,
} from "./web/static/writer/log/draft.js";
import { kidOf, newKey } from "./web/static/writer/log/keys.js";
import { seal } from "./web/static/writer/log/statement.js";
import { writeAct } from "./web/static/writer/rice/acts.js";
import { purposeOf, spelled, tell } from "./web/static/writer/rice/plain.js";
import {
  corrected,
  declaredWrong,
  eventNamed,
  writeEvent,
} from "./web/static/writer/rice/profile.js";

const bytes = (text) => new TextEncoder().encode(text);
const { subtle } = globalThis.crypto;

/** A browser without Ed25519. */
async function withoutEd25519(ask) {
  const { generateKey } = Object.getPrototypeOf(subtle);
  Object.getPrototypeOf(subtle).generateKey = function (kind, ...rest) {
    if (kind.name === "Ed25519") throw new DOMException("no", "NotSupportedError");
    return generateKey.call(this, kind, ...rest);
  };
  try {
    return await ask();
  } finally {
    Object.getPrototypeOf(subtle).generateKey = generateKey;
  }
}

const madeKey = (alg) => (alg === "ES256" ? withoutEd25519(newKey) : newKey());
const shown = ({ kid, alg, jwk, privateKey }) => ({
  ...{ kid, alg, jwk, named: kidOf(jwk) },
  secret: [privateKey.type, privateKey.extractable],
});

const QUESTIONS = {
  event: (kind, fields) => writeEvent(eventNamed(kind, fields)),
  again: (payload) => writeEvent(readEvent(bytes(payload))),
  corrected: (payload, fields) => writeEvent(corrected(readEvent(bytes(payload)), fields)),
  declared: (payload, said) => writeEvent(declaredWrong(readEvent(bytes(payload)), said)),
  bent: (payload, name, value) => writeEvent({ ...readEvent(bytes(payload)), [name]: value }),
  act: (fields) => writeAct(fields),
  tell: (typ, payload) => [purposeOf(typ, payload), tell(typ, payload)],
  spelled,
  key: async (alg) => shown(await madeKey(alg)),
  seal: async (typ, payload, ledger, algs, issuer) => {
    const keys = [];
    for (const alg of algs) keys.push(await madeKey(alg));
    const jwks = keys.map(({ jwk }) => jwk);
    const said = payload.replaceAll("KIDS", keys.map(({ kid }) => kid).join());
    return { jwks, data: await seal({ typ, payload: said, ledger, keys }) };
  },
  parse: async (draft) => formatDraft(await parseDraft(bytes(draft))),
  make: async (typ, payload, jwks, checkpoint, purpose) => {
    const root = Uint8Array.from(Buffer.from(checkpoint.root, "base64"));
    const draft = await makeDraft({
      ...{ typ, payload, jwks, purpose },
      checkpoint: { ...checkpoint, root },
    });
    return formatDraft(draft);
  },
  drafted: async (typ, payload, checkpoint, purpose, algs) => {
    const keys = [];
    for (const alg of algs) keys.push(await madeKey(alg));
    const jwks = keys.map(({ jwk }) => jwk);
    const root = Uint8Array.from(Buffer.from(checkpoint.root, "base64"));
    const said = { typ, payload, jwks, purpose, checkpoint: { ...checkpoint, root } };
    let draft = await makeDraft(said);
    const files = [formatDraft(draft)];
    const told = [await refusal(async () => statementOf(draft))];
    for (const key of keys) {
      draft = await signDraft(await parseDraft(bytes(files.at(-1))), key);
      files.push(formatDraft(draft));
    }
    told.push(await refusal(() => signDraft(draft, keys[0])));
    told.push(await refusal(async () => signDraft(draft, await newKey())));
    return { jwks, files, told, missing: missingOf(draft), data: statementOf(draft) };
  },
  same: isSame,
};

async function refusal(ask) {
  const { refused } = await answer(ask);
  return refused;
}

async function answer(ask) {
  try {
    return { answer: await ask() };
  } catch (error) {
    return error instanceof Refused ? { refused: error.code } : { bug: error.stack };
  }
}

let given = "";
for await (const part of process.stdin.setEncoding("utf8")) given += part;
const answers = [];
for (const [name, ...about] of JSON.parse(given)) {
  answers.push(await answer(() => QUESTIONS[name](...about)));
}
process.stdout.write(JSON.stringify(answers));
