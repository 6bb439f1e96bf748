// Who may vouch: accreditations under a scheme, in which role, where and when, and their life.

import { formatTime } from "../log/encoding.js";
import { spellOf, stateOn } from "./areas.js";
import { actor, actorOf, find, know, recordedOn } from "./case.js";
import { find as findFact, make } from "./facts.js";
import { isDisputed, isSpellDisputed } from "./key_life.js";
import { accrediting, held, holds, isSamePerson, owning } from "./offices.js";

export function isAccredited(facts, actorId, role, schemeId, commune, on) {
  const known = findFact(facts, "actor", `actor:${actorId}`);
  const scheme = findFact(facts, "scheme", `scheme:${schemeId}`);
  if (!known || !scheme) return false;
  if (role === "scheme_owner") return holds(known, owning(scheme), on);
  return given(facts, known.did, schemeId).some(
    (one) =>
      one.role === role &&
      (!commune || !one.communes.length || one.communes.includes(commune)) &&
      stateOf(one, on) === "granted" &&
      !isDoubtful(facts, one, on),
  );
}

// A stolen key gave it, or reinstated it as it stands that day.
function isDoubtful(facts, { kid, index, recorded_at, spells }, on) {
  if (isDisputed(facts, kid, index, recorded_at)) return true;
  const spell = stateOn(spells, on);
  return Boolean(spell) && isSpellDisputed(facts, spell);
}

export function stateOf(accreditation, on) {
  if (on < accreditation.from_on) return "pending";
  const state = stateOn(accreditation.spells, on)?.state ?? "pending";
  return state === "granted" && on > accreditation.until_on ? "expired" : state;
}

export function unknownBody(it) {
  const did = it.body.issued_to_did;
  return actorOf(it, did) ? null : { did };
}

export function notEntitled(it) {
  return offices(it).length ? null : { actor: it.speaker, scheme: it.body.scheme };
}

export function outsideJurisdiction(it) {
  if (covering(it).length) return null;
  const inside = offices(it).flatMap((office) => office.communes);
  const [commune = "*"] = it.body.communes.filter((code) => !inside.includes(code)).sort();
  return { actor: it.speaker, commune };
}

export function outsideDates(it) {
  const { from_on, until_on } = it.body;
  const [since] = covering(it)
    .map((office) => office.from_on)
    .sort();
  return since <= from_on && recordedOn(it) <= until_on ? null : { from_on, until_on, since };
}

export function notIndependent(it) {
  const issuer = know(it, "actor", `actor:${it.speaker}`);
  const body = know(it, "actor", `actor:${actorOf(it, it.body.issued_to_did)}`);
  return isSamePerson(issuer, body) ? { issuer: issuer.id, subject: body.id } : null;
}

export function unknownAccreditation(it) {
  const { accreditation } = it.body;
  const known = find(it, "accreditation", `accreditation:${accreditation}`);
  const isOver = !known || known.spells.some((spell) => spell.state === "withdrawn");
  return isOver ? { accreditation } : null;
}

export function accredit(it, outcome) {
  const { body, place, meaning } = it;
  const { id, scheme, from_on } = body;
  const { index } = place;
  outcome.put(
    make("accreditation", id, {
      ...body,
      actor: actorOf(it, body.issued_to_did),
      issuer: it.speaker,
      spells: [spellOf(from_on, "granted", "", index)],
      kid: meaning.kids[0],
      recorded_at: formatTime(place.recorded_at),
      index,
    }),
  );
  const name = `${body.issued_to_did}/${scheme}`;
  const before = find(it, "accredited", `accredited:${name}`)?.accreditations ?? [];
  const accreditations = [...before, id];
  outcome.put(make("accredited", name, { did: body.issued_to_did, scheme, accreditations }));
}

export function change(it, outcome) {
  const { accreditation, from_on, state, reason } = it.body;
  const known = know(it, "accreditation", `accreditation:${accreditation}`);
  const { kids } = it.meaning;
  const recorded_at = formatTime(it.place.recorded_at);
  const spell = { from_on, state, reason, kids, recorded_at, index: it.place.index };
  outcome.put({ ...known, spells: [...known.spells, spell] });
}

function given(facts, did, scheme) {
  const names = findFact(facts, "accredited", `accredited:${did}/${scheme}`)?.accreditations ?? [];
  return names
    .map((name) => findFact(facts, "accreditation", `accreditation:${name}`))
    .filter((known) => known);
}

function offices(it) {
  const scheme = know(it, "scheme", `scheme:${it.body.scheme}`);
  const speaker = actor(it, it.speaker);
  const on = recordedOn(it);
  return [owning(scheme), accrediting(scheme.id)].flatMap((each) => held(speaker, each, on));
}

function covering(it) {
  const asked = it.body.communes;
  return offices(it).filter(
    ({ communes }) =>
      !communes.length || (asked.length && asked.every((code) => communes.includes(code))),
  );
}
