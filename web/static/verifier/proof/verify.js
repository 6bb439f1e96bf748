/** Evidence in, verdict out: is what this bag says true, as far as a log can show? */

import { Refused } from "../errors.js";
import { openCheckpoint } from "../log/checkpoint.js";
import {
  byCodePoint,
  decodeBase64,
  encodeBase64,
  formatTime,
  localDay,
  parseTime,
  utf8,
} from "../log/encoding.js";
import { admitKey } from "../log/keys.js";
import { checkInclusion } from "../log/merkle.js";
import { openNote } from "../log/note.js";
import { isMetBy, witnessesOf } from "../log/policy.js";
import { parseStatement, verifySignatures } from "../log/statement.js";
import { offeredKeys } from "../rice/acts.js";
import { stateOn } from "../rice/areas.js";
import { jwkMembers, openMeaning } from "../rice/case.js";
import { isDisputed } from "../rice/key_life.js";
import { checkMembership, labelBatch, numberOf } from "../rice/labels.js";
import { spanOf } from "../rice/lettering.js";
import {
  checkBundle,
  firstSubjects,
  gather,
  leafOf,
  lotUri,
  mayFollow,
  parseState,
  readBundle,
} from "./bundle.js";
import { checkMark } from "./mark.js";
import { Replay } from "./replay.js";
import { RULES, blanksOf } from "./rules.js";
import * as show from "./show.js";
import { STOP_RULES, stopsOf } from "./stops.js";
import { AXES } from "./verdict.js";

const CLOCK_SKEW_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;

const BADNESS = ["pass", "unknown", "fail"];
const RECALLED = ["not_recalled", "bag_not_recalled"];
const CERTIFICATE = [
  "mark_granted",
  "origins_covered",
  "issuers_accredited",
  "criteria_met",
  "changes_follow",
  "quota_kept",
];

/** A step failed on which every later one depends. */
class Stopped extends Error {}

/** A verdict in the making. */
class Judgement {
  findings = new Map();

  constructor(trust, at) {
    this.trust = trust;
    this.at = at;
  }

  /** Record a result; of several the worst stands, and of those the first. */
  note(rule, result, entries = [], details = {}) {
    const before = this.findings.get(rule);
    if (before && BADNESS.indexOf(result) <= BADNESS.indexOf(before.result)) return;
    const { axis } = RULES.get(rule);
    this.findings.set(rule, { rule, axis, result, details, entries });
  }

  /** Record a failure and return what to throw. */
  stop(rule, entries = [], details = {}) {
    this.note(rule, "fail", entries, details);
    return new Stopped(rule);
  }

  /** Record that an entry breaks a rule of the rulebook, with what the words of it name. */
  object(broken, index) {
    const words = RULES.get(broken.rule);
    const known = { ...broken.details, code: broken.code, index };
    const names = ["code", ...blanksOf(words)];
    const details = Object.fromEntries(names.map((name) => [name, known[name] ?? ""]));
    this.note(broken.rule, "fail", [index], details);
    if (words.severity === "stop") throw new Stopped(broken.rule);
  }

  /** What a step gives; if it is refused, a stop. */
  async trying(step, rule, entries, details) {
    try {
      return await step();
    } catch (error) {
      throw error instanceof Refused ? this.stop(rule, entries, details) : error;
    }
  }
}

/** The verdict on a bundle file, as a reader with this trust sees it at this moment (ms). */
export function verifyBytes(data, trust, at) {
  return verify(() => readBundle(data), new Map(), trust, at);
}

/** The same of one that came by `transport`, without writing its bytes only to read them. */
export function verifyOpened({ bundle, statements }, trust, at) {
  return verify(() => checkBundle(bundle), statements, trust, at);
}

