// Who may say what: the office each act needs, and who grants and ends offices.

import { isAgreement, isCountersigned, list } from "./actors.js";
import { actor, find, know, recordedOn, ROOT } from "./case.js";
import { find as findFact } from "./facts.js";
import { editionOn, profileOf } from "./schemes.js";

const ROLES = [
  ...["registrar", "authority", "scheme_owner", "accreditor", "cooperative", "trader"],
  ...["mill", "packer", "exporter", "laboratory", "carrier", "buyer"],
];
const SCHEME_ROLE = "accreditor";

// An office is needed, or one actor, or nothing because a later rule refuses anyway.
const office = (roles, where = {}) => ({ roles, commune: "", scheme: "", actor: "", ...where });
const REGISTRAR = office(["registrar"]);

export function holds(known, needed, on) {
  return held(known, needed, on).length > 0;
}

export function held(known, needed, on) {
  if (!known || (needed.actor && needed.actor !== known.id)) return [];
  return known.roles.filter(
    ({ role, scheme, communes, from_on, ended_on }) =>
      needed.roles.includes(role) &&
      from_on <= on &&
      (ended_on === null || on < ended_on) &&
      (!needed.commune || !communes.length || communes.includes(needed.commune)) &&
      (!needed.scheme || scheme === needed.scheme),
  );
}

export const owning = (scheme) => office(["scheme_owner"], { actor: scheme.owner });

export const accrediting = (scheme, by = "") => office([SCHEME_ROLE], { scheme, actor: by });

export function isSamePerson(one, other) {
  return one.id === other.id || (one.legal_id !== "" && one.legal_id === other.legal_id);
}

export function outsideOffice(it) {
  const { body, speaker } = it;
  const on = recordedOn(it);
  if (isAgreement(body)) {
    const odd = officesOfParties(body).find(([id, needed]) => !holds(actor(it, id), needed, on));
    return odd ? { actor: odd[0], office: odd[1].roles.join("|") } : null;
  }
  if (isCountersigned(body)) return notCountersigned(it);
  const needed = NEEDS[body.type]?.(it) ?? null;
  if (needed === null || needed === speaker) return null;
  if (typeof needed === "string") return { actor: speaker, office: needed };
  if (speaker === ROOT && needed.roles.includes("registrar")) return null;
  if (holds(actor(it, speaker), needed, on)) return null;
  const parts = [needed.roles.join("|"), needed.scheme, needed.commune, needed.actor];
  return { actor: speaker, office: parts.filter((part) => part).join(" / ") };
}

function notCountersigned(it) {
  const id = it.body.actor;
  const others = [...it.speakers].filter((each) => each !== id);
  const above = registrarOver(it, id);
  if (it.speakers.has(id) && others.length === 1) {
    const [other] = others;
    if (other === ROOT) return null;
    if (above !== ROOT && holds(actor(it, other), above, recordedOn(it))) return null;
  }
  const registrar = above === ROOT ? ROOT : "registrar";
  return { actor: list(it.speakers), office: `${id} + ${registrar}` };
}

export function unscopedRole(it) {
  const { body } = it;
  if (body.type === "RegisterActor") {
    const scoped = body.roles.find(({ role, scheme }) => role === SCHEME_ROLE || scheme);
    return scoped ? { role: scoped.role } : null;
  }
  const { role, scheme } = body.grant;
  return (role === SCHEME_ROLE) === (findScheme(it, scheme) !== null) ? null : { role };
}

export function selfGranted(it) {
  const { body } = it;
  const granter = actor(it, it.speaker);
  if (!granter) return null;
  let role = body.grant?.role;
  let isSame;
  if (body.type === "RegisterActor") {
    role = body.roles[0]?.role;
    isSame = granter.legal_id !== "" && granter.legal_id === body.legal_id;
  } else {
    isSame = isSamePerson(granter, know(it, "actor", `actor:${body.actor}`));
  }
  return isSame && role ? { actor: granter.id, role } : null;
}

export function roleNotHeld(it) {
  const { actor: id, role, scheme } = it.body;
  const isHeld = know(it, "actor", `actor:${id}`).roles.some(
    (one) => one.role === role && one.scheme === scheme && one.ended_on === null,
  );
  return isHeld ? null : { actor: id, role };
}

const findScheme = (it, id) => find(it, "scheme", `scheme:${id}`);
const findArea = (it, code) => find(it, "area", `area:${code}`);

function ending(it) {
  const { role, scheme: id } = it.body;
  const scheme = findScheme(it, id);
  return scheme && role === SCHEME_ROLE ? scheme.owner : granterOf(it, role, id);
}

function granterOf(it, role, schemeId) {
  if (role === SCHEME_ROLE) return publisherOf(it, schemeId);
  return role === "registrar" ? ROOT : REGISTRAR;
}

function publisherOf(it, schemeId) {
  const scheme = findScheme(it, schemeId);
  return scheme ? owning(scheme) : office(["scheme_owner"]);
}

