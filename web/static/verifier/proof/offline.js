/** A code and a lot file in, verdict out, with no network: was this label issued, and what then? */

import { Refused } from "../errors.js";
import { openCheckpoint } from "../log/checkpoint.js";
import { decodeBase64, formatTime, parseTime } from "../log/encoding.js";
import { openNote } from "../log/note.js";
import { isMetBy, witnessesOf } from "../log/policy.js";
import { labelBatch, numberOf, readCode } from "../rice/labels.js";
import { parseDigitalLink } from "../rice/link_reading.js";
import { digestAt, hasSignedDigests, isDigestOf, readLotFile } from "./lot_file.js";
import { LIMITS } from "./rules.js";

const CLOCK_SKEW_MS = 5 * 60_000;
const HOUR_MS = 3_600_000;
/** What Python strips, which is not quite what `trim` does. */
const BLANK = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** A step failed, and the verdict with it. */
class Ended extends Error {
  constructor(headline, why) {
    super(why);
    Object.assign(this, { headline, why });
  }
}

/**
 * The verdict on a typed code or a link; what cannot be read is judged, not raised. `trust` is as
 * `readTrust` returns it, `at` in milliseconds. Throws `Unable` where the platform cannot tell.
 */
export async function judgeCode(data, code, trust, at) {
  return judgeOpened(await openLot(data, trust), code, trust, at);
}

/**
 * A file after steps 1 to 5, in which neither code nor clock has a say: `{file, checkpoint}`, or how
 * the judgement of every code `ended`. Python reads the file anew for each code; a phone does not.
 */
export async function openLot(data, trust) {
  try {
    return await open(data, trust);
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { ended: error };
  }
}

/** The same as `judgeCode`, of a file that is open. */
export async function judgeOpened({ ended, file, checkpoint }, code, trust, at) {
  let verdict = blank(at);
  try {
    if (ended) throw ended;
    verdict = { ...verdict, ...dated(file, checkpoint, trust, at) };
    await checkNow(file, trust, at);
    const named = readNamed(code, file.facts);
    return { ...verdict, ...judge(file, named, await find(file, named.serial)) };
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    return { ...verdict, headline: error.headline, why: error.why };
  }
}

function blank(at) {
  return {
    headline: "",
    why: "",
    state: "",
    at: formatTime(at),
    as_of: "",
    age_hours: 0,
    is_stale: false,
    origin: "",
    size: 0,
    bag: null,
    notices: [],
    limits: [...LIMITS.keys()],
  };
}

/** What work returns, or the end of the judgement where it refuses. */
async function unlessRefused(work, headline, why) {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Refused ? new Ended(headline, why) : error;
  }
}

async function open(data, trust) {
  // 1. One spelling: whatever is read here would be written the same.
  const file = await unlessRefused(() => readLotFile(data), "damaged", "unreadable");
  // 2. and 3. Keys inside a file are not trust: only the reader's policy opens its notes.
  const opened = () => openNotes(file, trust.logs);
  const checkpoint = await unlessRefused(opened, "damaged", "not_signed");
  // 4. Anyone can run a ledger under this name; only one began with this statement.
  if (file.facts.founding !== trust.founding) throw new Ended("damaged", "other_ledger");
  // 5. The digests are not in the note, so that a file takes 8 bytes a bag and not 11.
  if (!(await hasSignedDigests(file))) throw new Ended("damaged", "digests_changed");
  return { file, checkpoint };
}

async function openNotes({ note, origin, facts }, policy) {
  const checkpoint = await openCheckpoint(facts.checkpoint, policy.logs);
  await witnessesOf(policy, facts.checkpoint);
  await openNote(
    note,
    policy.logs.filter((key) => key.name === checkpoint.origin),
  );
  if (origin !== checkpoint.origin) throw new Refused("note_not_signed");
  return checkpoint;
}

function dated({ facts }, checkpoint, trust, at) {
  const age = at - parseTime(facts.as_of);
  return {
    as_of: facts.as_of,
    age_hours: Math.max(0, Math.floor(age / HOUR_MS)),
    is_stale: age > trust.fresh_hours * HOUR_MS,
    origin: checkpoint.origin,
    size: checkpoint.size,
  };
}

