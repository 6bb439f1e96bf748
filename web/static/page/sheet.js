/** A verdict as the checking page shows it: what it is, what to compare, who says so, the checks. */

import { layOutChecks, sumOf } from "./checks.js";
import { element, icon } from "./elements.js";

const MARK = new TextEncoder().encode('"rice-ledger/bundle@v1"');
const IN_FORCE = ["granted", "reinstated", "reduced"];
const STATE_TONES = { suspended: "amber", withdrawn: "red", disputed: "red" };
const EFFECTS = ["licenses", "covers", "states", "transacts", "refers"];
const HOUR_MS = 3_600_000;

/** Whether bytes mean to be a bag's evidence, sound or not; a letter or a photo does not. */
export function isEvidence(data) {
  for (let at = data.indexOf(MARK[0]); at >= 0; at = data.indexOf(MARK[0], at + 1)) {
    if (MARK.every((byte, offset) => data[at + offset] === byte)) return true;
  }
  return false;
}

/** Words in place of a verdict. */
export function layOutNote({ note }, voice) {
  return [card("", element("p", "", voice.say(note)))];
}

/** The parts of the sheet; `code` is what was read off the bag. */
export function layOutVerdict({ verdict, rules }, { voice, other, icons, code }) {
  const { bag } = verdict;
  const parts = [band(verdict, rules, { voice, other, icons })];
  if (bag && code.serial && code.serial !== bag.serial) parts.unshift(otherBag(code, voice));
  if (bag) {
    parts.push(...bag.notices.map((notice) => noticeCard(notice, voice)));
    parts.push(compareCard(bag, code, voice), certificates(bag, voice));
  }
  return [...parts, checksCard(verdict, voice)];
}

/** A part of the sheet. */
export function card(title, ...held) {
  return element("section", "card", title && element("h2", "", title), ...held);
}

function fact(name, ...held) {
  return element("div", "", element("dt", "", name), element("dd", "", ...held));
}

/** What is known, with its names; what is empty is left out. */
export function facts(pairs, voice) {
  const told = pairs.filter(([, value]) => value);
  return element("dl", "facts", ...told.map(([key, value]) => fact(voice.say(key), value)));
}

function band(verdict, rules, { voice, other, icons }) {
  const { headline, findings } = verdict;
  const words = rules.headlines.find((each) => each.headline === headline);
  const changed = findings.find(({ rule }) => rule === "attestations_still_good");
  const isShipped = changed.details.valid_when === "shipped" && words.about_shipped;
  const about = isShipped ? "about_shipped" : "about";
  const key = `headline.${headline}`;
  return layOutBand(words, icons[headline], {
    title: voice.say(key),
    other: other.say(key),
    otherLanguage: other.language,
    about: [voice.say(`${key}.${about}`)],
  });
}

/** A headline with its colour and drawing, in another language too, and sentences about it. */
export function layOutBand({ headline, tone }, drawing, { title, other, otherLanguage, about }) {
  const line = element("p", "other", other);
  line.lang = otherLanguage;
  const box = element(
    "section",
    `verdict ${tone}`,
    icon(drawing, 40),
    element("div", "", element("h1", "", title), line),
    ...about.map((sentence) => element("p", "about", sentence)),
  );
  box.dataset.headline = headline;
  return box;
}

function otherBag(code, voice) {
  const text = voice.say("reader.otherbag.text", { code: grouped(code.serial) });
  const title = element("h2", "", voice.say("reader.otherbag"));
  const box = element("section", "verdict red", icon("warning", 40), title);
  box.append(element("p", "about", text));
  box.setAttribute("role", "alert");
  return box;
}

/** A serial as it is printed. */
export function grouped(serial) {
  return serial.replace(/(.{4})(?=.)/g, "$1-");
}

/** Who stopped a bag, why, and whom to ask. */
export function noticeCard(notice, voice) {
  const rows = [
    ["notice.by", voice.choose(notice.by.name)],
    ["notice.on", voice.day(notice.on)],
    ["notice.reason", voice.choose(notice.reason)],
    ["notice.contact", notice.contact],
    ["notice.bags", notice.bags.map(([first, last]) => `${first}-${last}`).join(", ")],
  ];
  const box = card(voice.say(`notice.${notice.kind}`), facts(rows, voice));
  box.classList.add("notice", notice.kind === "recall" ? "red" : "amber");
  return box;
}