/** The verdict on what is read; `parsed` are statements that were parsed before, by their text. */
async function verify(read, parsed, trust, at) {
  const judgement = new Judgement(trust, at);
  let evidence = null;
  let bag = null;
  try {
    const bundle = await judgement.trying(read, "bundle_readable");
    judgement.note("bundle_readable", "pass");
    evidence = await open(bundle, parsed, judgement);
    const replay = replayed(evidence, judgement);
    bag = judgeBag(evidence, replay, judgement);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  return conclude(judgement, evidence, bag);
}

/** The evidence, once steps 2 to 6 hold. */
async function open(bundle, parsed, judgement) {
  const policy = judgement.trust.logs;
  const checkpoint = await checkCheckpoint(bundle, policy, judgement);
  const { statements, recorded } = checkEntries(bundle, parsed, checkpoint, judgement);
  const meanings = await checkStatements(statements, judgement);
  const state = await checkState(bundle, policy, checkpoint, meanings, judgement);
  // 6. Anyone can run a ledger under this name; only one began with this statement.
  const founding = statements.get(0);
  if (!founding || encodeBase64(founding.digest) !== judgement.trust.founding) {
    throw judgement.stop("founded_as_trusted", [0]);
  }
  judgement.note("founded_as_trusted", "pass", [0]);
  return { bundle, checkpoint, state, meanings, recorded };
}

async function checkCheckpoint(bundle, policy, judgement) {
  // 2. Keys inside a bundle are not trust: only the reader's policy opens the note.
  const checkpoint = await judgement.trying(
    () => openCheckpoint(bundle.checkpoint, policy.logs),
    "checkpoint_signed",
  );
  judgement.note("checkpoint_signed", "pass", [], { size: checkpoint.size });
  const witnesses = await judgement.trying(
    () => witnessesOf(policy, bundle.checkpoint),
    "witnesses_agree",
  );
  judgement.note("witnesses_agree", isMetBy(policy, witnesses) ? "pass" : "unknown");
  return checkpoint;
}

function checkEntries(bundle, parsed, checkpoint, judgement) {
  // 3. The leaf is written again from its parts, so there is no second copy to disagree with it.
  const { hashes, entries } = bundle;
  const rule = "entries_included";
  const read = refusable(() => hashes.map(decodeBase64));
  if (!read) throw judgement.stop(rule, [], { index: "-" });
  const used = new Set();
  const statements = new Map();
  const recorded = new Map();
  let before = null;
  for (const item of entries) {
    const found = refusable(() => included(item, parsed, checkpoint, read));
    if (!found || !mayFollow(before, found.leaf)) {
      throw judgement.stop(rule, [item.index], { index: item.index });
    }
    for (const position of item.proof) used.add(position);
    statements.set(item.index, found.statement);
    recorded.set(item.index, found.leaf.recorded_at);
    before = found.leaf;
  }
  // A proof names only hashes that are there, so as many means each of them.
  if (used.size !== hashes.length || new Set(hashes).size !== hashes.length) {
    throw judgement.stop(rule, [], { index: "-" });
  }
  judgement.note(rule, "pass", [], { count: statements.size });
  return { statements, recorded };
}

/** The statement and leaf of a bundle's entry that is in the tree; null if a hash is missing. */
function included(item, parsed, { origin, root, size }, hashes) {
  const statement = parsed.get(item.statement) ?? parseStatement(utf8(item.statement));
  const leaf = leafOf(origin, item, statement);
  if (item.proof.some((position) => position >= hashes.length)) return null;
  const proof = item.proof.map((position) => hashes[position]);
  checkInclusion(root, size, item.index, leaf.leaf_hash, proof);
  return { statement, leaf };
}

/** What a function gives, or null if it refuses. */
function refusable(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused) return null;
    throw error;
  }
}

