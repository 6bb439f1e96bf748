// What follows when an event is declared wrong: everything derived from it is worked out again.
// Affected are the lots and units it speaks of and all that came of them, and these may change;
// behind them are the lots they were made of. The rest is read as it is now.

import { byCodePoint } from "../log/encoding.js";
import { openCase, Outcome } from "./case.js";
import { isSame, touched } from "./corrections.js";
import { EVENTS } from "./events.js";
import { find } from "./facts.js";
import { asFarAsThere } from "./fitting.js";
import * as lettering from "./lettering.js";
import * as lots from "./lots.js";
import { birthsOf, drawsOf, TRANSFORMATIONS } from "./lots.js";
import { RULES } from "./rulebook.js";
import * as units from "./units.js";

// What statements do to lots, pallets and containers, each with the types it is about.
export const LOT_FOLDS = [
  [lots.harvest, ["Harvest"]],
  [lots.receive, ["Receiving"]],
  [lots.handOver, ["Handover"]],
  [lots.note, ["Transporting", "Testing"]],
  [lots.transform, [...TRANSFORMATIONS]],
  [lots.lose, ["Sampling", "Destruction"]],
  [lots.count, ["StockCount"]],
  [lots.giveBack, ["Return"]],
  [lots.hold, ["Hold"]],
  [lots.clearHold, ["ClearHold"]],
  [lots.recall, ["Recall"]],
  [units.palletise, ["Palletising"]],
  [units.unpalletise, ["Unpalletising"]],
  [units.load, ["Loading"]],
  [units.ship, ["Shipping"]],
  [units.dispatch, ["Dispatch", "Return"]],
  [units.arrive, ["Arrival"]],
  [lettering.issue, ["IssueLabels"]],
];

// Rules an event may come to break when another is corrected; and those of them that can be told
// without the lots it makes, of which the evidence for one bag need not speak.
const DRAW_CODES = ["lot_unknown", "not_holder", "exceeds_lot"];
const BALANCE_CODES = [
  ...["unit_unknown", "event_before_lot", "lot_unfit", "lot_taken", "unit_taken", "unit_not_held"],
  ...["not_consigned", "mass_too_small", "mass_gained", "recovery_above_limit"],
  ...["counted_above_books", "custody_strengthened", "container_overloaded", "mark_not_covered"],
  ...["mark_of_other_bags", "labels_outnumber_bags", ...DRAW_CODES],
];
const BALANCE_RULES = RULES.filter((rule) => BALANCE_CODES.includes(rule.code));
const DRAW_RULES = RULES.filter((rule) => DRAW_CODES.includes(rule.code));

const lotKeys = (draws) => draws.map(([lotId]) => `lot:${lotId}`);
const isLot = (key) => key.startsWith("lot:");

// Facts in which some lots and units are worked out again; they are read as others are.
export class Refolding {
  #case;
  #wrong;
  #known = new Map();
  #causes;
  #opened = new Map();
  #starts;
  #affected;
  #anew;

  constructor(it, wrong, starts) {
    this.#case = it;
    this.#wrong = wrong;
    this.#causes = new Set([it.place.index]);
    this.#starts = new Set(starts);
    this.#affected = this.#whatCameOf(this.#starts);
    this.#anew = new Set([...this.#affected, ...this.#whatIsBehind(this.#affected)]);
  }

  get(key) {
    return this.#anew.has(key) ? this.#known.get(key) : this.#case.facts.get(key);
  }

  // Fold all entries again, with `amend` at a place; the facts that are other now, and of the
  // lots and units the wrong event speaks of all: it is said of them.
  run(place, amend = null) {
    let pending = amend;
    const entries = this.#entries().map((index) => [this.#placeOf(index), index]);
    for (const [at, index] of entries.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
      if (pending && at > place) {
        pending();
        pending = null;
      }
      this.#again(index);
    }
    if (pending) pending();
    return [...this.#affected].sort(byCodePoint).flatMap((key) => {
      const before = this.#case.facts.get(key);
      const now = this.#known.get(key) ?? (before && emptied(before));
      return now && (this.#starts.has(key) || !isSame(now, before)) ? [now] : [];
    });
  }

  // Do what a statement does to lots and units, as far as they are there.
  fold(it) {
    const fitted = asFarAsThere(it.body, this);
    if (!fitted) return;
    const there = { ...it, body: fitted, facts: this };
    const outcome = new Outcome();
    if (TRANSFORMATIONS.has(fitted.type) && !this.#makesKnown(fitted)) {
      lots.drawInputs(there, outcome);
    } else {
      for (const [fold, about] of LOT_FOLDS) if (about.includes(fitted.type)) fold(there, outcome);
    }
    for (const [key, fact] of outcome.puts) if (this.#anew.has(key)) this.#known.set(key, fact);
  }

  #again(index) {
    const [place, meaning] = this.#entry(index);
    const it = openCase(meaning, place, this);
    const objection = EVENTS.has(it.body.type) ? this.#objection(it) : "";
    this.fold(it);
    if (objection) this.#mark(it.body, index, objection);
  }

