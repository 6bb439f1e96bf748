// Contracts, baselines, papers and households: what is agreed and shown, and how it is found again.

import { localDay, parseInstant } from "../log/encoding.js";
import { list } from "./actors.js";
import { knowArea } from "./areas.js";
import { find, know, recordedOn } from "./case.js";
import { make } from "./facts.js";
import { numberOf } from "./terms.js";

export function unsignedParty({ body, speakers }) {
  const isContract = body.type === "SignContract";
  const parties = new Set(
    isContract ? [body.seller, body.buyer] : [body.cooperative, body.verifier],
  );
  const isSigned = parties.size === speakers.size && [...parties].every((id) => speakers.has(id));
  return isSigned ? null : { parties: list(parties), actors: list(speakers) || "-" };
}

export function actInFuture(it) {
  const on = dayOf(it.body);
  return on > recordedOn(it) ? { on } : null;
}

function dayOf(act) {
  if (act.type === "SignContract") return [act.seller_signed_on, act.buyer_signed_on].sort()[1];
  if (act.type === "MarkBags") return localDay(parseInstant(act.marked_at));
  return act.inspected_on ?? act.signed_on ?? act.issued_on ?? act.erased_on;
}

export function takenNumber(it) {
  const { body } = it;
  switch (body.type) {
    case "InspectArea": {
      const { inspections } = knowArea(it, body.area);
      const isTaken = inspections.some(({ report }) => report === body.report);
      return isTaken ? { number: body.report } : null;
    }
    case "SignContract":
      return taken(it, "contract", body.contract, numberOf(body.contract));
    case "SignBaseline":
      return taken(it, "baseline", `${body.area}/${body.season}`);
    case "PresentPaper":
      return taken(it, "paper", body.paper, numberOf(body.paper));
    default:
      return taken(it, "household", `${body.household}/${body.area}`, body.household);
  }
}

function taken(it, tag, id, number = id) {
  return find(it, tag, `${tag}:${id}`) ? { number } : null;
}

export function unknownContract(it) {
  const { contract } = it.body;
  if (!contract || find(it, "contract", `contract:${contract}`)) return null;
  return { contract: numberOf(contract) };
}

export function unfitContract(it) {
  const { contract, area, season: cutIn } = it.body;
  if (!contract) return null;
  const { seller, season, areas } = know(it, "contract", `contract:${contract}`);
  if (season === cutIn && seller === it.speaker && areas.includes(area)) return null;
  return { contract: numberOf(contract), seller, season, areas: areas.join(", "), area };
}

export function signContract(it, outcome) {
  keep(it, outcome, "contract", it.body.contract);
}

export function signBaseline(it, outcome) {
  keep(it, outcome, "baseline", `${it.body.area}/${it.body.season}`);
}

export function present(it, outcome) {
  keep(it, outcome, "paper", it.body.paper, { shown_by: it.speaker });
}

export function enrol(it, outcome) {
  keep(it, outcome, "household", `${it.body.household}/${it.body.area}`, { id: it.body.household });
}

// No verdict shows more of these than that they are there, so they keep what their acts say.
function keep(it, outcome, tag, id, more = {}) {
  outcome.put(make(tag, id, { ...it.body, id, ...more, index: it.place.index }));
}