async function checkStatements(statements, judgement) {
  // 4. Keys are taken from the entries before, in the log's order; those being enrolled sign too.
  const rule = "statements_signed";
  const known = new Map();
  const meanings = new Map();
  const outcomes = [];
  for (const [index, statement] of statements) {
    // Signatures are checked side by side; what failed first is what counts, as if one by one.
    let checked;
    try {
      const meaning = openMeaning(statement);
      meanings.set(index, meaning);
      checked = verifySignatures(statement, keysFor(meaning, statement, known));
    } catch (error) {
      checked = Promise.reject(error);
    }
    outcomes.push(
      checked.then(
        () => null,
        (error) => ({ index, error }),
      ),
    );
  }
  for (const outcome of outcomes) {
    const failed = await outcome;
    if (!failed) continue;
    if (!(failed.error instanceof Refused)) throw failed.error;
    throw judgement.stop(rule, [failed.index], { index: failed.index });
  }
  judgement.note(rule, "pass", [], { count: meanings.size });
  return meanings;
}

/** The keys that may verify a statement, by the names it gives them. */
function keysFor({ body, kids }, { signatures }, known) {
  for (const { jwk, token } of offeredKeys(body)) {
    const key = admitKey(jwkMembers(jwk), { legacyRs256: token });
    known.set(key.kid, key);
  }
  const named = signatures.map(({ kid }, at) => [kid, known.get(kids[at])]);
  return new Map(named.filter(([, key]) => key));
}

async function checkState(bundle, policy, checkpoint, meanings, judgement) {
  // 5. What must be known follows from what is known, the same way as when it was gathered.
  const stopped = (what) => judgement.stop("state_signed", [], { what });
  const logs = policy.logs.filter((key) => key.name === checkpoint.origin);
  const opening = async () => [
    parseState((await openNote(bundle.state, logs)).text),
    firstSubjects(bundle),
  ];
  const [state, subjects] = await judgement.trying(opening, "state_signed", [], {
    what: "signature",
  });
  if (state.origin !== checkpoint.origin || state.size !== checkpoint.size) throw stopped("size");
  if (bundle.entries.some((item) => state.signed_at < item.recorded)) throw stopped("time");
  const { entries } = state;
  const isHere = (subject) => entries.get(subject)?.every((index) => meanings.has(index));
  const mentions = (wanted) => {
    const missing = [...wanted].filter((subject) => !isHere(subject)).sort(byCodePoint);
    if (missing.length) throw stopped(missing[0]);
    return [...wanted].map((subject) => [subject, entries.get(subject)]);
  };
  const read = (indexes) => [...indexes].map((index) => [index, meanings.get(index)]);
  const [known, needed] = gather(subjects, mentions, read);
  // What is known is stated and what is needed is here, so as many means the same.
  if (known.size !== entries.size) throw stopped("subjects");
  if (needed.size !== meanings.size) throw stopped("entries");
  judgement.note("state_signed", "pass");
  return state;
}

function replayed(evidence, judgement) {
  // 7. The same rulebook as at append; the first rule an entry breaks is what the log let pass.
  const { meanings, recorded } = evidence;
  const replay = new Replay(evidence.state.entries);
  for (const [index, meaning] of meanings) {
    const broken = replay.take(meaning, { index, recorded_at: recorded.get(index) });
    if (broken !== null) judgement.object(broken, index);
  }
  for (const rule of [
    ...["keys_in_force", "offices_held", "mass_balances", "issuers_accredited"],
    ...["criteria_met", "changes_follow", "quota_kept"],
  ]) {
    judgement.note(rule, "pass");
  }
  for (const [index, { kids }] of meanings) {
    if (kids.some((kid) => isDisputed(replay, kid, index, formatTime(recorded.get(index))))) {
      judgement.note("statements_undisputed", "fail", [index], { index });
    }
  }
  judgement.note("statements_undisputed", "pass");
  return replay;
}

