// Who asked whom for an attestation: a certifier's queue begins here, and a credential ends it.

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
    !asked.attestation &&
    asked.applicant === actorOf(it, body.issued_to_did) &&
    asked.certifier === it.speaker &&
    ["profile", "scheme", "season"].every((name) => asked[name] === body[name]) &&
    body.areas.every((code) => asked.areas.includes(code)) &&
    body.area_m2 <= asked.area_m2 &&
    body.quota_g <= asked.quota_g;
  return isFit ? null : { application: body.application };
}

export function apply(it, outcome) {
  const { body: act, speaker: applicant, place } = it;
  const about = { id: act.application, applicant, applied_on: recordedOn(it), attestation: "" };
  outcome.put(make("application", act.application, { ...act, ...about, index: place.index }));
}

export function answer(it, outcome) {
  if (it.body.application) outcome.put({ ...findApplication(it), attestation: it.body.id });
}

function findApplication(it) {
  const { application } = it.body;
  return find(it, "application", `application:${application}`);
}