async function checkNow({ facts }, trust, at) {
  // 6. Neither makes the file false; both keep it from saying anything.
  const names = await witnessesOf(trust.logs, facts.checkpoint);
  if (!isMetBy(trust.logs, names)) throw new Ended("cannot_check", "witnesses_missing");
  if (at - parseTime(facts.as_of) < -CLOCK_SKEW_MS) throw new Ended("cannot_check", "clock_behind");
}

/** The serial that is asked for, and whether whoever gave it named this lot as well. */
function readNamed(code, facts) {
  // 7. A slip is told apart from a lot or a label that is not there: it is worth typing again.
  let [path, serial] = [[], ""];
  try {
    if (!code.includes("://")) return { serial: readCode(code), names_lot: false };
    path = parseDigitalLink(strip(code));
    serial = readCode(new Map(path).get("21") ?? "");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    throw new Ended("mistyped", error.code === "code_mistyped" ? "check_character" : "no_code");
  }
  const [key, gtin] = path[0];
  const lot = new Map(path).get("10");
  if (key !== "01" || gtin !== facts.gtin || (lot !== undefined && lot !== facts.lot)) {
    throw new Ended("not_in_lot", "other_lot");
  }
  return { serial, names_lot: lot !== undefined };
}

function strip(text) {
  let [from, to] = [0, text.length];
  while (from < to && BLANK.test(text[from])) from += 1;
  while (from < to && BLANK.test(text[to - 1])) to -= 1;
  return text.slice(from, to);
}

async function find(file, serial) {
  // 8. The number in the code says where to look: guessing at one bag helps with no other.
  const { gtin, lot, batches } = file.facts;
  for (const [place, batch] of batches.entries()) {
    const number = numberIn(labelBatch(gtin, lot, batch.count), serial);
    const there = number ? digestAt(file, place, number) : null;
    if (there && (await isDigestOf(there, decodeBase64(batch.salt), serial))) {
      return { batch, number, place };
    }
  }
  return null;
}

function numberIn(batch, serial) {
  try {
    return numberOf(batch, serial);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return 0;
  }
}

function judge({ facts, marks }, named, found) {
  // 9. The first that fits, in the order of rules.json.
  const stops = stopsOf(facts, named, found);
  const { batch, number, place } = found ?? { batch: facts.batches[0], number: 0, place: 0 };
  const { waiting, sold, opened } = marks[place];
  const holds = (first, last) => first <= number && number <= last;
  const isIn = (ranges) => ranges.some(([first, last]) => holds(first, last));
  const voided = batch.voided.find(({ first, last }) => holds(first, last))?.reason ?? "";
  const isStopped = (kind) => stops.some((stop) => stop.kind === kind);
  const ladder = [
    ["recalled", isStopped("recall")],
    ["not_in_lot", !found],
    ["label_voided", voided !== ""],
    ["label_waiting", isIn(waiting)],
    ["on_hold", isStopped("hold")],
    ["bag_opened", isIn(opened)],
    ["bag_sold", isIn(sold)],
    ["issued", true],
  ];
  return {
    headline: ladder.find(([, fits]) => fits)[0],
    why: found ? "" : "no_such_label",
    state: voided,
    bag: found || stops.length ? bagOf(facts, batch, number) : null,
    notices: stops.map(noticeOf),
  };
}

/** What stops a bag; one whose label is unknown is stopped as the lot that it names. */
function stopsOf(facts, named, found) {
  const isMeant = ({ batch, first, last }) =>
    found && batch === found.batch.batch && first <= found.number && found.number <= last;
  return facts.stops.filter(({ ranges }) =>
    ranges.length ? ranges.some(isMeant) : found || named.names_lot,
  );
}

function bagOf(facts, batch, number) {
  return {
    gtin: facts.gtin,
    lot: facts.lot,
    batch: batch.batch,
    number,
    count: batch.count,
    product: facts.product,
    variety: facts.variety,
    grade: facts.grade,
    net_g: facts.bag_g,
    packed_on: facts.packed_on,
    best_before_on: facts.best_before_on,
    packer: facts.packer,
  };
}

function noticeOf({ kind, by, reason, contact, ranges, on, entry }) {
  const bags = ranges.map(({ first, last }) => [first, last]);
  return { kind, by, reason, contact, bags, on, entry };
}
