/**
 * Events as our profile of EPCIS 2.0.1 spells them: the other half of the verifier's `profile.js`.
 *
 * There is one table of what each event says, the reader's. What is written is read again before it
 * leaves, so that nobody signs what the ledger could not read, or would read as something else.
 */

import { utf8 } from "../../verifier/log/encoding.js";
import { writeJson } from "../../verifier/log/json.js";
import { isSame } from "../../verifier/rice/corrections.js";
import { refuse } from "../../verifier/rice/members.js";
import { CONTEXT, SPELLINGS, readEvent } from "../../verifier/rice/profile.js";
import { flag, text, textOrNone, written } from "./members.js";

const BY_KIND = new Map(SPELLINGS.map((spelled) => [spelled.cte, spelled]));
const OWN = { event_id: text, at: text, place: textOrNone };

/** Of each spelling its members, as they are written, and the fields of its record. */
const WRITTEN = new Map(
  SPELLINGS.map((spelled) => {
    const members = spelled.members.map((each) => ({ ...each, ...written(each) }));
    const said = Object.keys(spelled.said).map((name) => [name, flag]);
    const fields = { ...OWN, ...Object.fromEntries(said) };
    for (const each of members) Object.assign(fields, each.fields);
    return [spelled, { members, fields }];
  }),
);

/** The kinds there are events of: their `rice:cte` without its prefix. */
export const EVENT_KINDS = [...BY_KIND.keys()];

/** The event of a kind with these fields, in the units of its record; or a refusal. */
export function eventNamed(kind, fields) {
  const spelled = BY_KIND.get(kind) ?? refuse(`${kind} is not an event of this profile`);
  for (const [name, value] of Object.entries(spelled.said)) {
    if ((fields[name] ?? value) !== value) refuse(`a ${kind} says itself what ${name} is`);
  }
  return readBack({ ...spelled.said, ...fields, type: typeOf(fields, spelled.record) });
}

/** An event like another but for these fields. */
export function corrected(wrong, fields) {
  return readBack({ ...wrong, ...fields, type: typeOf(fields, wrong.type) });
}

/** That an event is wrong: when that is declared, why, and which events to come correct it. */
export function declaredWrong(wrong, { declared_at, reason, corrected_by }) {
  const { event_id, at, place } = wrong;
  const said = { wrong, declared_at, reason, corrected_by };
  return readBack({ type: "Correction", event_id, at, place, ...said });
}

/** The canonical EPCIS payload that says what an event does, or a refusal. */
export function writeEvent(event) {
  const { whole, shape } = event.type === "Correction" ? declaration(event) : spell(event);
  const payload = writeJson(shape);
  if (!isSame(readEvent(utf8(payload)), whole)) refuse("more than its profile has room for");
  return payload;
}

/** The type of a record; no field is called so. */
const typeOf = (fields, type) => (Object.hasOwn(fields, "type") ? refuse("there is no type") : type);
const readBack = (event) => readEvent(utf8(writeEvent(event)));

function declaration(event) {
  const { declared_at: declarationTime, reason, corrected_by: correctiveEventIDs } = event;
  const { whole: wrong, shape } = spell(event.wrong);
  const errorDeclaration = { declarationTime, reason, correctiveEventIDs };
  if (Object.values(errorDeclaration).includes(undefined)) refuse("half a declaration");
  return { whole: { ...event, wrong }, shape: { ...shape, errorDeclaration } };
}

/** An event with all its fields, and as EPCIS has it. */
function spell(event) {
  const spelled = SPELLINGS.find(
    ({ record, said }) =>
      record === event.type && Object.entries(said).every(([name, value]) => event[name] === value),
  );
  if (!spelled) refuse(`${event.type} is not an event of this profile`);
  const { members, fields } = WRITTEN.get(spelled);
  const whole = filled(fields, event);
  const [bizStep, disposition, action] = spelled.words;
  const shape = {
    ...{ "@context": JSON.parse(CONTEXT), type: spelled.type, eventTimeZoneOffset: "+07:00" },
    ...{ eventID: whole.event_id, eventTime: whole.at, "rice:cte": `rice:${spelled.cte}` },
    ...{ bizStep, disposition },
  };
  if (action) shape.action = action;
  if (whole.place) shape.readPoint = { id: whole.place };
  for (const { part, of, write } of members) {
    const value = write(whole);
    const holder = part ? (shape[part] ??= {}) : shape;
    if (value !== undefined) holder[of] = value;
  }
  return { whole, shape };
}

/** An event with what its fields are where they are left out; refused where one is odd. */
function filled(fields, event) {
  const whole = { type: event.type };
  const unknown = Object.keys(event).filter((name) => name !== "type" && !Object.hasOwn(fields, name));
  if (unknown.length) refuse(`there is no ${unknown}`);
  for (const [name, { is, absent }] of Object.entries(fields)) {
    const value = Object.hasOwn(event, name) ? event[name] : absent;
    if (value === undefined) refuse(`missing: ${name}`);
    whole[name] = is(value) ? value : refuse(`${name} cannot be this`);
  }
  return whole;
}
