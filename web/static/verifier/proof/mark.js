/** Does what stands behind the mark bear it out: when packed, and what became of it since? */

import { byCodePoint, localDay } from "../log/encoding.js";
import { accumulateDraws, drawOf } from "../rice/accounts.js";
import { standing, uncovered } from "../rice/attestations.js";
import { wasAccredited } from "../rice/certifying.js";
import * as life from "../rice/life.js";
import { confirmations } from "./show.js";

/** What an attestation can have become, the gravest first. */
const GRAVEST = ["withdrawn", "suspended", "reduced", "pending", "superseded", "expired"];

/** Checks that ask nothing of a bag without the mark. */
const OF_THE_MARK = [
  "mark_granted",
  "origins_covered",
  "attestations_still_good",
  "reduction_unclaimed",
];

const noted = (rule, result, entries = [], details = {}) => ({ rule, result, entries, details });

/** What there is to say of a lot's mark; of several results of a check the worst counts. */
export function* checkMark(replay, lot, upstream, today, shippedOn) {
  const grant = replay.find("attestation", `attestation:${lot.grant}`);
  if (!grant) {
    for (const rule of OF_THE_MARK) yield noted(rule, "unknown");
    return;
  }
  const reached = reachedGrams(replay, grant, new Set([lot.id, ...upstream]));
  yield* whenPacked(replay, lot, grant, reached);
  yield* since(replay, lot, grant, reached, today, shippedOn);
  yield* claims(replay, lot);
}

function* whenPacked(replay, lot, grant, reached) {
  // 9. Judged on the packing day: what was true then stays true of this bag.
  const state = standing(replay, grant, lot.born_on);
  const details = { number: grant.number, state };
  yield noted("mark_granted", state === "granted" ? "pass" : "fail", [grant.index], details);
  const named = new Set(grant.areas.map((code) => `${code}/${grant.season}`));
  const origins = Object.keys(lot.origin);
  const missing = origins.filter((name) => !named.has(name));
  for (const origin of [...missing, ...uncovered(replay, origins, lot.born_on, grant)]) {
    yield noted("origins_covered", "fail", [], { origin });
  }
  yield noted("origins_covered", "pass");
  if (reached > life.figuresOn(grant, lot.born_on)[1]) {
    yield noted("quota_kept", "fail", [grant.index]);
  }
}

function* since(replay, lot, grant, reached, today, shippedOn) {
  // 10. Packed and shipped before are told apart from packed before.
  const changed = [];
  for (const each of [grant, ...confirmations(replay, lot, grant)]) {
    // An accreditation may since have ended from an earlier day.
    const givenOn = localDay(replay.entry(each.index)[0].recorded_at);
    if (!wasAccredited(replay, each, givenOn)) {
      yield noted("issuers_accredited", "fail", [each.index], { issuer: each.issuer });
    }
    let state = life.stateOf(each, today);
    if (state === "granted" && each === grant && reached > life.figuresOn(grant, today)[1]) {
      state = "reduced";
    }
    if (state !== "granted") changed.push([state, each]);
  }
  changed.sort(([one], [other]) => GRAVEST.indexOf(one) - GRAVEST.indexOf(other));
  for (const [state, each] of changed) {
    const from = life.since(each, today);
    const valid_when = shippedOn && shippedOn < from ? "shipped" : "packed";
    const details = { number: each.number, state, since: from, valid_when };
    yield noted("attestations_still_good", "fail", [each.index], details);
  }
  yield noted("attestations_still_good", "pass");
}

/** Whose emission reduction somebody sold or counted as credits. */
function* claims(replay, lot) {
  for (const origin of Object.keys(lot.origin).sort(byCodePoint)) {
    const claimed = replay.find("claimed", `claimed:${origin}`);
    if (claimed) {
      const { by, registry, number, index } = claimed;
      yield noted("reduction_unclaimed", "fail", [index], { origin, by, registry, number });
    }
  }
  yield noted("reduction_unclaimed", "pass");
}

/** How much of a grant was drawn once the last of these lots had been packed. */
function reachedGrams(replay, grant, lots) {
  const draws = [];
  for (const [index, body] of replay.taken()) {
    if (body.type === "Attested" && body.licence === grant.id) draws.push(drawOf(index, body));
    if (body.type !== "Packing" || body.grant !== grant.id) continue;
    if (!replay.isDeclaredWrong(body)) {
      const said = replay.find("said", `said:${body.event_id}`);
      draws.push(drawOf(said?.stands_for ?? index, body));
    }
  }
  const reached = [...accumulateDraws(draws)].filter(([lot]) => lots.has(lot));
  return Math.max(0, ...reached.map(([, grams]) => grams));
}
