/**
 * Signed statements on their way through other hands: as a file, or as symbols from one screen to
 * another. Anybody may carry what somebody has signed, and nobody can change it on the way.
 */

import { Refused } from "../verifier/errors.js";
import { decodeUtf8, utf8 } from "../verifier/log/encoding.js";
import { checkCanonical, isMembers, writeJson } from "../verifier/log/json.js";
import { parseStatement } from "../verifier/log/statement.js";
import { purposeOf, tell } from "../writer/rice/plain.js";
import { keysOf } from "./device.js";
import * as queue from "./queue.js";

const TYPE = "rice-ledger-statements/1";
const PARCEL_MAX = 8_000_000;
const STATEMENTS_MAX = 2_000;

/** What an item of the queue sends, in its order: what it only counts together with goes before it. */
export const statementsOf = ({ before = [], statement }) => [...before, statement];

/** Statements of a ledger as one text, in the order in which they were signed. */
export function writeParcel(origin, statements) {
  return writeJson({ type: TYPE, origin, statements });
}

/**
 * The statements of a parcel as they go in the queue, in order; a refusal where it is none, is for
 * another ledger, or holds anything that the ledger could not read.
 */
export function readParcel(origin, data) {
  if (data.length > PARCEL_MAX) throw new Refused("parcel_unreadable", { what: `> ${PARCEL_MAX}` });
  const parcel = opened(data);
  const { statements } = parcel;
  if (!Array.isArray(statements) || statements.length > STATEMENTS_MAX) unreadable("statements");
  if (parcel.origin !== origin) throw new Refused("parcel_elsewhere", { origin: String(parcel.origin) });
  return statements.map((statement, at) => readOne(origin, statement, at + 1));
}

function opened(data) {
  let parcel;
  try {
    parcel = checkCanonical(data);
  } catch {
    unreadable("JSON");
  }
  const isShaped = isMembers(parcel) && Object.keys(parcel).sort().join() === "origin,statements,type";
  return isShaped && parcel.type === TYPE ? parcel : unreadable("type");
}

function readOne(origin, statement, number) {
  try {
    const { ledger, payload: body, signatures, typ } = parseStatement(utf8(statement));
    if (ledger !== null && ledger !== origin) throw new Refused("parcel_elsewhere", { origin: ledger });
    const payload = decodeUtf8(body);
    const lines = tell(typ, payload);
    const title = lines.find((line) => line.value)?.value ?? "";
    const kids = signatures.map(({ kid }) => kid);
    return { statement, typ, payload, kind: purposeOf(typ, payload), title, kids };
  } catch (error) {
    if (error.code === "parcel_elsewhere") throw error;
    return unreadable(`${number}: ${error.code ?? error.message}`);
  }
}

function unreadable(what) {
  throw new Refused("parcel_unreadable", { what });
}

/** Put the statements of a parcel in the queue of this device; how many there were. */
export async function takeIn(origin, data) {
  const own = new Map((await keysOf(origin)).map(({ kid, actor }) => [kid, actor]));
  const read = readParcel(origin, data);
  for (const { kids, ...item } of read) {
    const actor = kids.map((kid) => own.get(kid)).find(Boolean) ?? "";
    await queue.add({ ...item, actor, isCarried: !actor });
  }
  void queue.send();
  return read.length;
}
