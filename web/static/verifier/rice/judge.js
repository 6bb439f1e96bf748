// The rulebook applied: what a statement changes if it stands here, or why it may not.

import { Refused } from "../errors.js";
import * as accreditation from "./accreditation.js";
import * as actors from "./actors.js";
import * as applications from "./applications.js";
import * as areas from "./areas.js";
import * as attestations from "./attestations.js";
import { find, know, NO_PAST, openCase, Outcome } from "./case.js";
import * as certifying from "./certifying.js";
import { evadedStop, takeBack, touched } from "./corrections.js";
import * as diary from "./diary.js";
import { claim } from "./emission_claims.js";
import { EVENTS, FIELD_WORK } from "./events.js";
import * as keyLife from "./key_life.js";
import * as life from "./life.js";
import * as papers from "./papers.js";
import * as lettering from "./lettering.js";
import { LOT_FOLDS, Refolding } from "./refolding.js";
import { RULES } from "./rulebook.js";
import * as sayings from "./sayings.js";
import { keepPlace } from "./status_places.js";

export class RuleError extends Refused {}

// What accepted statements change, each with the types it is about. What changes nothing that any
// rule or verdict reads is left out: digests of DID documents, where products were used, erasures.
const FOLDS = [
  [sayings.registerProduct, ["RegisterProduct"]],
  [actors.found, ["Found"]],
  [actors.changeSettings, ["ChangeSettings"]],
  [actors.register, ["RegisterActor"]],
  [actors.grantRole, ["GrantRole"]],
  [actors.endRole, ["EndRole"]],
  [actors.enrolKey, ["EnrolKey"]],
  [actors.revokeKey, ["RevokeKey"]],
  [keyLife.recover, ["RecoverKey"]],
  [keyLife.reaffirm, ["Reaffirm"]],
  [accreditation.accredit, ["Accredited"]],
  [accreditation.change, ["ChangeAccreditation"]],
  [areas.register, ["RegisterArea"]],
  [areas.change, ["ChangeArea"]],
  [areas.inspect, ["InspectArea"]],
  [papers.signContract, ["SignContract"]],
  [papers.signBaseline, ["SignBaseline"]],
  [papers.present, ["PresentPaper"]],
  [papers.enrol, ["EnrolHousehold"]],
  [areas.count, ["Harvest"]],
  [certifying.publish, ["PublishScheme"]],
  [certifying.attest, ["Attested"]],
  [claim, ["ClaimReduction"]],
  [certifying.relate, ["DeclareRelation"]],
  [attestations.fold, ["Packing"]],
  [life.change, ["ChangeAttestation"]],
  [applications.apply, ["Apply"]],
  [applications.answer, ["Attested"]],
  [applications.decline, ["DeclineApplication"]],
  [keepPlace, ["Attested"]],
  [diary.write, [...FIELD_WORK]],
  [diary.sign, [...FIELD_WORK]],
  [takeBack, ["Correction"]],
  [lettering.activate, ["ActivateLabels"]],
  [lettering.voidLabels, ["VoidLabels"]],
  [lettering.mark, ["MarkBags"]],
  ...LOT_FOLDS,
];

// A corrected event does not change these by itself, but by all that is worked out again.
const WORKED_OUT = /^(lot|pallet|container):/;

export function judge(meaning, place, facts, past = NO_PAST) {
  const it = openCase(meaning, place, facts, past);
  const { body } = it;
  const isCorrection = body.type === "Correction";
  const name = `said:${body.event_id}`;
  if (EVENTS.has(body.type) && !isCorrection) {
    const promised = find(it, "promised", name);
    if (promised) return judgeInPlace(it, promised);
  }
  check(it);
  const outcome = fold(it);
  const starts = isCorrection ? touched(body.wrong) : new Set();
  if (starts.size) {
    const said = know(it, "said", name);
    const again = new Refolding(it, body.event_id, starts);
    for (const fact of again.run(said.stands_for ?? said.index)) outcome.put(fact);
  }
  return outcome;
}

// Judge an event where the one it stands for stood, and work out again what came of both.
function judgeInPlace(it, promised) {
  const wrong = it.past.entry(promised.stands_for)[1].body;
  const stopped = promised.actor === it.speaker ? evadedStop(it, wrong) : null;
  if (stopped) throw new RuleError("lot_held", stopped);
  const refolding = new Refolding(it, "", new Set([...touched(wrong), ...touched(it.body)]));
  const outcome = new Outcome();
  const amend = () => {
    const there = { ...it, facts: refolding };
    check(there);
    const own = fold(there);
    outcome.links.push(...own.links);
    for (const [key, fact] of own.puts) if (!WORKED_OUT.test(key)) outcome.put(fact);
    refolding.fold(there);
  };
  for (const fact of refolding.run(promised.stands_for, amend)) outcome.put(fact);
  return outcome;
}

const OF = new Map();

function checksAndFoldsOf(type) {
  if (!OF.has(type)) {
    const checks = RULES.filter((rule) => rule.about.includes(type));
    const folds = FOLDS.filter(([, about]) => about.includes(type)).map(([change]) => change);
    OF.set(type, { checks, folds: [sayings.fold, ...folds] });
  }
  return OF.get(type);
}

function check(it) {
  for (const rule of checksAndFoldsOf(it.body.type).checks) {
    const details = rule.check(it);
    if (details) throw new RuleError(rule.code, details);
  }
}

export function fold(it) {
  const outcome = new Outcome();
  for (const change of checksAndFoldsOf(it.body.type).folds) change(it, outcome);
  return outcome;
}
