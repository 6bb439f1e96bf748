/** The evidence for one bag: every entry its verdict rests on, and proof that none is left out. */

import { Refused } from "../errors.js";
import { byCodePoint, decodeBase64, parseCount, parseTime, sameBytes } from "../log/encoding.js";
import { leafHash } from "../log/entry.js";
import { checkCanonical } from "../log/json.js";
import { ACTS } from "../rice/acts.js";
import { statesEmissions } from "../rice/credentials.js";
import { namedKids } from "../rice/did_documents.js";
import { CANONICAL_HOST, formatPath } from "../rice/digital_link.js";
import { FIELD_WORK } from "../rice/events.js";
import { FILLINGS, TRANSFORMATIONS, birthsOf, gtinOf } from "../rice/lots.js";
import { check, closed, count, list, literal, matching, text } from "./shape.js";

const STATE_HEADER = "rice-ledger/state@v1";
const MAXIMUM_BYTES = 16_000_000;

const digest = matching(/^[A-Za-z0-9+/]{43}=$/);
const index = count(0, Number.MAX_SAFE_INTEGER);

const ENTRY = closed({
  index,
  previous: digest,
  recorded: text(),
  statement: text(),
  proof: list(index),
});

const BUNDLE = closed(
  {
    gtin: matching(/^[0-9]{14}$/),
    lot: text(1, 20),
    serial: text(1, 20),
    batch: matching(/^[A-Za-z0-9-]{1,40}$/),
    number: count(1, 33_554_432),
    salt: text(),
    path: list(digest),
    checkpoint: text(),
    state: text(),
    hashes: list(digest),
    entries: list(ENTRY),
  },
  { bundle: literal("rice-ledger/bundle@v1") },
);

/** The bundle a file spells; refused if it is none. */
export function readBundle(data) {
  if (data.length > MAXIMUM_BYTES) throw unreadable(`larger than ${MAXIMUM_BYTES} bytes`);
  return checkBundle(checkCanonical(data));
}

/** A bundle of which nothing is known but that it was written out in its one spelling. */
export function checkBundle(value) {
  return check(value, BUNDLE, "bundle_unreadable");
}

/** What a state note says; only the one spelling is read, subjects in order of their bytes. */
export function parseState(note) {
  const [, origin = "", size = "", signed_at = "", ...rows] = note.replace(/\n$/, "").split("\n");
  const entries = new Map();
  for (const row of rows.filter(Boolean)) {
    const [subject, ...indexes] = row.split(" ");
    entries.set(subject, indexes.map(parseCount));
  }
  const state = { origin, size: parseCount(size), signed_at, entries };
  parseTime(signed_at);
  const isSorted = inOrder([...entries.keys()], (one, other) => byCodePoint(one, other) < 0);
  const areSorted = [...entries.values()].every((listed) =>
    inOrder([...listed, state.size], (one, other) => one < other),
  );
  if (!isSorted || !areSorted || formatState(state) !== note) throw unreadable("the state note");
  return state;
}

function formatState({ origin, size, signed_at, entries }) {
  const rows = [...entries].map(([subject, indexes]) => [subject, ...indexes].join(" "));
  return [STATE_HEADER, origin, size, signed_at, ...rows, ""].join("\n");
}

function inOrder(values, isBefore) {
  return values.every((each, at) => at === 0 || isBefore(values[at - 1], each));
}

function unreadable(what) {
  return new Refused("bundle_unreadable", { what });
}

/** The entry of a log that a bundle's entry stands for, and its hash. */
export function leafOf(origin, item, statement) {
  const entry = {
    origin,
    index: item.index,
    previous: decodeBase64(item.previous),
    recorded_at: parseTime(item.recorded),
    kind: statement.kind,
    statement_digest: statement.digest,
  };
  return { ...entry, leaf_hash: leafHash(entry) };
}

/** Whether an entry can stand after another, perhaps with some between them. */
export function mayFollow(before, leaf) {
  if (before === null) return leaf.index > 0 || leaf.previous.every((byte) => byte === 0);
  if (leaf.index === before.index + 1 && !sameBytes(leaf.previous, before.leaf_hash)) return false;
  return leaf.index > before.index && leaf.recorded_at >= before.recorded_at;
}

/** How events name a lot of bags; what GS1 cannot spell is refused. */
export function lotUri(gtin, lot) {
  return CANONICAL_HOST + formatPath(["01", gtin], ["10", lot]);
}

/** The subjects a bag's evidence begins with. */
export function firstSubjects({ gtin, lot, batch, number }) {
  const uri = lotUri(gtin, lot);
  return new Set(["ledger:", `lot:${uri}`, `lettering:${uri}`, `bag:${batch}/${number}`]);
}