  // The rule that an event affected by the correction breaks now.
  #objection(it) {
    const { body } = it;
    if (![...touched(body)].some((key) => this.#affected.has(key))) return "";
    const isDraw = TRANSFORMATIONS.has(body.type) && !this.#makesKnown(body);
    for (const rule of isDraw ? DRAW_RULES : BALANCE_RULES) {
      const details = rule.about.includes(body.type) ? rule.check(it) : null;
      // A lot that is read as it is now is there already, with all that will come of it.
      const isThere = rule.code === "lot_taken" && !this.#anew.has(`lot:${details?.lot}`);
      if (details && !isThere) return rule.code;
    }
    return "";
  }

  // Mark what an event made, or else what it moves, as unbalanced.
  #mark(body, index, rule) {
    const made = lotKeys(birthsOf(body));
    const causes = [...this.#causes].sort((a, b) => a - b);
    for (const key of new Set(made.length ? made : touched(body))) {
      const lot = this.#affected.has(key) && find(this, "lot", key);
      if (lot) {
        const unbalanced = [...lot.unbalanced, { index, rule, causes }];
        this.#known.set(key, { ...lot, unbalanced });
      }
    }
  }

  #makesKnown(body) {
    return lotKeys(birthsOf(body)).some((key) => this.#anew.has(key));
  }

  #entry(index) {
    if (!this.#opened.has(index)) this.#opened.set(index, this.#case.past.entry(index));
    return this.#opened.get(index);
  }

  #bodiesOf(keys) {
    const indexes = new Set([...keys].flatMap((key) => [...this.#case.past.told(key)]));
    return [...indexes].map((index) => [index, this.#entry(index)[1].body]);
  }

  // The entries to fold again: all that speak of what is worked out again.
  #entries() {
    const bodies = this.#bodiesOf(this.#anew);
    return bodies.filter(([index, body]) => this.#counts(body, index)).map(([index]) => index);
  }

  #counts(body, index) {
    if (body.type === "Correction") {
      this.#causes.add(index);
      return false;
    }
    return !(EVENTS.has(body.type) && this.#isWrong(body.event_id));
  }

  #isWrong(eventId) {
    const key = `said:${eventId}/declared`;
    return eventId === this.#wrong || Boolean(find(this.#case.facts, "said", key));
  }

  // The place of an entry in the order of folding: that of the event it stands for.
  #placeOf(index) {
    const { body } = this.#entry(index)[1];
    if (!EVENTS.has(body.type)) return index;
    return find(this.#case.facts, "said", `said:${body.event_id}`)?.stands_for ?? index;
  }

  // Lots and units, and everything that came of them.
  #whatCameOf(starts) {
    const found = new Set();
    let edge = [...starts];
    while (edge.length) {
      for (const key of edge) found.add(key);
      const bodies = this.#bodiesOf(edge);
      const onward = new Set(bodies.flatMap(([, body]) => this.#onward(body, found)));
      edge = [...onward].filter((key) => !found.has(key) && this.#case.facts.get(key));
    }
    return found;
  }

  // The lots and units that an event makes of those found, or puts them into.
  #onward(body, found) {
    const { type } = body;
    if (!EVENTS.has(type) || type === "Correction") return [];
    const names = [...touched(body)];
    if (lotKeys(drawsOf(body)).some((key) => found.has(key))) {
      const isPut = type === "Palletising" || type === "Loading";
      return [...lotKeys(birthsOf(body)), ...(isPut ? names : [])];
    }
    if (!names.some((key) => found.has(key))) return [];
    // What else is in the container stands or falls with how it was loaded.
    if (type === "Loading") return names.filter((key) => !isLot(key));
    if (type !== "Unpalletising") return [];
    const pallet = find(this.#case.facts, "pallet", `pallet:${body.pallet}`);
    return pallet ? [`lot:${pallet.lot}`] : []; // its bags went back to their lot
  }

  // The lots that affected lots were made of, back to the field.
  #whatIsBehind(affected) {
    const found = new Set();
    let edge = [...affected].filter(isLot);
    while (edge.length) {
      for (const key of edge) found.add(key);
      const makers = this.#bodiesOf(edge).filter(
        ([, body]) =>
          TRANSFORMATIONS.has(body.type) && lotKeys(birthsOf(body)).some((key) => found.has(key)),
      );
      const behind = new Set(makers.flatMap(([, body]) => lotKeys(body.inputs)));
      edge = [...behind].filter((key) => !found.has(key));
    }
    return found;
  }
}

// A lot or unit that never came to be, as what is left of it: nothing.
function emptied(fact) {
  switch (fact.fact) {
    case "lot":
      return { ...fact, left_g: 0, origin: {}, layers: [], bags: 0, bags_left: 0, unbalanced: [] };
    case "pallet":
      return { ...fact, bags: 0 };
    case "container":
      return { ...fact, pallets: [], bags: [], is_empty: true };
    default:
      return fact;
  }
}
