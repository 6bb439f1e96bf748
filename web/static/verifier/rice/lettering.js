// What is on the bags: label batches that can never outnumber the bags of their lot.

import { localDay, parseInstant } from "../log/encoding.js";
import { find, know, recordedOn } from "./case.js";
import { make } from "./facts.js";
import { knowLot } from "./lots.js";

const UNDO_DAYS = 10;
const DAY_MS = 86_400_000;

export function foreignBags(it) {
  for (const id of lotsOf(it)) {
    const lot = knowLot(it, id);
    if (lot.form !== "packed" || lot.maker !== it.speaker) return { lot: lot.id, maker: lot.maker };
  }
  return null;
}

function lotsOf(it) {
  const { lot, bag_ranges } = it.body;
  return lot ? [lot] : bag_ranges.map(({ batch }) => knowBatch(it, batch).lot);
}

const knowBatch = (it, name) => know(it, "labels", `labels:${name}`);

export function tooManyLabels(it) {
  const { count, number_digits } = it.body;
  const lot = knowLot(it, it.body.lot);
  const voided = find(it, "lettering", `lettering:${lot.id}`)?.voided ?? 0;
  const left = lot.bags - lot.bags_labelled + voided;
  if (count <= left && count <= 32 ** number_digits) return null;
  return { lot: lot.id, left, wanted: count };
}

export function takenBatch(it) {
  const { batch } = it.body;
  return find(it, "labels", `labels:${batch}`) ? { batch } : null;
}

export function unknownBags(it) {
  const { body } = it;
  const isMark = body.type === "MarkBags";
  const last = isMark && body.numbers.at(-1);
  const named = !isMark ? body.bag_ranges : last ? [{ batch: body.batch, last }] : [];
  for (const { batch, last } of named) {
    const known = find(it, "labels", `labels:${batch}`);
    const isMeant = known && (body.type !== "Recall" || body.lots.includes(known.lot));
    const count = isMeant ? known.count : 0;
    if (last > count) return { batch, last, count };
  }
  return null;
}

export function foreignMark(it) {
  const lot = markedLot(it);
  if (marksAsPacker(it, lot) || bagsIn(it, lot.id)) return null;
  return { lot: lot.id, batch: it.body.batch };
}

export function excessiveMarks(it) {
  const lot = markedLot(it);
  if (marksAsPacker(it, lot)) return null;
  const [most, wanted] = [bagsIn(it, lot.id), marksSoFar(it, lot.id) + freshOf(it).length];
  return wanted > most ? { unit: it.body.unit, bags: most, wanted } : null;
}

const markedLot = (it) => knowLot(it, knowBatch(it, it.body.batch).lot);
const marksAsPacker = ({ speaker }, { maker, holder }) => speaker === maker || speaker === holder;

function bagsIn(it, lotId) {
  const { unit } = it.body;
  if (unit.startsWith("urn:")) {
    const number = unit.slice(unit.lastIndexOf(":") + 1);
    const found = find(it, "container", `container:${number}`);
    if (found?.holder !== it.speaker) return 0;
    return found.bags.reduce((sum, [lot, bags]) => sum + (lot === lotId ? bags : 0), 0);
  }
  const pallet = find(it, "pallet", `pallet:${unit}`);
  return pallet?.lot === lotId && pallet.holder === it.speaker ? pallet.bags : 0;
}

const marksSoFar = (it, lot) => find(it, "marks", `marks:${it.body.unit}/${lot}`)?.bags ?? 0;

function freshOf(it) {
  const { batch, numbers, unit } = it.body;
  return numbers.filter((number) => find(it, "bag", `bag:${batch}/${number}`)?.unit !== unit);
}

export function voidedLabels(it) {
  const { type, batch, numbers, bag_ranges } = it.body;
  const named =
    type === "MarkBags"
      ? numbers.map((number) => ({ batch, first: number, last: number }))
      : bag_ranges;
  for (const one of named) {
    const span = spanOf(knowBatch(it, one.batch).voided, one.first, one.last);
    if (span) return { batch: one.batch, first: span.first, last: span.last };
  }
  return null;
}

/** The first span that shares a number with those from `first` to `last`. */
export function spanOf(spans, first, last) {
  return spans.find((one) => one.first <= last && first <= one.last);
}

export function unfitMark(it) {
  const { batch, numbers, state } = it.body;
  for (const number of numbers) {
    const before = find(it, "bag", `bag:${batch}/${number}`);
    const known = before?.state ?? "unsold";
    const isFit =
      state === "unsold"
        ? known === "sold" && mayUndo(it, before)
        : state !== known && known !== "opened";
    if (!isFit) return { batch, number, known };
  }
  return null;
}

function mayUndo(it, { by, on }) {
  return by === it.speaker && (Date.parse(recordedOn(it)) - Date.parse(on)) / DAY_MS <= UNDO_DAYS;
}

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
  const before = find(it, "lettering", `lettering:${act.lot}`) ?? { batches: [], voided: 0 };
  const batches = [...before.batches, act.batch];
  outcome.put(make("lettering", act.lot, { lot: act.lot, batches, voided: before.voided }));
}

export function activate(it, outcome) {
  for (const [name, spans] of spansOf(it, "")) {
    const batch = knowBatch(it, name);
    outcome.put({ ...batch, used: [...batch.used, ...spans] });
  }
}

export function voidLabels(it, outcome) {
  const freed = new Map();
  for (const [name, spans] of spansOf(it, it.body.reason)) {
    const batch = knowBatch(it, name);
    outcome.put({ ...batch, voided: [...batch.voided, ...spans] });
    const count = spans.reduce((sum, { first, last }) => sum + last - first + 1, 0);
    freed.set(batch.lot, (freed.get(batch.lot) ?? 0) + count);
  }
  for (const [lot, count] of freed) {
    const before = know(it, "lettering", `lettering:${lot}`);
    outcome.put({ ...before, voided: before.voided + count });
  }
}

function spansOf(it, reason) {
  const spans = new Map();
  for (const { batch, first, last } of it.body.bag_ranges) {
    if (!spans.has(batch)) spans.set(batch, []);
    spans.get(batch).push({ first, last, reason, index: it.place.index });
  }
  return spans;
}

export function mark(it, outcome) {
  const { batch, numbers, state, marked_at, unit } = it.body;
  const on = localDay(parseInstant(marked_at));
  if (unit) {
    const lot = markedLot(it).id;
    const bags = marksSoFar(it, lot) + freshOf(it).length;
    outcome.put(make("marks", `${unit}/${lot}`, { unit, lot, bags }));
  }
  for (const number of numbers) {
    const { index } = it.place;
    const members = { batch, number, state, on, by: it.speaker, unit, index };
    outcome.put(make("bag", `${batch}/${number}`, members));
  }
}
