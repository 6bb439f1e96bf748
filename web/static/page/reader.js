/**
 * The checking page that depends on no server. The evidence of a bag comes in as a file or as text,
 * is judged under the trust that was built in, and is shown beside what is printed on the bag; or the
 * file of a lot comes in once, and code after code is held against it.
 */

import { element } from "./elements.js";
import { LotJudge, NoVerdict, ask, startJudge } from "./judging.js";
import { askedOf, readCode, readPhoto } from "./code.js";
import { isLotFile, layOutLot } from "./lot_sheet.js";
import { isEvidence, layOutNote, layOutVerdict } from "./sheet.js";
import { Voice } from "./voice.js";

const LARGEST_BYTES = 16_000_000;
/** As many labels as a lot file may have, and the note before them. */
const LARGEST_LOT_BYTES = 65_000_000;

const at = (name) => document.getElementById(name);
const given = JSON.parse(at("given").textContent);
const trust = new TextEncoder().encode(given.trust);
const script = new Blob([at("judge").textContent], { type: "text/javascript" });

let voice;
let other;
/** What is shown, to be shown again in another language: a verdict, or the key of a note. */
let shown = null;
let code = { serial: "" };
/** The lot file that codes are held against: who judges it, and what was said of it at first. */
let kept = null;

function speak(language) {
  voice = voiceOf(language);
  other = voiceOf(language === "en" ? "vi" : "en");
  document.documentElement.lang = language;
  document.title = voice.say("reader.title");
  for (const each of document.querySelectorAll("[data-say]")) sayPart(each);
  for (const each of at("languages").children) {
    if (each.lang === language) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
  sayCode();
  show();
}

function voiceOf(language) {
  return new Voice(language, given.words[language]);
}

function sayPart(part) {
  part.textContent = voice.say(part.dataset.say);
}

function show() {
  if (!shown) return;
  at("result").replaceChildren(...layOut(shown));
}

function layOut({ answer, inLot, note }) {
  const context = { voice, other, icons: given.icons, code: inLot ?? code };
  if (!answer) return layOutNote({ note }, voice);
  return inLot ? layOutLot(answer, context) : layOutVerdict(answer, context);
}

/** Show what work finds; the newest asked for is the one shown. */
async function showFound(note, work) {
  const asked = { note };
  shown = asked;
  show();
  const found = await work();
  if (shown !== asked) {
    found.lot?.judge.stop();
    return;
  }
  if (found.lot) keep(found.lot);
  shown = found;
  show();
  at(found.lot ? "code" : "result").focus();
}

/** Judge evidence, in the place of whatever was there before. */
function judge(data) {
  keep(null);
  return showFound("reader.busy", () => judged(data));
}

async function judged(coming) {
  let data;
  try {
    data = await coming;
  } catch {
    return { note: "reader.other" };
  }
  if (data.length > LARGEST_BYTES) return { note: "reader.large" };
  if (isLotFile(data)) return { note: "reader.lot.given" };
  if (!isEvidence(data)) return { note: "reader.other" };
  return withScript(async (address) => {
    const question = { bundle: data, trust, at: Date.now() };
    return { answer: await ask(startJudge(address), question) };
  });
}

/** Do what needs a judge, or say why there is no verdict. */
async function withScript(work) {
  const address = URL.createObjectURL(script);
  try {
    return await work(address);
  } catch (error) {
    const why = error instanceof NoVerdict ? error.why : "browser";
    return { note: `reader.unable.${why}` };
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Keep a lot file, or none: the code of the next bag then stands above what is said of it. */
function keep(next) {
  kept?.judge.stop();
  kept = next;
  at("judge-code").hidden = !kept;
  at("code-title").dataset.say = kept ? "reader.lot.code" : "reader.code.title";
  sayPart(at("code-title"));
  if (kept) at("result").before(at("code-part"));
  else at("trust-part").before(at("code-part"));
}

function takeLot(file) {
  keep(null);
  at("code").value = "";
  takeCode({ serial: "" });
  return showFound("reader.lot.busy", () => openedLot(file));
}

async function openedLot(file) {
  if (file.size > LARGEST_LOT_BYTES) return { note: "reader.lot.large" };
  return withScript(async (address) => {
    const data = await bytesOf(file);
    if (!isLotFile(data)) {
      return { note: isEvidence(data) ? "reader.lot.evidence" : "reader.lot.other" };
    }
    const lot = { judge: new LotJudge(address, data, trust) };
    lot.first = await heldAgainst(lot, { serial: "", typed: "" });
    return lot.first.answer ? { ...lot.first, lot } : lot.first;
  });
}

/** What a lot file says of a code; a judge that cannot tell is not asked again. */
async function heldAgainst({ judge }, inLot) {
  try {
    return { answer: await judge.ask(inLot.typed, Date.now()), inLot };
  } catch (error) {
    judge.stop();
    return { note: error.why === "slow" ? "reader.lot.slow" : "reader.unable.browser" };
  }
}

/** Hold what is in the field against the kept file. */
function judgeTyped() {
  const typed = askedOf(at("code").value);
  if (!kept) return;
  if (!typed) {
    at("code").focus();
    return;
  }
  const lot = kept;
  takeCode({ ...readCode(typed), said: "" });
  const inLot = { serial: code.serial, typed };
  showFound("reader.lot.asking", async () => {
    const found = await heldAgainst(lot, inLot);
    if (!found.answer && kept === lot) keep(null);
    return found;
  });
}

function takeCode(read) {
  code = read;
  sayCode();
  if (!kept) show();
}

/** What is typed now is not what the verdict below was about. */
function takeTyped(typed) {
  if (!kept) return takeCode(readCode(typed));
  takeCode({ serial: "" });
  shown = kept.first;
  show();
}

function sayCode() {
  const parts = [];
  if (code.said) parts.push(element("p", "", voice.say(code.said)));
  if (code.evidence) {
    const link = element("a", "", voice.say("reader.fetch"));
    link.href = code.evidence;
    link.rel = "noreferrer";
    parts.push(element("p", "", link));
  }
  at("code-said").replaceChildren(...parts);
}

for (const language of Object.keys(given.words)) {
  const choice = element("button", "", given.words[language].language);
  choice.lang = language;
  choice.addEventListener("click", () => speak(language));
  at("languages").append(choice);
}
at("file").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  target.value = "";
  // What was shown goes before the file is read: it may be one that cannot be.
  if (file) judge(file.size > LARGEST_BYTES ? { length: file.size } : bytesOf(file));
});
at("judge-text").addEventListener("click", () => {
  // What is copied gains a blank or a line at its ends; evidence has none.
  judge(new TextEncoder().encode(at("text").value.trim()));
});
at("lot").addEventListener("change", ({ target }) => {
  const [file] = target.files;
  target.value = "";
  if (file) takeLot(file);
});
at("code").addEventListener("input", ({ target }) => takeTyped(target.value));
at("code").addEventListener("keydown", ({ key }) => key === "Enter" && judgeTyped());
at("code").addEventListener("focus", ({ target }) => kept && target.select());
at("judge-code").addEventListener("click", judgeTyped);
at("photo").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  target.value = "";
  if (!file) return;
  const read = await readPhoto(file);
  at("code").value = read.typed ?? "";
  takeTyped(at("code").value);
  if (!kept || !read.typed) takeCode(read);
  else judgeTyped();
});

const spoken = navigator.languages.map((tag) => tag.split("-")[0]);
const known = spoken.find((language) => language in given.words);
speak(known ?? (spoken.length ? "en" : "vi"));
at("whole").hidden = false;

async function bytesOf(file) {
  return new Uint8Array(await file.arrayBuffer());
}