function revoking(it) {
  const key = find(it, "key", `key:${it.body.kid}`);
  return !key || key.actor === it.speaker ? null : registrarOver(it, key.actor);
}

function registrarOver(it, actorId) {
  const isRegistrar = actor(it, actorId)?.roles.some(({ role }) => role === "registrar");
  return actorId === ROOT || isRegistrar ? ROOT : REGISTRAR;
}

function officesOfParties(body) {
  const grower = office(["cooperative"]);
  if (body.type === "SignBaseline") return [[body.cooperative, grower]];
  const buyer = office(["trader", "mill", "packer", "exporter"]);
  return [
    [body.seller, grower],
    [body.buyer, buyer],
  ];
}

function applying(it) {
  const scheme = findScheme(it, it.body.scheme);
  const profile = scheme && profileOf(editionOn(scheme.editions, recordedOn(it)), it.body.profile);
  if (!profile) return null;
  return office(profile.effect === "licenses" ? ["packer", "exporter"] : ["cooperative"]);
}

function changingArea(it) {
  const area = findArea(it, it.body.area);
  return area && office(["authority"], { commune: area.commune });
}

function changingAccreditation(it) {
  const known = find(it, "accreditation", `accreditation:${it.body.accreditation}`);
  const scheme = known && findScheme(it, known.scheme);
  if (!scheme) return null;
  const isGiver = it.speaker === known.issuer && known.issuer !== scheme.owner;
  return isGiver ? accrediting(known.scheme, known.issuer) : scheme.owner;
}

const ownOrRegistrar = ({ body, speaker }) => (speaker === body.actor ? speaker : REGISTRAR);

function clearing(it) {
  for (const id of it.body.lots) {
    const flags = find(it, "lot", `lot:${id}`)?.held ?? [];
    const flag = flags.find(({ index }) => index === it.body.hold_index);
    if (flag) return flag.actor;
  }
  return null;
}

const labelling = () => office(["packer"]);

function stopping(it) {
  for (const id of it.body.lots) {
    const lot = find(it, "lot", `lot:${id}`);
    const lacking = lot && lackingToStop(it.facts, it.speaker, lot, recordedOn(it));
    if (lacking) return lacking;
  }
  return null;
}

function lackingToStop(facts, actorId, lot, on) {
  if (actorId === lot.maker || actorId === lot.holder) return null;
  const known = findFact(facts, "actor", `actor:${actorId}`);
  const offices = communesOf(facts, lot).map((commune) => office(["authority"], { commune }));
  return offices.some((needed) => holds(known, needed, on)) ? null : offices[0];
}

function communesOf(facts, lot) {
  const areas = Object.keys(lot.origin).map((origin) =>
    findFact(facts, "area", `area:${origin.split("/")[0]}`),
  );
  const actors = [lot.maker, lot.holder].map((id) => findFact(facts, "actor", `actor:${id}`));
  const communes = new Set([...areas, ...actors].map((place) => place?.commune || ""));
  communes.delete("");
  return communes.size ? [...communes].sort() : [""];
}

const NEEDS = {
  __proto__: null,
  ChangeSettings: () => ROOT,
  RegisterActor: ({ body }) =>
    body.roles.some(({ role }) => role === "registrar") ? ROOT : REGISTRAR,
  GrantRole: (it) => granterOf(it, it.body.grant.role, it.body.grant.scheme),
  EndRole: ending,
  EnrolKey: ({ body }) => body.actor,
  RevokeKey: revoking,
  RegisterArea: ({ body }) => office(["authority"], { commune: body.commune }),
  ChangeArea: changingArea,
  InspectArea: changingArea,
  PresentPaper: (it) => (actor(it, it.speaker) ? it.speaker : office(ROLES)),
  EnrolHousehold: () => office(["cooperative"]),
  RecordErasure: () => office(ROLES),
  RegisterProduct: () => office(["mill", "packer", "exporter"]),
  PublishScheme: (it) => publisherOf(it, it.body.scheme),
  ClaimReduction: (it) => findArea(it, it.body.area)?.manager,
  DeclareRelation: ownOrRegistrar,
  Apply: applying,
  DeclineApplication: (it) => find(it, "application", `application:${it.body.application}`)?.certifier,
  ChangeAttestation: (it) => find(it, "attestation", `attestation:${it.body.attestation}`)?.issuer,
  ChangeAccreditation: changingAccreditation,
  SnapshotDid: ownOrRegistrar,
  RecoverKey: () => ROOT,
  Reaffirm: (it) => find(it, "key", `key:${it.body.kid}`)?.actor,
  IssueLabels: labelling,
  ActivateLabels: labelling,
  VoidLabels: labelling,
  MarkBags: () => office(["packer", "mill", "exporter", "trader", "buyer", "cooperative"]),
  Hold: stopping,
  ClearHold: clearing,
  Recall: stopping,
};
