/** The rulebook over a bundle: what is known once its entries have been taken in order. */

import { draw as drawGrant } from "../rice/attestations.js";
import { Outcome, know, openCase } from "../rice/case.js";
import { byCodePoint } from "../log/encoding.js";
import { touched } from "../rice/corrections.js";
import { EVENTS } from "../rice/events.js";
import { find } from "../rice/facts.js";
import { RuleError, fold, judge } from "../rice/judge.js";
import { FILLINGS, TRANSFORMATIONS, birthsOf, draw, gramsOf } from "../rice/lots.js";
import { container } from "../rice/members.js";
import { Refolding } from "../rice/refolding.js";
import { RULES } from "../rice/rulebook.js";
import * as sayings from "../rice/sayings.js";

/** The check of a verdict under which broken rules count; all others: who may say what. */
const CODES_OF = {
  keys_in_force: `
    key_unknown key_not_proved key_ended one_speaker root_quorum key_overlap_unfit
    key_not_recoverable key_not_revocable entry_undisputed key_suspect parties_unsigned`,
  founded_as_trusted: `
    founding_comes_first other_ledger root_threshold`,
  areas_in_force: `
    area_unknown area_not_active area_not_managed area_revoked season_unfit`,
  lots_connected: `
    contract_unknown contract_unfit lot_unknown unit_unknown unit_taken unit_not_held
    event_unknown event_not_own correction_taken load_held lot_taken lot_unfit event_before_lot
    bag_differs product_unfit not_holder not_consigned lot_held`,
  issuers_accredited: `
    inspection_overdue scheme_unknown issuer_not_signer issuer_not_accredited
    issuer_not_independent keys_not_apart accredited_body_unknown accreditor_not_entitled
    accreditation_outside_jurisdiction accreditation_outside_dates
    accreditation_not_independent accreditation_unknown scope_unknown hectares_granted_twice
    profile_unknown attestation_unfit validity_too_long second_person_missing
    second_person_same auditor_decides status_place_unfit status_place_taken
    application_unanswerable`,
  mass_balances: `
    yield_above_limit exceeds_lot mass_too_small mass_gained recovery_above_limit
    container_overloaded counted_above_books`,
  labels_fit_lot: `
    bags_unknown labels_not_own labels_outnumber_bags labels_voided bag_not_own
    unit_overmarked bag_mark_unfit`,
  mark_granted: `
    mark_unbalanced mark_of_other_bags grant_not_in_force`,
  custody_kept: `
    custody_strengthened mark_custody_refused`,
  criteria_met: `
    criterion_not_met`,
  quota_kept: `
    quota_above_scheme quota_taken_before licence_overdrawn licence_not_in_force quota_exceeded`,
  changes_follow: `
    attestation_unknown decider_unknown change_before_start attestation_over change_unfit
    reduction_unfit successor_unfit`,
  origins_covered: `
    grant_not_confirmed mark_not_covered`,
};

const words = (text) => text.trim().split(/\s+/);

export const FINDING_OF = new Map(
  Object.entries(CODES_OF).flatMap(([rule, codes]) => words(codes).map((code) => [code, rule])),
);

export const DRAW_CODES = words(`other_ledger key_unknown key_ended one_speaker said_before
  event_office_not_held event_in_future lot_unknown event_before_lot lot_unfit not_holder
  lot_held exceeds_lot`);
export const MARK_CODES = words("grant_not_in_force mark_custody_refused quota_exceeded");
export const SALE_CODES = words("sale_not_covered lot_sold_with_mark lot_sold_twice");

// Rules that need to know nothing of the lots an event makes, nor of its other inputs; and those
// about an attestation that need to know nothing of the lot it speaks of.
const DRAW_RULES = RULES.filter((rule) => DRAW_CODES.includes(rule.code));
const MARK_RULES = RULES.filter((rule) => MARK_CODES.includes(rule.code));
const SALE_RULES = RULES.filter(
  (rule) => rule.about.includes("Attested") && !SALE_CODES.includes(rule.code),
);

