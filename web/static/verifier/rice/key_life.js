// How long a key counts: its last moment, an overlap with its successor, loss, theft and after.

import { formatTime, parseInstant, parseTime } from "../log/encoding.js";
import { enrol } from "./actors.js";
import { find, know } from "./case.js";
import { find as findFact } from "./facts.js";

export function unfitOverlap(it) {
  const { kid, valid_until } = it.body;
  if (valid_until === null) return null;
  const { not_after } = know(it, "key", `key:${kid}`);
  const isLater = formatTime(it.place.recorded_at) <= valid_until;
  return isLater && valid_until <= not_after ? null : { kid, valid_until, not_after };
}

export function unfitRecovery(it) {
  const { actor, lost } = it.body;
  for (const kid of lost) {
    const key = find(it, "key", `key:${kid}`);
    if (!key || key.actor !== actor || key.revoked_index !== null) return { kid, actor };
  }
  return null;
}

export function undisputed(it) {
  const { kid, entries } = it.body;
  const key = find(it, "key", `key:${kid}`);
  if (!key || key.revoked_index === null || key.invalid_from === null) return { kid, index: "-" };
  const index = entries.find((each) => each < key.enrolled_index || each >= key.revoked_index);
  return index === undefined ? null : { kid, index };
}

export function suspectKey(it) {
  const stolen = know(it, "key", `key:${it.body.kid}`);
  const since = parseInstant(stolen.invalid_from);
  for (const { kid, enrolled_at, enrolled_index } of it.keys) {
    if (parseTime(enrolled_at) >= since && enrolled_index < stolen.dated_index) {
      return { kid, stolen: stolen.kid, since: stolen.invalid_from };
    }
  }
  return null;
}

// A key that a stolen one brought in is no better. What reaffirmed an entry may be disputed in
// turn; nothing stands by itself, so what was asked before is in dispute.
export function isDisputed(facts, kid, index, recordedAt, asked = []) {
  const key = findFact(facts, "key", `key:${kid}`);
  if (!key) return false;
  const question = `${kid} ${index}`;
  if (asked.includes(question)) return true;
  const isAnyDisputed = (kids, at, recorded) =>
    kids.some((by) => isDisputed(facts, by, at, recorded, [...asked, question]));
  if (isStolen(key, recordedAt)) {
    return key.reaffirmed
      .filter(({ entries }) => entries.includes(index))
      .every((one) => isAnyDisputed(one.kids, one.index, one.recorded_at));
  }
  return isAnyDisputed(key.enrolled_by, key.enrolled_index, key.enrolled_at);
}

export function isSpellDisputed(facts, { kids, index, recorded_at }) {
  return kids.some((kid) => isDisputed(facts, kid, index, recorded_at));
}

function isStolen({ invalid_from, revoked_index }, recordedAt) {
  if (invalid_from === null || revoked_index === null) return false;
  return parseInstant(invalid_from) <= parseTime(recordedAt);
}

export function recover(it, outcome) {
  const { actor, key: offer, lost } = it.body;
  enrol(it, outcome, actor, [offer]);
  for (const kid of lost) {
    const key = know(it, "key", `key:${kid}`);
    outcome.put({ ...key, revoked_index: it.place.index, reason: "lost" });
  }
}

export function reaffirm(it, outcome) {
  const key = know(it, "key", `key:${it.body.kid}`);
  const { index, recorded_at } = it.place;
  const stoodBy = {
    entries: it.body.entries,
    kids: it.meaning.kids,
    recorded_at: formatTime(recorded_at),
    index,
  };
  outcome.put({ ...key, reaffirmed: [...key.reaffirmed, stoodBy] });
}