/** Every subject the evidence must speak of with its entries, and those entries, by index. */
export function gather(subjects, mentions, read) {
  const known = new Map();
  const meanings = new Map();
  const behind = new Map();
  let wanted = new Set(subjects);
  while (wanted.size) {
    const fresh = new Set();
    for (const [subject, indexes] of mentions(wanted)) {
      known.set(subject, indexes);
      for (const each of indexes) if (!meanings.has(each)) fresh.add(each);
    }
    const named = new Set();
    for (const [each, meaning] of read(fresh)) {
      meanings.set(each, meaning);
      for (const subject of subjectsOf(meaning)) named.add(subject);
      for (const lot of lotsMade(meaning.body)) {
        const subject = `lot:${lot}`;
        behind.set(subject, [...(behind.get(subject) ?? []), meaning.body]);
      }
    }
    for (const [subject, bodies] of [...behind]) {
      if (!known.has(subject)) continue;
      behind.delete(subject);
      for (const body of bodies) for (const each of subjectsBehind(body)) named.add(each);
    }
    wanted = new Set([...named].filter((subject) => !known.has(subject)));
  }
  return [known, meanings];
}

const ONE_DID = {
  Receiving: "handed_over_by",
  Arrival: "handed_over_by",
  Transporting: "carried_by",
  Handover: "consigned_to",
  Shipping: "consigned_to",
  Dispatch: "consigned_to",
  Return: "consigned_to",
};

/** The subjects one must know to judge an entry, whatever it is needed for. */
function* subjectsOf({ kids, body }) {
  for (const kid of kids) yield `key:${kid}`;
  if (ACTS.has(body.type)) yield* subjectsOfAct(body);
  else if (body.type === "Attested") yield* subjectsOfAttestation(body);
  else if (body.type === "Accredited") {
    yield `accreditation:${body.id}`;
    yield `scheme:${body.scheme}`;
    yield `did:${body.issued_to_did}`;
  } else if (body.type === "Harvest") {
    yield `area:${body.area}`;
    yield `covered:${body.area}/${body.season}`;
    yield `product:${gtinOf(body.lot)}`;
    yield `did:${body.consigned_to}`;
    if (body.contract) yield `contract:${body.contract}`;
  } else if (Object.hasOwn(ONE_DID, body.type)) yield `did:${body[ONE_DID[body.type]]}`;
  else if (body.type === "Loading") yield `container:${body.container}`;
  else if (body.type === "Correction" && FIELD_WORK.has(body.wrong.type)) {
    // Who signed a diary changes where a line is declared wrong, so that line is needed.
    yield `said:${body.wrong.event_id}`;
  }
}

/** The lots that an event makes, or stacks, out of something. */
function lotsMade(body) {
  if (body.type === "Palletising") return [body.lot];
  return TRANSFORMATIONS.has(body.type) ? birthsOf(body).map(([lot]) => lot) : [];
}

/** The subjects one must know to judge an event that made a lot of ours. */
function* subjectsBehind(body) {
  if (body.type === "Palletising") {
    yield `pallet:${body.pallet}`;
    return;
  }
  for (const [lot] of body.inputs) yield `lot:${lot}`;
  for (const lot of lotsMade(body)) yield `product:${gtinOf(lot)}`;
  if (FILLINGS.has(body.type) && body.grant) yield `attestation:${body.grant}`;
}

function* subjectsOfAttestation(body) {
  yield `attestation:${body.id}`;
  yield `scheme:${body.scheme}`;
  yield `accredited:${body.issuer_did}/${body.scheme}`;
  yield `did:${body.issued_to_did}`;
  yield `related:${body.issuer_did}`;
  if (body.licence) yield `attestation:${body.licence}`;
  if (body.application) yield `application:${body.application}`;
  for (const status of body.statuses) yield `status:${status.list}#${status.index}`;
  for (const code of body.areas) {
    const origin = `${code}/${body.season}`;
    yield `area:${code}`;
    yield `claimed:${origin}`;
    if (statesEmissions(body)) yield `signers:${origin}`;
    if (body.quota_g) {
      yield `covered:${origin}`;
      yield `granted:${origin}`;
    }
  }
}

/** Of which kind of fact the members of an act name one, or several. */
const NAMED_BY = {
  RegisterActor: { actor: "actor", did: "did" },
  GrantRole: { actor: "actor" },
  EndRole: { actor: "actor", scheme: "scheme" },
  EnrolKey: { actor: "actor" },
  RegisterArea: { area: "area", manager: "actor" },
  SignContract: { seller: "actor", buyer: "actor", areas: "area" },
  ClaimReduction: { area: "area", statement: "attestation" },
  DeclareRelation: { actor: "actor", other: "actor" },
  Apply: { application: "application", certifier: "actor", areas: "area", scheme: "scheme" },
  DeclineApplication: { application: "application" },
  ChangeAttestation: {
    attestation: "attestation",
    decided_by: "actor",
    successor: "attestation",
  },
  ChangeAccreditation: { accreditation: "accreditation" },
  SnapshotDid: { actor: "actor" },
  RecoverKey: { actor: "actor", lost: "key" },
  Reaffirm: { kid: "key" },
  IssueLabels: { batch: "labels" },
};

function* subjectsOfAct(act) {
  for (const [member, kind] of Object.entries(NAMED_BY[act.type] ?? {})) {
    for (const name of [act[member]].flat()) if (name) yield `${kind}:${name}`;
  }
  if (act.type === "GrantRole" && act.grant.scheme) yield `scheme:${act.grant.scheme}`;
  else if (act.type === "SnapshotDid") {
    for (const kid of namedKids(act.document)) yield `key:${kid}`;
  } else if (act.type === "ClaimReduction") yield `claimed:${act.area}/${act.season}`;
}
