// What is on the bags: label batches that can never outnumber the bags of their lot.

import { find } from "./case.js";
import { make } from "./facts.js";
import { knowLot } from "./lots.js";

export function foreignBags(it) {
  const lot = knowLot(it, it.body.lot);
  if (lot.form === "packed" && lot.maker === it.speaker) return null;
  return { lot: lot.id, maker: lot.maker };
}

export function tooManyLabels(it) {
  const { count, number_digits } = it.body;
  const lot = knowLot(it, it.body.lot);
  const left = lot.bags - lot.bags_labelled;
  if (count <= left && count <= 32 ** number_digits) return null;
  return { lot: lot.id, left, wanted: count };
}

export function takenBatch(it) {
  const { batch } = it.body;
  return find(it, "labels", `labels:${batch}`) ? { batch } : null;
}

export function unknownBags(it) {
  for (const { batch, last } of it.body.bag_ranges) {
    const known = find(it, "labels", `labels:${batch}`);
    const count = known && it.body.lots.includes(known.lot) ? known.count : 0;
    if (last > count) return { batch, last, count };
  }
  return null;
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
    index: it.place.index,
  });
  outcome.put(batch);
  const before = find(it, "lettering", `lettering:${act.lot}`);
  const batches = [...(before ? before.batches : []), act.batch];
  outcome.put(make("lettering", act.lot, { lot: act.lot, batches }));
}
