// The farm diary: who may write a line of it, who did, and where to find its lines again.

import { knowArea } from "./areas.js";
import { find } from "./case.js";
import { FIELD_WORK } from "./events.js";
import { make } from "./facts.js";
import { sum } from "./mass.js";

const SIGNERS_MAX = 50;

export function largerThanArea(it) {
  const { body } = it;
  const isContract = body.type === "SignContract";
  const codes = isContract ? body.areas : [body.area];
  const worked_m2 = (isContract ? body.area_m2 : body.worked_m2) ?? 0;
  const area_m2 = sum(codes.map((code) => knowArea(it, code).area_m2));
  return worked_m2 <= area_m2 ? null : { area: codes.join(", "), worked_m2, area_m2 };
}

export function tooManySigners(it) {
  const { body } = it;
  const signed = signersOf(it, body)[kindOf(body)];
  const isKnown = it.meaning.kids.every((kid) => Object.hasOwn(signed, kid));
  if (isKnown || Object.keys(signed).length < SIGNERS_MAX) return null;
  return { area: body.area, season: body.season, keys: SIGNERS_MAX };
}

export function write(it, outcome) {
  const { area, season, at } = it.body;
  const on = at.slice(0, 10);
  const before = find(it, "diary", `diary:${area}/${season}`);
  const lines = 1 + (before?.lines ?? 0);
  const last_on = before && before.last_on > on ? before.last_on : on;
  outcome.put(make("diary", `${area}/${season}`, { area, season, lines, last_on }));
}

export function sign(it, outcome) {
  const { body, meaning, place } = it;
  const before = signersOf(it, body);
  const kind = kindOf(body);
  const joining = meaning.kids.filter((kid) => !Object.hasOwn(before[kind], kid));
  if (!joining.length) return;
  const added = Object.fromEntries(joining.map((kid) => [kid, place.index]));
  outcome.put({ ...before, [kind]: { ...before[kind], ...added } });
}

export function unsign(it, wrong, index, outcome) {
  const before = signersOf(it, wrong);
  const kind = kindOf(wrong);
  const signed = { ...before[kind] };
  const left = Object.keys(signed).filter((kid) => signed[kid] === index);
  for (const kid of left) {
    delete signed[kid];
    const other = standing(it, wrong, kid);
    if (other !== undefined) signed[kid] = other;
  }
  if (left.length) outcome.put({ ...before, [kind]: signed });
}

function standing(it, wrong, kid) {
  return it.past.told(`diary:${wrong.area}/${wrong.season}`).find((index) => {
    const { body, kids } = it.past.entry(index)[1];
    return (
      FIELD_WORK.has(body.type) &&
      kindOf(body) === kindOf(wrong) &&
      body.event_id !== wrong.event_id &&
      kids.includes(kid) &&
      !find(it, "said", `said:${body.event_id}/declared`)
    );
  });
}

function signersOf(it, { area, season }) {
  const name = `${area}/${season}`;
  const none = { area, season, measured: {}, reported: {} };
  return find(it, "signers", `signers:${name}`) ?? make("signers", name, none);
}

const kindOf = (line) => (line.type === "WaterReading" ? "measured" : "reported");
