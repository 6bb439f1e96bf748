/** What a lot file says of a code, as the checking page shows it: as of when, and never more. */

import { element, icon } from "./elements.js";
import {
  ageOf,
  card,
  compareCard,
  facts,
  grouped,
  layOutBand,
  noticeCard,
} from "./sheet.js";

const HEADER = new TextEncoder().encode("rice-ledger/lot-file@v1\n");

/** Whether bytes mean to be a lot file, sound or not. */
export function isLotFile(data) {
  return HEADER.every((byte, at) => data[at] === byte);
}

/**
 * The parts of the sheet. `code` is what was read off the bag, its `typed` empty before the first;
 * then only a file that no code could be held against has a headline.
 */
export function layOutLot({ verdict, lot, rules }, { voice, other, icons, code }) {
  const isReady = !code.typed && verdict.headline === "mistyped";
  const parts = isReady ? [] : [band(verdict, rules, { voice, other, icons })];
  parts.push(...verdict.notices.map((notice) => noticeCard(notice, voice)));
  if (verdict.bag) {
    const serial = verdict.bag.number ? code.serial : "";
    parts.push(compareCard({ ...verdict.bag, serial }, {}, voice));
  }
  const limits = limitsCard(verdict, voice);
  return [...parts, fileCard(verdict, lot, isReady, { voice, code }), limits].filter(Boolean);
}

function band({ headline, why, state, as_of }, rules, { voice, other, icons }) {
  const words = rules.offline.headlines.find((each) => each.headline === headline);
  const key = `offline.headline.${headline}`;
  const since = { since: voice.moment(as_of) };
  const about = [voice.say(`${key}.about`, since)];
  if (why) about.push(voice.say(`offline.why.${why}`));
  if (state) about.push(voice.say("reader.lot.voided", { why: voice.term("offline.voided", state) }));
  return layOutBand(words, icons[headline], {
    title: voice.say(key, since),
    other: other.say(key, { since: other.moment(as_of) }),
    otherLanguage: other.language,
    about,
  });
}

/** What the code was held against, and how old that is. */
function fileCard({ as_of, age_hours, is_stale, bag }, lot, isReady, { voice, code }) {
  const typed = !bag?.number && (code.serial ? grouped(code.serial) : code.typed);
  const rows = [["reader.lot.typed", typed && element("span", "code-long", typed)]];
  if (lot && !bag) {
    rows.push(
      ["compare.lot", lot.lot],
      ["reader.lot.product", voice.choose(lot.product)],
      ["compare.packer", voice.choose(lot.packer.name)],
    );
  }
  if (lot) {
    rows.push(
      ["reader.lot.labels", voice.number(lot.labels)],
      ["reader.lot.as_of", voice.moment(as_of)],
    );
  }
  const told = facts(rows, voice);
  if (!told.childElementCount) return null;
  return card(
    voice.say(isReady ? "reader.lot.ready" : "reader.lot.against"),
    told,
    as_of && element("p", "", ageOf(age_hours, voice)),
    is_stale && element("p", "amber", icon("warning", 16), " ", voice.say("reader.lot.stale")),
    isReady && element("p", "", voice.say("reader.lot.next")),
  );
}

/** What no file can know; of one that is not to be believed nothing is known as of any time. */
function limitsCard({ limits, as_of }, voice) {
  const told = as_of ? limits : limits.filter((limit) => limit !== "later");
  const since = { since: voice.moment(as_of) };
  const said = told.map((limit) => element("p", "", voice.say(`offline.limit.${limit}`, since)));
  const box = card(voice.say("reader.lot.limits"), ...said);
  box.classList.add("limits");
  return box;
}
