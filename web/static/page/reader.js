/**
 * The checking page that depends on no server: the evidence of a bag comes in as a file or as text,
 * is judged under the trust that was built in, and is shown beside what is printed on the bag.
 */

import { element } from "./elements.js";
import { NoVerdict, ask, startJudge } from "./judging.js";
import { readCode, readPhoto } from "./code.js";
import { isEvidence, layOutNote, layOutVerdict } from "./sheet.js";
import { Voice } from "./voice.js";

const LARGEST_BYTES = 16_000_000;

const at = (name) => document.getElementById(name);
const given = JSON.parse(at("given").textContent);
const trust = new TextEncoder().encode(given.trust);
const script = new Blob([at("judge").textContent], { type: "text/javascript" });

let voice;
/** What is shown, to be shown again in another language: a verdict, or the key of a note. */
let shown = null;
let code = { serial: "" };

function speak(language) {
  voice = new Voice(language, given.words[language]);
  document.documentElement.lang = language;
  document.title = voice.say("reader.title");
  for (const each of document.querySelectorAll("[data-say]")) {
    each.textContent = voice.say(each.dataset.say);
  }
  for (const each of at("languages").children) {
    if (each.lang === language) each.setAttribute("aria-current", "true");
    else each.removeAttribute("aria-current");
  }
  sayCode();
  show();
}

function show() {
  if (!shown) return;
  const parts = shown.answer
    ? layOutVerdict(shown.answer, { voice, icons: given.icons, code })
    : layOutNote(shown, voice);
  at("result").replaceChildren(...parts);
}

/** Judge bytes, or what will be bytes; the newest asked for is the one shown. */
async function judge(data) {
  const asked = { note: "reader.busy" };
  shown = asked;
  show();
  const found = await judged(data);
  if (shown !== asked) return;
  shown = found;
  show();
  at("result").focus();
}

async function judged(coming) {
  let data;
  try {
    data = await coming;
  } catch {
    return { note: "reader.other" };
  }
  if (data.length > LARGEST_BYTES) return { note: "reader.large" };
  if (!isEvidence(data)) return { note: "reader.other" };
  const address = URL.createObjectURL(script);
  try {
    const question = { bundle: data, trust, at: Date.now() };
    return { answer: await ask(startJudge(address), question) };
  } catch (error) {
    const why = error instanceof NoVerdict ? error.why : "browser";
    return { note: `reader.unable.${why}` };
  } finally {
    URL.revokeObjectURL(address);
  }
}

function takeCode(read) {
  code = read;
  sayCode();
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
at("code").addEventListener("input", ({ target }) => takeCode(readCode(target.value)));
at("photo").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  target.value = "";
  if (!file) return;
  const read = await readPhoto(file);
  at("code").value = read.typed ?? "";
  takeCode(read);
});

const spoken = navigator.languages.map((tag) => tag.split("-")[0]);
const known = spoken.find((language) => language in given.words);
speak(known ?? (spoken.length ? "en" : "vi"));
at("whole").hidden = false;

async function bytesOf(file) {
  return new Uint8Array(await file.arrayBuffer());
}