function judgeBag(evidence, replay, judgement) {
  const { bundle, meanings, recorded } = evidence;
  const lot = replay.find("lot", `lot:${lotUri(bundle.gtin, bundle.lot)}`);
  const origins = Object.keys(lot?.origin ?? {});
  if (!origins.length || lot.form !== "packed") {
    judgement.note("lots_connected", "fail", [], { lot: bundle.lot });
    return null;
  }
  const number = checkSerial(bundle, lot, replay, judgement);
  const upstream = upstreamOf(replay, lot);
  const areas = new Set(origins.map((name) => name.split("/", 1)[0])).size;
  judgement.note("lots_connected", "pass", [], { areas });
  judgement.note("custody_kept", "pass", [], { custody: lot.custody });
  const names = new Set(upstream.map((known) => known.id));
  checkAreas(evidence, lot, names, replay, judgement);
  const today = localDay(judgement.at);
  const scene = { facts: replay, meanings, recorded, today };
  const shippedOn = show.shippedOn(scene, lot);
  for (const noted of checkMark(replay, lot, names, today, shippedOn)) {
    judgement.note(noted.rule, noted.result, noted.entries, noted.details);
  }
  const stops = [...stopsOf(lot, upstream, bundle.batch, number)];
  for (const { rule, flag, details } of stops) judgement.note(rule, "fail", [flag.index], details);
  for (const rule of STOP_RULES) judgement.note(rule, "pass");
  for (const known of [lot, ...upstream]) {
    for (const { index } of known.unbalanced) {
      judgement.note("books_balance", "fail", [index], { index, lot: known.id });
    }
  }
  judgement.note("books_balance", "pass");
  checkAge(evidence, judgement);
  return show.bag(scene, bundle, lot, number, lot.bags, [lot, ...upstream], stops);
}

/** The bag's number, 0 if the lot has no such bag, once step 8 has looked. */
function checkSerial(bundle, lot, replay, judgement) {
  // 8. The batch must be one issued for this lot, by an entry in this bundle.
  const lettering = replay.find("lettering", `lettering:${lot.id}`);
  const labelled = lot.bags_labelled - (lettering?.voided ?? 0);
  judgement.note("labels_fit_lot", labelled <= lot.bags ? "pass" : "fail");
  const issued = replay.find("labels", `labels:${bundle.batch}`);
  const isOurs = issued && lettering?.batches.includes(issued.id);
  const number = (isOurs && refusable(() => numberIn(issued, bundle))) || 0;
  const result = number ? "pass" : "fail";
  const entries = isOurs ? [issued.index] : [];
  judgement.note("serial_committed", result, entries, { number, count: lot.bags });
  if (number) checkLabel(issued, number, replay, judgement);
  return number;
}

/** What was said of this very label: cancelled, not in use yet, sold or opened. */
function checkLabel(issued, number, replay, judgement) {
  const voided = spanOf(issued.voided, number, number);
  if (voided) {
    judgement.note("label_not_voided", "fail", [voided.index], { reason: voided.reason });
  }
  judgement.note("label_not_voided", "pass");
  const inUse = !issued.waiting || spanOf(issued.used, number, number);
  judgement.note("label_in_use", inUse ? "pass" : "fail");
  const bag = replay.find("bag", `bag:${issued.id}/${number}`);
  if (bag && bag.state !== "unsold") {
    const { on, by, state } = bag;
    judgement.note("bag_not_sold", "fail", [bag.index], { on, by, state });
  }
  judgement.note("bag_not_sold", "pass");
}

/** The number of a bag in a batch of labels that was committed to its serial. */
function numberIn(issued, { gtin, lot, serial, salt, path, number: named }) {
  const batch = labelBatch(gtin, lot, issued.count);
  const number = numberOf(batch, serial);
  const membership = { serial, salt: decodeBase64(salt), path: path.map(decodeBase64) };
  checkMembership(decodeBase64(issued.root), batch, membership);
  if (number !== named) throw new Refused("proof_refused", { what: "bag number" });
  return number;
}

/** Every lot that went into this one, each once. */
function upstreamOf(replay, lot) {
  const seen = new Set([lot.id]);
  const waiting = [lot.id];
  const found = [];
  while (waiting.length) {
    for (const source of replay.sources(waiting.pop())) {
      if (seen.has(source)) continue;
      seen.add(source);
      waiting.push(source);
      const known = replay.find("lot", `lot:${source}`);
      if (known) found.push(known);
    }
  }
  return found;
}

