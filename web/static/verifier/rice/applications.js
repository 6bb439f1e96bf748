// Who asked whom for an attestation: a certifier's queue begins here. A credential ends it, or the
// certifier's word that it gives none.

import { actorOf, find, know, recordedOn } from "./case.js";
import { make } from "./facts.js";
import { editionOn, profileOf } from "./schemes.js";

export function takenApplication(it) {
  const { application } = it.body;
  return findApplication(it) ? { application } : null;
}

export function unfitApplication(it) {
  const { body, speaker } = it;
  const { editions } = know(it, "scheme", `scheme:${body.scheme}`);
  const profile = profileOf(editionOn(editions, recordedOn(it)), body.profile);
  if (!profile) return { what: `profile ${body.profile}` };
  const licenses = profile.effect === "licenses";
  if (licenses !== body.quota_g > 0) return { what: "quota_g" };
  let area_m2 = 0;
  for (const code of body.areas) {
    const area = find(it, "area", `area:${code}`);
    if (!area || (!licenses && area.manager !== speaker)) return { what: code };
    area_m2 += area.area_m2;
  }
  return body.area_m2 > area_m2 ? { what: `${body.area_m2} m2 > ${area_m2} m2` } : null;
}

export function unanswerableApplication(it) {
  const { body } = it;
  if (!body.application) return null;
  const asked = findApplication(it);
  const isFit =
    asked &&
    isWaiting(asked) &&
    asked.applicant === actorOf(it, body.issued_to_did) &&
    asked.certifier === it.speaker &&
    ["profile", "scheme", "season"].every((name) => asked[name] === body[name]) &&
    body.areas.every((code) => asked.areas.includes(code)) &&
    body.area_m2 <= asked.area_m2 &&
    body.quota_g <= asked.quota_g;
  return isFit ? null : { application: body.application };
}

export function unfitRefusal(it) {
  const { application, decided_on } = it.body;
  const asked = findApplication(it);
  const isDated = asked && asked.applied_on <= decided_on && decided_on <= recordedOn(it);
  return isDated && isWaiting(asked) ? null : { application };
}

export function apply(it, outcome) {
  const { body: act, speaker: applicant, place } = it;
  const about = { id: act.application, applicant, applied_on: recordedOn(it), attestation: "", declined: null };
  outcome.put(make("application", act.application, { ...act, ...about, index: place.index }));
}

export function decline(it, outcome) {
  const { body: { reason, remark, paper, decided_on: on }, place } = it;
  outcome.put({ ...findApplication(it), declined: { on, reason, remark, paper, index: place.index } });
}

export function answer(it, outcome) {
  if (it.body.application) outcome.put({ ...findApplication(it), attestation: it.body.id });
}

const isWaiting = ({ attestation, declined }) => !attestation && !declined;

function findApplication(it) {
  const { application } = it.body;
  return find(it, "application", `application:${application}`);
}
