// Answers questions to the modules of a device: one JSON array of cases comes in, one of answers out.

import { readFileSync } from "node:fs";

const { language, words, cases } = JSON.parse(readFileSync(0, "utf8"));
globalThis.document = {
  documentElement: { lang: language },
  getElementById: () => ({ textContent: JSON.stringify(words) }),
};

const at = (path) => import(`./web/static/${path}`);
const { symbolOf } = await at("workplace/symbol.js");
const { readAmount } = await at("workplace/numbers.js");
const { amountText } = await at("workplace/refill.js");
const { readForm } = await at("workplace/fields.js");
const { goodsIn, planned } = await at("workplace/order.js");
const { effectsOf, lotsMeant, standing } = await at("workplace/overlay.js");
const { Gathering, framesOf } = await at("workplace/frames.js");
const { readParcel, writeParcel } = await at("workplace/parcels.js");
const { eventNamed, writeEvent } = await at("writer/rice/profile.js");
const { readEvent } = await at("verifier/rice/profile.js");

const bytes = (text) => new TextEncoder().encode(text);
const text = (data) => new TextDecoder().decode(data);

/** As much of a form's field as its reader looks at: inputs by name, rows, what was chosen. */
function fieldOf({ data, inputs = {}, rows = [] }) {
  const told = { textContent: "", hidden: true };
  const dataset = { ...data };
  const input = (name) => ({ value: inputs[name] ?? "", focus() {}, files: [] });
  return {
    dataset,
    told,
    querySelector(selector) {
      if (selector === "[data-wrong]") return told;
      const name = /\[name=(\w+)\]/.exec(selector)?.[1] ?? "value";
      return input(name);
    },
    querySelectorAll: (selector) => (selector === ".row" ? rows.map((row) => fieldOf({ inputs: row })) : []),
  };
}

const QUESTIONS = {
  symbol: (said, mask) => symbolOf(said, mask).map((row) => row.join("")),
  amount: (said, scale) => readAmount(said, scale, language === "vi"),
  typed: (units, scale) => amountText(units, scale),
  plan: (items) => {
    const { next, held } = planned(items);
    return [next?.number ?? null, [...held]];
  },
  goods: (value) => goodsIn(value),
  /** What a field reads of what was typed, and what it says is wrong with it. */
  field: async (described) => {
    const field = fieldOf(described);
    const members = await readForm({ querySelectorAll: () => [field] });
    return [members && (members[field.dataset.field] ?? null), field.told.textContent];
  },
  /** The same, and whether a statement can be made of it. */
  stated: async (kind, name, described, others) => {
    const [value, wrong] = await QUESTIONS.field(described);
    if (wrong || value === null) return wrong ? "refused" : "nothing";
    try {
      writeEvent(eventNamed(kind, { ...others, [name]: value }));
      return "taken";
    } catch (error) {
      return `let through: ${JSON.stringify(value)} ${JSON.stringify(error.details ?? error.message)}`;
    }
  },
  overlay: (payloads, did, listed) => {
    const events = payloads.map(([payload, isOwn]) => ({ event: readEvent(bytes(payload)), isOwn }));
    return [...effectsOf(events, did)].map(([lot, effect]) => [lot, standing(listed[lot] ?? null, effect), effect.goes]);
  },
  meant: (said, names) => lotsMeant(said, names),
  frames: async (said) => framesOf(bytes(said)),
  /** What is gathered of frames in this order: how each was taken, and the parcel if it is whole. */
  gather: async (frames) => {
    const gathering = new Gathering();
    const taken = frames.map((frame) => gathering.take(frame));
    const { missing, isWhole } = gathering;
    return { taken, missing, whole: isWhole ? text(await gathering.bytes()) : null };
  },
  parcel: (origin, statements) => writeParcel(origin, statements),
  opened: (origin, parcel) => readParcel(origin, bytes(parcel)).map(({ kind, statement, kids }) => [kind, statement, kids]),
};

const answers = [];
for (const [name, ...asked] of cases) {
  try {
    answers.push({ answer: (await QUESTIONS[name](...asked)) ?? null });
  } catch (error) {
    answers.push(error.code && error.details ? { refused: error.code } : { bug: String(error.stack) });
  }
}
process.stdout.write(JSON.stringify(answers), () => process.exit(0));