/** Facts known from the entries taken so far; reads like any other source of facts. */
export class Replay {
  #sources = new Map();
  #facts = new Map();
  #told = new Map();
  #entries = new Map();

  constructor(subjects) {
    this.subjects = subjects;
  }

  get(key) {
    return this.#facts.get(key);
  }

  find(tag, key) {
    return find(this, tag, key);
  }

  /** The pallets that bags of this bundle were stacked on. */
  pallets() {
    const keys = [...this.#facts.keys()].filter((key) => key.startsWith("pallet:"));
    return keys.map((key) => key.slice("pallet:".length));
  }

  /** The entries taken that changed a fact. */
  told(key) {
    return this.#told.get(key) ?? [];
  }

  /** An entry, as its place and meaning, as far as it speaks of subjects of this bundle. */
  entry(index) {
    if (!this.#entries.has(index)) throw new Error(`no entry ${index}`);
    return this.#entries.get(index);
  }

  /** What the entries taken say, as far as they speak of subjects of this bundle. */
  taken() {
    return [...this.#entries].map(([index, [, meaning]]) => [index, meaning.body]);
  }

  /** Add what an entry changes; the first rule it breaks, or null. */
  take(said, place) {
    const meaning = { ...said, body: this.narrowed(said.body) };
    const { body } = meaning;
    if (TRANSFORMATIONS.has(body.type) && !this.isMadeForUs(body)) {
      return this.takeDraw(openCase(meaning, place, this, this), body);
    }
    if (body.type === "Attested" && body.licence && !this.isOurs("lot", body.lot)) {
      return this.takeSale(openCase(meaning, place, this, this));
    }
    let decision;
    try {
      decision = judge(meaning, place, this, this);
    } catch (refusal) {
      if (!(refusal instanceof RuleError)) throw refusal;
      return broken(refusal.code, openCase(meaning, place, this), refusal.details);
    }
    for (const { source, target } of decision.links) {
      if (!this.#sources.has(target)) this.#sources.set(target, new Map());
      this.#sources.get(target).set(`${place.index} ${source}`, source);
    }
    for (const sources of this.#sources.values()) {
      for (const [source, index] of decision.unlinked) sources.delete(`${index} ${source}`);
    }
    this.keep(decision.puts, meaning, place);
    return null;
  }

  /** The lots that went into one, each once. */
  sources(lot) {
    return [...new Set(this.#sources.get(lot)?.values() ?? [])].sort(byCodePoint);
  }

  /** Whether whoever stated an event has declared it wrong since. */
  isDeclaredWrong(event) {
    return Boolean(this.find("said", `said:${event.event_id}/declared`));
  }

  keep(puts, meaning, place) {
    this.#entries.set(place.index, [place, meaning]);
    for (const [key, fact] of puts) {
      this.#facts.set(key, fact);
      if (!this.#told.has(key)) this.#told.set(key, []);
      this.#told.get(key).push(place.index);
    }
  }

  isOurs(kind, name) {
    return this.subjects.has(`${kind}:${name}`);
  }

  /** Whether an event makes a lot that the bundle must speak of. */
  isMadeForUs(body) {
    return birthsOf(body).some(([lot]) => this.isOurs("lot", lot));
  }

  /** What a statement says of subjects of this bundle, and of nothing else. */
  narrowed(body) {
    const lots = (names) => names.filter((lot) => this.isOurs("lot", lot));
    const pallets = () => body.pallets.filter((name) => this.isOurs("pallet", name));
    const draws = (each) => each.filter(([lot]) => this.isOurs("lot", lot));
    switch (body.type) {
      case "Correction":
        return { ...body, wrong: this.narrowed(body.wrong) };
      case "Recall": {
        const bag_ranges = body.bag_ranges.filter((one) => this.isOurs("labels", one.batch));
        return { ...body, lots: lots(body.lots), bag_ranges };
      }
      case "ActivateLabels":
      case "VoidLabels": {
        const bag_ranges = body.bag_ranges.filter((one) => this.isOurs("labels", one.batch));
        return { ...body, bag_ranges };
      }
      case "MarkBags": {
        const numbers = body.numbers.filter((each) => this.isOurs("bag", `${body.batch}/${each}`));
        return { ...body, numbers };
      }
      case "Hold":
      case "ClearHold":
        return { ...body, lots: lots(body.lots) };
      case "Loading":
        return { ...body, pallets: pallets(), bags: draws(body.bags) };
      case "Dispatch":
        return { ...body, pallets: pallets() };
      case "Return":
        return { ...body, pallets: pallets(), lots: draws(body.lots) };
      case "Arrival":
        return { ...body, units: body.units.filter((name) => this.isOurUnit(name)) };
    }
    if (!TRANSFORMATIONS.has(body.type) || this.isMadeForUs(body)) return body;
    const narrow = { ...body, inputs: draws(body.inputs) };
    const isMarked = FILLINGS.has(body.type) && this.isOurs("attestation", body.grant);
    return FILLINGS.has(body.type) && !isMarked ? { ...narrow, grant: "" } : narrow;
  }

  isOurUnit(name) {
    return name.startsWith("urn:")
      ? this.isOurs("container", container(name))
      : this.isOurs("pallet", name);
  }

  /** Take an event that made other lots, in its own place or that of a wrong one. */
  takeDraw(case_, body) {
    const promised = this.find("promised", `said:${body.event_id}`);
    if (!promised) return this.draw(case_, body);
    const wrong = this.entry(promised.stands_for)[1].body;
    if (!EVENTS.has(wrong.type)) throw new Error(`entry ${promised.stands_for} is no event`);
    let found;
    const refolding = new Refolding(case_, "", new Set([...touched(wrong), ...touched(body)]));
    const amend = () => {
      const there = { ...case_, facts: refolding };
      found = this.objection(there, body);
      refolding.fold(there);
    };
    const facts = [...refolding.run(promised.stands_for, amend)];
    if (found === null) {
      const outcome = new Outcome();
      sayings.fold(case_, outcome);
      for (const fact of facts) outcome.put(fact);
      this.keep(outcome.puts, case_.meaning, case_.place);
    }
    return found;
  }

  /** Take what a sale of other rice took: of a licence of ours, and any place or answer. */
  takeSale(case_) {
    const found = firstBroken(SALE_RULES, case_);
    if (found === null) this.keep(fold(case_).puts, case_.meaning, case_.place);
    return found;
  }

  objection(case_, body) {
    const rules = FILLINGS.has(body.type) ? [...DRAW_RULES, ...MARK_RULES] : DRAW_RULES;
    return firstBroken(
      rules.filter((rule) => rule.about.includes(body.type)),
      case_,
    );
  }

  /** Take who says so, and what the event took from our lots. */
  draw(case_, body) {
    const objection = this.objection(case_, body);
    if (objection !== null) return objection;
    const outcome = new Outcome();
    sayings.fold(case_, outcome);
    if (body.type === "Packing" && body.grant) {
      drawGrant(case_, body.grant, body.bags * body.bag_g, outcome);
    }
    for (const each of body.inputs) {
      const lot = know(case_, "lot", `lot:${each[0]}`);
      const [, left] = draw(lot, gramsOf(case_, each));
      const isPacked = lot.form === "packed";
      outcome.put(isPacked ? { ...left, bags_left: lot.bags_left - each[1] } : left);
    }
    this.keep(outcome.puts, case_.meaning, case_.place);
    return null;
  }
}

function firstBroken(rules, case_) {
  for (const rule of rules) {
    const reason = rule.check(case_);
    if (reason) return broken(rule.code, case_, reason);
  }
  return null;
}

/** A refusal: its code, the check it counts under, whatever the words of that check may name. */
function broken(code, case_, details) {
  const named = ["lot", "area"]
    .map((name) => [name, case_.body[name] ?? ""])
    .filter(([, value]) => typeof value === "string");
  return {
    rule: FINDING_OF.get(code) ?? "offices_held",
    code,
    details: {
      actor: case_.speaker,
      issuer: case_.speaker,
      number: details.grant ?? "",
      ...Object.fromEntries(named),
      ...details,
    },
  };
}
