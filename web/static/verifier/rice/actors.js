// Who: organisations, and which key each held when.

import { formatTime, parseInstant } from "../log/encoding.js";
import { actor, actorOf, find, kidOf, know, ROOT } from "./case.js";
import { make } from "./facts.js";

const DAY_MS = 86_400_000;
const AGREEMENTS = new Set(["SignContract", "SignBaseline"]);

export const isAgreement = (body) => AGREEMENTS.has(body.type);

export const list = (names) => [...names].sort().join(", ");

export function unknownKey({ meaning, keys, offered }) {
  const kid = meaning.kids.find((each) => !offered.has(each) && !keys.some((k) => k.kid === each));
  return kid === undefined ? null : { kid };
}

export function unprovedKey({ meaning, offered }) {
  const [kid] = [...offered].filter((each) => !meaning.kids.includes(each)).sort();
  return kid === undefined ? null : { kid };
}

export function endedKey({ place, keys }) {
  const now = formatTime(place.recorded_at);
  for (const key of keys) {
    if (key.revoked_index !== null) return { kid: key.kid, since: `#${key.revoked_index}` };
    if (now > key.not_after) return { kid: key.kid, since: key.not_after };
  }
  return null;
}

export function mixedSpeakers({ body, speakers }) {
  if (speakers.size === 1 || body.type === "Found" || isAgreement(body)) return null;
  if (speakers.size === 2 && isCountersigned(body)) return null;
  return { actors: list(speakers) || "-" };
}

export function missingQuorum({ founding, keys, speakers }) {
  if (!speakers.has(ROOT) || !founding) return null;
  const signed = keys.filter((key) => key.actor === ROOT).length;
  return signed >= founding.threshold ? null : { signed, threshold: founding.threshold };
}

export function fewRootKeys(it) {
  const { body, founding } = it;
  let { threshold } = body;
  let keys;
  if (body.type === "Found") {
    keys = body.keys.length;
  } else {
    if (!founding || !founding.root_kids.includes(body.kid)) return null;
    threshold = founding.threshold;
    const others = founding.root_kids.map((kid) => know(it, "key", `key:${kid}`));
    keys = others.filter((key) => !key.reason && key.kid !== body.kid).length;
  }
  return threshold > keys ? { threshold, keys } : null;
}

export function foreignSubject(it) {
  const subject = subjectOf(it);
  if (actor(it, subject) || (it.body.type === "EnrolKey" && subject === ROOT)) return null;
  return { actor: subject };
}

function subjectOf(it) {
  const { body } = it;
  if (body.type === "RegisterArea") return body.manager;
  if (body.type === "PresentPaper") return body.issuer;
  return body.type === "DeclareRelation" && actor(it, body.actor) ? body.other : body.actor;
}

export function takenName(it) {
  const { body } = it;
  if (body.type === "RegisterActor") {
    if (actor(it, body.actor) || body.actor === ROOT) return { name: body.actor };
    if (actorOf(it, body.did)) return { name: body.did };
  }
  for (const name of [...it.offered].sort()) if (find(it, "key", `key:${name}`)) return { name };
  return null;
}

export function notAnAdmin({ keys }) {
  const key = keys.find((each) => !each.admin && each.actor !== ROOT);
  return key ? { kid: key.kid } : null;
}

export function unknownRevocation(it) {
  const { kid } = it.body;
  const key = find(it, "key", `key:${kid}`);
  return key && (key.revoked_index === null || isStolenEarlier(key, it.body)) ? null : { kid };
}

// A thief could revoke a stolen key first: it may still turn out to have been stolen, or earlier.
function isStolenEarlier(key, { reason, invalid_from }) {
  if (reason !== "compromised" || invalid_from === null) return false;
  return key.invalid_from === null || parseInstant(invalid_from) < parseInstant(key.invalid_from);
}

export function changeSettings(it, outcome) {
  outcome.put({ ...know(it, "ledger", "ledger:"), settings: it.body.settings });
}

export function found(it, outcome) {
  const { origin, name, host, threshold, keys, settings } = it.body;
  const root_kids = enrol(it, outcome, ROOT, keys);
  outcome.put(make("ledger", "", { origin, name, host, threshold, root_kids, settings }));
}

export function register(it, outcome) {
  const act = it.body;
  enrol(it, outcome, act.actor, act.keys);
  outcome.put(make("did", act.did, { did: act.did, actor: act.actor }));
  outcome.put(
    make("actor", act.actor, {
      id: act.actor,
      did: act.did,
      name: act.name,
      legal_id: act.legal_id,
      gln: act.gln,
      commune: act.commune,
      licence_number: act.licence?.number ?? "",
      licence_from_on: act.licence?.from_on ?? "",
      licence_to_on: act.licence?.to_on ?? "",
      roles: act.roles.map((grant) => roleOf(it, grant)),
      registered_index: it.place.index,
    }),
  );
}

export function grantRole(it, outcome) {
  const known = know(it, "actor", `actor:${it.body.actor}`);
  outcome.put({ ...known, roles: [...known.roles, roleOf(it, it.body.grant)] });
}

export function endRole(it, outcome) {
  const { actor: id, role, scheme, ended_on } = it.body;
  const known = know(it, "actor", `actor:${id}`);
  const ends = (one) => one.role === role && one.scheme === scheme && one.ended_on === null;
  const roles = known.roles.map((one) => (ends(one) ? { ...one, ended_on } : one));
  outcome.put({ ...known, roles });
}

export function enrolKey(it, outcome) {
  const kids = enrol(it, outcome, it.body.actor, [it.body.key]);
  if (it.body.actor !== ROOT) return;
  const founding = know(it, "ledger", "ledger:");
  outcome.put({ ...founding, root_kids: [...founding.root_kids, ...kids] });
}

export function revokeKey(it, outcome) {
  const { kid, reason, valid_until, invalid_from } = it.body;
  const key = know(it, "key", `key:${kid}`);
  const { index } = it.place;
  const ended = {
    revoked_index: key.revoked_index ?? index,
    invalid_from,
    dated_index: invalid_from === null ? null : index,
  };
  outcome.put({ ...key, reason, ...(valid_until === null ? ended : { not_after: valid_until }) });
}

function roleOf(it, { role, scheme, communes, from_on }) {
  return { role, scheme, communes, from_on, ended_on: null, granted_by: it.speaker };
}

export function isCountersigned(body) {
  return body.type === "EnrolKey" && body.key.admin && body.actor !== ROOT;
}

export function enrol(it, outcome, actorId, offered) {
  const last = lastMoment(it);
  return offered.map((offer) => {
    const kid = kidOf(offer);
    const { jwk, admin, token, only, places, not_after } = offer;
    outcome.put(
      make("key", kid, {
        kid,
        actor: actorId,
        jwk,
        admin,
        token,
        only,
        places,
        enrolled_by: it.keys.map((key) => key.kid),
        enrolled_index: it.place.index,
        enrolled_at: formatTime(it.place.recorded_at),
        not_after: actorId === ROOT || not_after < last ? not_after : last,
        revoked_index: null,
        invalid_from: null,
        dated_index: null,
        reason: "",
        reaffirmed: [],
      }),
    );
    return kid;
  });
}

function lastMoment(it) {
  const { key_days } = settingsOf(it);
  return `${formatTime(it.place.recorded_at + key_days * DAY_MS).slice(0, 19)}Z`;
}

// Only the founding act speaks before there are settings.
export const settingsOf = ({ founding }) =>
  founding?.settings ?? { key_days: 366, inspection_months: 12 };