/** What a copier gets wrong; a lot file may know the lot and no number. */
export function compareCard(bag, code, voice) {
  const { number, count } = bag;
  const numbered = number ? ` · ${voice.say("compare.bag", { number, count })}` : "";
  const rows = [
    ["compare.packed", voice.day(bag.packed_on)],
    ["compare.best_before", voice.day(bag.best_before_on)],
    ["compare.packer", voice.choose(bag.packer.name)],
    ["compare.code", bag.serial && element("span", "code", grouped(bag.serial))],
    ["compare.lot", bag.lot],
  ];
  return card(
    voice.say("compare.title"),
    element("p", "product", voice.choose(bag.product)),
    element("p", "big", `${voice.kilograms(bag.net_g)}${numbered}`),
    facts(rows, voice),
    bag.serial && code.serial === bag.serial && element("p", "green", voice.say("reader.samebag")),
  );
}

/** Certificates by their kind, the right to the mark first; what changed stands open. */
function certificates({ vouchings }, voice) {
  const box = card(voice.say("papers.title"));
  box.classList.add("papers");
  if (!vouchings.length) box.append(element("p", "", voice.say("papers.none")));
  const kinds = new Map();
  const rank = ({ effect }) => EFFECTS.indexOf(effect);
  for (const paper of [...vouchings].sort((one, other) => rank(one) - rank(other))) {
    const kind = voice.choose(paper.kind);
    kinds.set(kind, [...(kinds.get(kind) ?? []), paper]);
  }
  for (const [kind, papers] of kinds) box.append(papersOf(kind, papers, voice));
  return box;
}

function papersOf(kind, papers, voice) {
  const n = papers.length;
  const changed = papers.filter(({ state_now }) => !IN_FORCE.includes(state_now)).length;
  const key = `papers.${changed ? "changed" : "in_force"}.${n === 1 ? "one" : "many"}`;
  const tones = papers.map(({ state_now }) => toneOf(state_now));
  const worst = ["red", "amber", "grey", "green"].find((tone) => tones.includes(tone));
  const name = element("span", "", `${kind} `, element("span", "quiet", voice.say(key, { n, changed })));
  const list = element("ul", "vouchings", ...papers.map((paper) => paperLine(paper, voice)));
  const box = element(
    "details",
    "",
    element("summary", "", element("span", `dot ${worst}`), name),
    list,
  );
  box.open = changed > 0;
  return box;
}

function toneOf(state) {
  return IN_FORCE.includes(state) ? "green" : (STATE_TONES[state] ?? "grey");
}

function paperLine({ state_now, state_since, number, issuer, until_on }, voice) {
  const tone = toneOf(state_now);
  const since = ` ${voice.say("papers.since", { day: voice.day(state_since) })}`;
  const until = voice.say("reader.until", { day: voice.day(until_on) });
  return element(
    "li",
    "",
    element(
      "p",
      "",
      element("span", `badge ${tone}`, voice.term("state", state_now)),
      tone === "green" ? "" : since,
    ),
    element("p", "quiet", `${voice.choose(issuer.name)} · ${number} · ${until}`),
  );
}

function checksCard(verdict, voice) {
  const { origin, size, signed_at, at } = verdict;
  const box = card(
    "",
    element(
      "h2",
      "",
      voice.say("checks.phone"),
      element("span", "amount", sumOf(verdict, voice)),
    ),
    ...layOutChecks(verdict, voice),
  );
  box.classList.add("checks");
  if (origin) {
    const told = { origin, size, signed_at: voice.moment(signed_at), at: voice.moment(at) };
    box.append(element("p", "quiet log", voice.say("checks.log", told)));
    const hours = Math.max(0, Math.floor((Date.parse(at) - Date.parse(signed_at)) / HOUR_MS));
    box.append(element("p", "", ageOf(hours, voice)));
  }
  return box;
}

/** How long ago the log spoke: in hours for two days, then in days. */
export function ageOf(hours, voice) {
  return hours < 48
    ? voice.say("reader.hours", { n: hours })
    : voice.say("reader.days", { n: Math.floor(hours / 24) });
}