/** Look again at the days of harvest: a code may since have been ended from an earlier day. */
function checkAreas(evidence, lot, upstream, replay, judgement) {
  for (const [index, { body }] of evidence.meanings) {
    if (body.type !== "Harvest" || !upstream.has(body.lot)) continue;
    if (replay.isDeclaredWrong(body)) continue;
    const area = replay.find("area", `area:${body.area}`);
    if (!area || !Object.hasOwn(lot.origin, `${body.area}/${body.season}`)) continue;
    if (stateOn(area.spells, body.harvested_on)?.state !== "active") {
      judgement.note("areas_in_force", "fail", [index], { area: body.area });
    }
  }
  judgement.note("areas_in_force", "pass");
}

function checkAge(evidence, judgement) {
  // 11. The log's own word: by signing, it says that it had published nothing newer by then.
  const { signed_at } = evidence.state;
  const age = judgement.at - parseTime(signed_at);
  const isFresh = age <= judgement.trust.fresh_hours * HOUR_MS;
  const result = age < -CLOCK_SKEW_MS ? "fail" : isFresh ? "pass" : "unknown";
  judgement.note("log_fresh", result, [], { signed_at });
}

function conclude(judgement, evidence, bag) {
  const findings = [...RULES.values()].map(
    ({ rule, axis }) =>
      judgement.findings.get(rule) ?? { rule, axis, result: "unknown", details: {}, entries: [] },
  );
  const axes = Object.fromEntries(AXES.map((axis) => [axis, axisOf(findings, axis)]));
  return {
    headline: headlineOf(new Map(findings.map((finding) => [finding.rule, finding])), axes),
    axes,
    findings,
    at: formatTime(judgement.at),
    origin: evidence?.checkpoint.origin ?? "",
    size: evidence?.checkpoint.size ?? 0,
    signed_at: evidence?.state.signed_at ?? "",
    bag,
  };
}

/** Fail if any check of the axis failed, else unknown if any is, else pass. */
function axisOf(findings, axis) {
  const results = findings.filter((finding) => finding.axis === axis).map((one) => one.result);
  return ["fail", "unknown"].find((result) => results.includes(result)) ?? "pass";
}

/** The first headline that fits. */
function headlineOf(found, axes) {
  const failed = [...found.keys()].filter((rule) => found.get(rule).result === "fail");
  const has = (severity) => (rule) => RULES.get(rule).severity === severity;
  const changed = found.get("attestations_still_good").details.state;
  const became = found.get("bag_not_sold").details.state;
  const isMarked = found.get("mark_granted").result !== "unknown";
  // What only a certificate says weighs on a bag that carries the mark, or not at all.
  const certificate = isMarked ? failed.filter((rule) => CERTIFICATE.includes(rule)) : [];
  const broken = failed.filter(has("fail")).filter((rule) => !certificate.includes(rule));
  const isVague = AXES.some((axis) => axes[axis] === "unknown" && axis !== "certification");
  const ladder = [
    ["recalled", failed.some((rule) => RECALLED.includes(rule))],
    ["damaged", failed.some(has("stop"))],
    ["unknown_code", failed.includes("serial_committed")],
    ["label_voided", failed.includes("label_not_voided")],
    ["label_waiting", failed.includes("label_in_use")],
    ["on_hold", failed.includes("not_held")],
    ["not_valid", broken.length],
    ["not_covered", certificate.length],
    ["certificate_withdrawn", changed === "withdrawn"],
    ["certificate_suspended", changed === "suspended"],
    ["certificate_reduced", changed === "reduced"],
    ["cannot_check", isVague || failed.includes("log_fresh") || changed === "pending"],
    ["bag_opened", became === "opened"],
    ["bag_sold", became === "sold"],
    ["superseded_after_packing", changed === "superseded"],
    ["reduction_sold", failed.includes("reduction_unclaimed")],
    ["expired_after_packing", changed === "expired"],
    ["not_certified", !isMarked],
    ["verified", true],
  ];
  return ladder.find(([, fits]) => fits)[0];
}
