// What is on the bags: label batches that can never outnumber the bags of their lot.

import { localDay, parseInstant } from "../log/encoding.js";
import { find, know, recordedOn } from "./case.js";
import { make } from "./facts.js";
import { knowLot } from "./lots.js";

const UNDO_DAYS = 10; // in which whoever marked a bag as sold may take that back
const DAY_MS = 86_400_000;

const knowBatch = (it, name) => know(it, "labels", `labels:${name}`);
const isMark = ({ type }) => type === "MarkBags";

export function foreignBags(it) {
  const { body } = it;
  const isIssue = body.type === "IssueLabels";
  const lots = isIssue ? [body.lot] : body.bag_ranges.map((one) => knowBatch(it, one.batch).lot);
  for (const lotId of lots) {
    const lot = knowLot(it, lotId);
    if (lot.form !== "packed" || lot.maker !== it.speaker) return { lot: lot.id, maker: lot.maker };
  }
  return null;
}

export function tooManyLabels(it) {
  const { count, number_digits } = it.body;
  const lot = knowLot(it, it.body.lot);
  const left = lot.bags - lot.bags_labelled + (letteringOf(it, lot.id)?.voided ?? 0);
  if (count <= left && count <= 32 ** number_digits) return null;
  return { lot: lot.id, left, wanted: count };
}

export function takenBatch(it) {
  const { batch } = it.body;
  return find(it, "labels", `labels:${batch}`) ? { batch } : null;
}

export function unknownBags(it) {
  const { body } = it;
  const { batch: own } = body;
  const marked = isMark(body) && body.numbers.slice(-1).map((last) => ({ batch: own, last }));
  for (const { batch, last } of marked || body.bag_ranges) {
    const known = find(it, "labels", `labels:${batch}`);
    const isMeant = known && (body.type !== "Recall" || body.lots.includes(known.lot));
    const count = isMeant ? known.count : 0;
    if (last > count) return { batch, last, count };
  }
  return null;
}

export function foreignMark(it) {
  const batch = knowBatch(it, it.body.batch);
  const lot = knowLot(it, batch.lot);
  const { unit } = it.body;
  if ([lot.maker, lot.holder].includes(it.speaker) || (unit && cameIn(it, lot.id, unit))) {
    return null;
  }
  return { lot: lot.id, batch: batch.id };
}

// Whether the speaker holds a pallet or container that has, or had, bags of a lot.
function cameIn(it, lotId, unit) {
  if (!unit.startsWith("urn:")) {
    const pallet = find(it, "pallet", `pallet:${unit}`);
    return pallet && pallet.lot === lotId && pallet.holder === it.speaker;
  }
  const found = find(it, "container", `container:${unit.slice(unit.lastIndexOf(":") + 1)}`);
  return found && found.holder === it.speaker && found.bags.some(([loose]) => loose === lotId);
}

export function voidedLabels(it) {
  const { body } = it;
  const { batch } = body;
  const marked = isMark(body) && body.numbers.map((each) => ({ batch, first: each, last: each }));
  for (const one of marked || body.bag_ranges) {
    const span = spanOf(knowBatch(it, one.batch).voided, one.first, one.last);
    if (span) return { batch: one.batch, first: span.first, last: span.last };
  }
  return null;
}

// The first span that shares a number with those from the first to the last.
export const spanOf = (spans, first, last) =>
  spans.find((one) => one.first <= last && first <= one.last) ?? null;

export function unfitMark(it) {
  const { batch, numbers, state } = it.body;
  for (const number of numbers) {
    const bag = find(it, "bag", `bag:${batch}/${number}`);
    const known = bag ? bag.state : "unsold";
    const isUndone = state === "unsold";
    const isFit = isUndone
      ? known === "sold" && mayUndo(it, bag)
      : state !== known && known !== "opened";
    if (!isFit) return { batch, number, known };
  }
  return null;
}

function mayUndo(it, bag) {
  const days = (Date.parse(recordedOn(it)) - Date.parse(bag.on)) / DAY_MS;
  return bag.by === it.speaker && days <= UNDO_DAYS;
}

const letteringOf = (it, lotId) => find(it, "lettering", `lettering:${lotId}`);

export function issue(it, outcome) {
  const act = it.body;
  const lot = knowLot(it, act.lot);
  outcome.put({ ...lot, bags_labelled: lot.bags_labelled + act.count });
  const batch = make("labels", act.batch, {
    id: act.batch,
    lot: act.lot,
    count: act.count,
    bag_digits: act.number_digits,
    root: act.root,
    issuer: it.speaker,
    waiting: act.waiting,
    used: [],
    voided: [],
    index: it.place.index,
  });
  outcome.put(batch);
  const before = letteringOf(it, act.lot);
  const batches = [...(before?.batches ?? []), act.batch];
  outcome.put(make("lettering", act.lot, { lot: act.lot, batches, voided: before?.voided ?? 0 }));
}

// Keep which labels are in use.
export function activate(it, outcome) {
  for (const [name, spans] of spansOf(it, "")) {
    const batch = knowBatch(it, name);
    outcome.put({ ...batch, used: [...batch.used, ...spans] });
  }
}

// Keep which labels are cancelled, and let as many be issued anew.
export function voidLabels(it, outcome) {
  const freed = new Map();
  for (const [name, spans] of spansOf(it, it.body.reason)) {
    const batch = knowBatch(it, name);
    outcome.put({ ...batch, voided: [...batch.voided, ...spans] });
    const count = spans.reduce((total, span) => total + span.last - span.first + 1, 0);
    freed.set(batch.lot, (freed.get(batch.lot) ?? 0) + count);
  }
  for (const [lotId, count] of freed) {
    const before = know(it, "lettering", `lettering:${lotId}`);
    outcome.put({ ...before, voided: before.voided + count });
  }
}

// The spans that an act names, by batch.
function spansOf(it, reason) {
  const spans = new Map();
  for (const { batch, first, last } of it.body.bag_ranges) {
    const span = { first, last, reason, index: it.place.index };
    spans.set(batch, [...(spans.get(batch) ?? []), span]);
  }
  return spans;
}

// Keep what became of single bags.
export function mark(it, outcome) {
  const { batch, numbers, state, marked_at } = it.body;
  const on = localDay(parseInstant(marked_at));
  for (const number of numbers) {
    const members = { batch, number, state, on, by: it.speaker, index: it.place.index };
    outcome.put(make("bag", `${batch}/${number}`, members));
  }
}
