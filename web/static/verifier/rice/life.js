// The life of an attestation: in what state it is on a day, and which change may follow which.

import { formatTime } from "../log/encoding.js";
import { FINAL_STATES, inOrder, stateOn } from "./areas.js";
import { actor, find, know } from "./case.js";

const IN_FORCE = ["granted", "reinstated", "reduced"];
const CHANGES = ["suspended", "reduced", "withdrawn", "superseded"];
// Suspended twice: on another ground, or from an earlier day.
const FOLLOWS = {
  pending: ["granted", "withdrawn"],
  granted: CHANGES,
  reinstated: CHANGES,
  reduced: CHANGES,
  suspended: ["suspended", "reinstated", "withdrawn", "superseded"],
  withdrawn: [],
  superseded: [],
};

export function stageOf({ from_on, until_on, spells }, on) {
  if (on < from_on) return "pending";
  const state = stateOn(spells, on)?.state ?? "pending";
  return IN_FORCE.includes(state) && on > until_on ? "expired" : state;
}

export function stateOf(attestation, on) {
  const stage = stageOf(attestation, on);
  return IN_FORCE.includes(stage) ? "granted" : stage;
}

export function since(attestation, on) {
  if (stageOf(attestation, on) === "expired") return attestation.until_on;
  let begun = attestation.from_on;
  let before = "";
  const turns = attestation.spells.filter((turn) => turn.from_on <= on);
  for (const { state, from_on } of untilFinal(inOrder(turns))) {
    // On another ground, or from another paper, it is the same suspension that goes on.
    if (state !== "suspended" || before !== "suspended") begun = from_on;
    before = state;
  }
  return begun;
}

export const turnOn = ({ spells }, on) => stateOn(spells, on);

export function figuresOn({ area_m2, quota_g, spells }, on) {
  const begun = spells.filter((turn) => turn.area_m2 && turn.from_on <= on);
  const last = inOrder(begun).at(-1) ?? { area_m2, quota_g };
  return [last.area_m2, last.quota_g];
}

export function unknownAttestation(it) {
  const { attestation } = it.body;
  return find(it, "attestation", `attestation:${attestation}`) ? null : { attestation };
}

export function unknownDecider(it) {
  const { type, certifier, decided_by } = it.body;
  const named = type === "Apply" ? certifier : decided_by;
  return actor(it, named) ? null : { actor: named };
}

export function prematureChange(it) {
  const { number, from_on } = changing(it);
  return it.body.from_on >= from_on ? null : { number, from_on };
}

export function changeAfterEnd(it) {
  const { number, until_on, spells } = changing(it);
  const on = it.body.from_on;
  for (const { state, from_on } of spells) {
    if (FINAL_STATES.has(state) && (state === "withdrawn" || from_on <= on)) {
      return { number, state, since: from_on };
    }
  }
  return on > until_on ? { number, state: "expired", since: until_on } : null;
}

export function unfitChange(it) {
  const { number, spells } = changing(it);
  const states = untilFinal(inOrder([...spells, turnOf(it)])).map((turn) => turn.state);
  const odd = states.findIndex((state, at) => at && !FOLLOWS[states[at - 1]].includes(state));
  return odd < 0 ? null : { number, from: states[odd - 1], to: states[odd] };
}

export function unfitReduction(it) {
  if (it.body.state !== "reduced") return null;
  const known = changing(it);
  let { area_m2, quota_g } = known;
  for (const turn of inOrder([...known.spells, turnOf(it)]).filter((each) => each.area_m2)) {
    const isMore = turn.area_m2 > area_m2 || turn.quota_g > quota_g;
    const isSame = turn.area_m2 === area_m2 && turn.quota_g === quota_g;
    if (isMore || isSame || turn.quota_g > 0 !== quota_g > 0) {
      return { number: known.number, area_m2, quota_kg: Math.floor(quota_g / 1000) };
    }
    ({ area_m2, quota_g } = turn);
  }
  return null;
}

export function unfitSuccessor(it) {
  const { state, successor: id, from_on } = it.body;
  if (state !== "superseded") return null;
  const known = changing(it);
  const successor = find(it, "attestation", `attestation:${id}`);
  const names = ["issuer", "issued_to", "profile", "scheme", "season"];
  const isFit =
    successor &&
    successor.id !== known.id &&
    names.every((name) => successor[name] === known[name]) &&
    stateOf(successor, from_on) === "granted";
  return isFit ? null : { number: known.number, successor: id };
}

export function change(it, outcome) {
  const known = changing(it);
  outcome.put({ ...known, spells: [...known.spells, turnOf(it)] });
}

const changing = (it) => know(it, "attestation", `attestation:${it.body.attestation}`);

function turnOf({ body, place, meaning: { kids } }) {
  const { from_on, state, reason, remark, paper, decided_by, area_m2, quota_g, successor } = body;
  const why = { reason, remark, paper, decided_by };
  const said = { kids, recorded_at: formatTime(place.recorded_at), index: place.index };
  return { from_on, state, ...why, area_m2, quota_g, successor, ...said };
}

// Changes up to the first final one.
function untilFinal(turns) {
  const final = turns.findIndex((turn) => FINAL_STATES.has(turn.state));
  return final < 0 ? turns : turns.slice(0, final + 1);
}
