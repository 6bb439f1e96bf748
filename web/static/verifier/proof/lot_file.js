/** One lot's labels for a phone without a network: digests of its codes, and what was known. */

import { Refused, Unable } from "../errors.js";
import {
  decodeBase64,
  decodeUtf8,
  encodeBase64,
  parseCount,
  parseTime,
  sameBytes,
  utf8,
} from "../log/encoding.js";
import { checkCanonical, writeJson } from "../log/json.js";
import { parseNote } from "../log/note.js";
import { labelBatch } from "../rice/labels.js";
import SHAPES from "../rice/shapes.js";
import { readNumbers } from "./marked.js";
import { check, closed, count, list, matching, text } from "./shape.js";

const HEADER = "rice-ledger/lot-file@v1";
const DIGEST_BYTES = 8;
const ITERATIONS = 1_000;
const NOTE_LENGTH_MAX = 1_000_000;
const MAXIMUM_BYTES = 8_000_000 * DIGEST_BYTES + NOTE_LENGTH_MAX;
const LINES = 4;
/** The first three lines of a file end within so many bytes. */
const HEAD_BYTES = 1_000;

const several = count(1, 33_554_432);
const digest = matching(SHAPES.Digest);
const day = matching(SHAPES.Day);
const batchName = matching(SHAPES.BatchName);
const words = closed({ vi: matching(SHAPES.Text), en: matching(SHAPES.Text) });
const party = closed({ actor: text(), name: words, commune: text() });
const numbers = matching(/^[A-Za-z0-9+/]*={0,2}$/);

const BATCH = closed({
  batch: batchName,
  count: several,
  digests: digest,
  salt: matching(/^[A-Za-z0-9+/]{22}==$/),
  voided: list(closed({ first: several, last: several, reason: text() })),
  waiting: numbers,
  sold: numbers,
  opened: numbers,
});
const BAG_RANGE = closed({ batch: batchName, first: several, last: several });
const STOP = closed({
  kind: matching(/^(hold|recall)$/),
  by: party,
  reason: words,
  contact: text(),
  on: day,
  entry: count(0, Number.MAX_SAFE_INTEGER),
  ranges: list(BAG_RANGE),
});
const FACTS = closed({
  as_of: text(),
  checkpoint: text(),
  founding: digest,
  gtin: matching(SHAPES.Gtin),
  lot: text(1, 20),
  product: words,
  variety: text(),
  grade: text(),
  packer: party,
  bag_g: count(0, 1e15),
  bags: several,
  packed_on: day,
  best_before_on: matching(/^([0-9]{4}-[0-9]{2}-[0-9]{2})?$/),
  batches: list(BATCH),
  stops: list(STOP),
});

/**
 * What a lot file says, `{note, origin, facts, marks, digests}`, or a refusal; who signed it is for
 * `offline` to look at. `marks` are the numbers of each batch, read: `{waiting, sold, opened}`.
 */
export function readLotFile(data) {
  if (data.length > MAXIMUM_BYTES) throw unreadable(`larger than ${MAXIMUM_BYTES} bytes`);
  const head = String.fromCharCode(...data.subarray(0, HEAD_BYTES)).split("\n");
  if (head.length < LINES || head[0] !== HEADER) throw unreadable("its first line");
  // The third line says where the note ends, so that digests may be any bytes.
  const length = Number(parseCount(head[2]));
  const end = data.length - length;
  if (!(end > 0 && end <= NOTE_LENGTH_MAX)) throw unreadable("its length");
  const note = decodeUtf8(data.subarray(0, end));
  if (note === null) throw unreadable("text that is not UTF-8");
  const { facts, origin } = parse(parseNote(note).text);
  checkFacts(facts);
  const marks = facts.batches.map(marksOf);
  if (lengthOf(facts) !== length) throw unreadable("its length");
  return { note, origin, facts, marks, digests: split(data.subarray(end), facts.batches) };
}

/** The digest of a bag of a batch, by the place of the batch and the number of the bag. */
export function digestAt({ digests }, batch, number) {
  return digests[batch].subarray((number - 1) * DIGEST_BYTES, number * DIGEST_BYTES);
}

/** Whether the digests are those that the note names. */
export async function hasSignedDigests({ facts, digests }) {
  for (const [place, data] of digests.entries()) {
    const hash = await native((subtle) => subtle.digest("SHA-256", data));
    if (encodeBase64(hash) !== facts.batches[place].digests) return false;
  }
  return true;
}

/** Whether a serial has this digest. WebCrypto works out its thousand rounds in a millisecond. */
export async function isDigestOf(expected, salt, serial) {
  const rounds = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ITERATIONS };
  const made = await native(async (subtle) => {
    const key = await subtle.importKey("raw", utf8(serial), "PBKDF2", false, ["deriveBits"]);
    return subtle.deriveBits(rounds, key, DIGEST_BYTES * 8);
  });
  return sameBytes(made, expected);
}

/** The bytes that the platform works out; one that cannot is no reason to refuse anything. */
async function native(work) {
  try {
    return new Uint8Array(await work(crypto.subtle));
  } catch (error) {
    throw new Unable(`SHA-256: ${error.message}`);
  }
}

function parse(said) {
  const lines = said.split("\n");
  if (lines.length !== LINES + 1) throw unreadable("its lines");
  const facts = check(checkCanonical(utf8(lines[3])), FACTS, "lot_file_unreadable");
  const again = [HEADER, lines[1], lengthOf(facts), writeJson(facts), ""].join("\n");
  if (again !== said) throw unreadable("its spelling");
  return { facts, origin: lines[1] };
}

function lengthOf({ batches }) {
  return batches.reduce((sum, batch) => sum + batch.count * DIGEST_BYTES, 0);
}

/** Refuse facts that do not fit each other. */
function checkFacts(facts) {
  parseTime(facts.as_of);
  decodeBase64(facts.founding);
  const counts = new Map(facts.batches.map((batch) => [batch.batch, batch.count]));
  if (!counts.size || counts.size !== facts.batches.length) throw unreadable("its batches");
  for (const batch of facts.batches) {
    labelBatch(facts.gtin, facts.lot, batch.count);
    decodeBase64(batch.salt);
    decodeBase64(batch.digests);
    checkInOrder(batch.voided, batch.count);
  }
  for (const stop of facts.stops) checkBags(stop.ranges, counts);
}

function marksOf({ count: most, waiting, sold, opened }) {
  const read = (text) => readNumbers(text, most);
  return { waiting: read(waiting), sold: read(sold), opened: read(opened) };
}

function checkInOrder(listed, most) {
  let reached = 0;
  for (const { first, last } of listed) {
    if (!(reached < first && first <= last && last <= most)) throw unreadable("its ranges");
    reached = last;
  }
}

function checkBags(listed, counts) {
  let before = { batch: "", last: 0 };
  for (const each of listed) {
    const follows =
      before.batch < each.batch || (before.batch === each.batch && before.last < each.first);
    if (!follows || each.last < each.first || each.last > (counts.get(each.batch) ?? 0)) {
      throw unreadable("its ranges");
    }
    before = each;
  }
}

function split(digests, batches) {
  let end = 0;
  return batches.map((batch) => digests.subarray(end, (end += batch.count * DIGEST_BYTES)));
}

function unreadable(what) {
  return new Refused("lot_file_unreadable", { what });
}
