// Where: coded planting areas, the life of their codes, and how much each has yielded.

import { settingsOf } from "./actors.js";
import { find, know } from "./case.js";
import { profileOf } from "./editions.js";
import { make } from "./facts.js";
import { mass14G } from "./mass.js";

export const FINAL_STATES = new Set(["revoked", "withdrawn", "superseded"]);

const CUT = {
  DX: ["12-01", "05-31"],
  HT: ["05-01", "09-30"],
  TD: ["08-15", "01-31"],
};

export const knowArea = (it, code) => know(it, "area", `area:${code}`);

const isFinal = (spell) => FINAL_STATES.has(spell.state);

// Changes by the day they take effect; of one day, as they were recorded.
export function inOrder(spells) {
  return [...spells].sort((a, b) =>
    a.from_on === b.from_on ? a.index - b.index : a.from_on < b.from_on ? -1 : 1,
  );
}

export function stateOn(spells, on) {
  const begun = inOrder(spells.filter((spell) => spell.from_on <= on));
  return begun.find(isFinal) ?? begun.at(-1) ?? null;
}

export function unknownArea(it) {
  const { body } = it;
  const codes = body.type === "SignContract" ? body.areas : [body.area];
  const area = codes.find((code) => !find(it, "area", `area:${code}`));
  return area === undefined ? null : { area };
}

export function takenCode(it) {
  const { area } = it.body;
  return find(it, "area", `area:${area}`) ? { area } : null;
}

export function revokedArea(it) {
  const area = knowArea(it, it.body.area);
  const final = area.spells.find(isFinal);
  return final ? { area: area.code, from_on: final.from_on } : null;
}

export function inactiveArea(it) {
  const { area, harvested_on } = it.body;
  const { spells, issued_on, expires_on } = knowArea(it, area);
  const spell = stateOn(spells, harvested_on);
  if (!spell) return { area, state: "pending", from_on: issued_on };
  if (harvested_on > expires_on) return { area, state: "expired", from_on: expires_on };
  return spell.state === "active" ? null : { area, state: spell.state, from_on: spell.from_on };
}

export function foreignArea(it) {
  const { body } = it;
  let [actor, codes] = [it.speaker, [body.area]];
  if (body.type === "SignContract") [actor, codes] = [body.seller, body.areas];
  if (body.type === "SignBaseline") actor = body.cooperative;
  const area = codes.map((code) => knowArea(it, code)).find(({ manager }) => manager !== actor);
  return area ? { area: area.code, manager: area.manager, actor } : null;
}

export function unfitSeason(it) {
  const { season, harvested_on } = it.body;
  const [name, year] = season.split("-");
  const [first, last] = CUT[name];
  const firstOn = `${Number(year) - (name === "DX")}-${first}`;
  const lastOn = `${Number(year) + (name === "TD")}-${last}`;
  return firstOn <= harvested_on && harvested_on <= lastOn ? null : { season, harvested_on };
}

export function excessiveYield(it) {
  if (!it.founding) return null;
  const area = knowArea(it, it.body.area);
  const total = BigInt(total14G(it));
  const possible = BigInt(area.area_m2) * BigInt(it.founding.settings.yield_reject_g_m2);
  const approved = BigInt(area.approved_output_g);
  const limit = possible < approved ? possible : approved;
  if (total <= limit) return null;
  return { area: area.code, total_t: tonnes(total), limit_t: tonnes(limit) };
}

// A spell of which it never matters who signed it.
export function spellOf(from_on, state, reason, index) {
  return { from_on, state, reason, kids: [], recorded_at: "", index };
}

export function register(it, outcome) {
  const { body: act, place, speaker: issuer } = it;
  const spell = spellOf(act.issued_on, "active", act.paper, place.index);
  const life = { spells: [spell], inspections: [] };
  outcome.put(make("area", act.area, { ...act, code: act.area, issuer, ...life }));
}

export function overdueInspection(it) {
  const { body } = it;
  if (!["covers", "licenses"].includes(profileOf(it).effect)) return null;
  const months = settingsOf(it).inspection_months;
  for (const area of body.areas) {
    const { issued_on, inspections } = knowArea(it, area);
    const days = inspections.map(({ on }) => on).filter((on) => on <= body.from_on);
    const last_on = [issued_on, ...days].sort().at(-1);
    if (body.from_on > monthsAfter(last_on, months)) return { area, last_on, months };
  }
  return null;
}

export function monthsAfter(day, months) {
  const [year, month, ofMonth] = day.split("-").map(Number);
  const after = year * 12 + month - 1 + months;
  const [y, m] = [Math.floor(after / 12), (after % 12) + 1];
  const lastOfMonth = new Date(Date.UTC(y, m, 0)).getUTCDate();
  const two = (number) => String(number).padStart(2, "0");
  return `${y}-${two(m)}-${two(Math.min(ofMonth, lastOfMonth))}`;
}

export function inspect(it, outcome) {
  const { area: code, inspected_on: on, ...act } = it.body;
  const area = knowArea(it, code);
  const { result, report, diary_kept, packaging_collected } = act;
  const place = { kids: it.meaning.kids, index: it.place.index };
  const found = { on, result, report, diary_kept, packaging_collected, ...place };
  outcome.put({ ...area, inspections: [...area.inspections, found] });
}

export function change(it, outcome) {
  const { area: code, from_on, state, reason } = it.body;
  const area = knowArea(it, code);
  const spell = spellOf(from_on, state, reason, it.place.index);
  outcome.put({ ...area, spells: [...area.spells, spell] });
}

export function count(it, outcome) {
  const { area, season } = it.body;
  outcome.put(make("harvested", `${area}/${season}`, { area, season, mass14_g: total14G(it) }));
}

function total14G(it) {
  const { area, season, mass_g, moisture_ppt } = it.body;
  const before = find(it, "harvested", `harvested:${area}/${season}`);
  return (before?.mass14_g ?? 0) + mass14G(mass_g, moisture_ppt);
}

function tonnes(massG) {
  return `${massG / 1_000_000n}.${String((massG / 1000n) % 1000n).padStart(3, "0")}`;
}
