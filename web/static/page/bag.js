/**
 * Has this device judge the bag of the page again, and says what came of it beside the server's word.
 *
 * Evidence and trust come from the server whose verdict is held against them, so this shows that the
 * server's words follow from what was signed under the log key it names, and no more than that.
 */

import { layOutChecks, sumOf } from "./checks.js";
import { differences } from "./differing.js";
import { element, icon } from "./elements.js";
import { NoVerdict, ask, startJudge } from "./judging.js";
import { Voice } from "./voice.js";

/** As much as the judge allows a log's clock to be ahead. */
const CLOCKS_APART_MS = 5 * 60_000;

const part = document.getElementById("phone");
const server = {
  headline: part.dataset.headline,
  axes: JSON.parse(part.dataset.axes),
  findings: JSON.parse(document.getElementById("phone-findings").textContent),
  at: Date.parse(part.dataset.at),
  size: Number(part.dataset.size),
  serial: part.dataset.serial,
};

async function check() {
  const at = Date.now();
  // All of it is on its way at once, and the browser reads the judge while the evidence comes in.
  const [evidence, first] = [fetched(), starting()].map(kept);
  const words = await fetchedWords();
  if (!words) return;
  const voice = new Voice(document.documentElement.lang, words);
  try {
    tell(voice.say("phone.busy"), waiting());
    const { packed, trust } = await evidence;
    const judge = async (moment, ready) => ask(await ready, { packed, trust, at: moment });
    const answer = await judge(at, first);
    const apart = ({ verdict }) => differences(server, verdict, voice);
    // A clock that is off changes more than age. What the server says of its own moment has to hold.
    const isOff = Math.abs(at - server.at) > CLOCKS_APART_MS;
    if (apart(answer).length && isOff && !apart(await judge(server.at, starting())).length) {
      throw new NoVerdict("clock");
    }
    // Sound evidence for another bag is none for this one, whatever it says.
    const { bag } = answer.verdict;
    if (bag && bag.serial !== server.serial) throw new NoVerdict("network");
    show(answer, apart(answer), logKeyOf(trust), voice);
  } catch (error) {
    const why = error instanceof NoVerdict ? error.why : "browser";
    const clock = why === "clock" && element("p", "quiet", voice.moment(new Date(at).toISOString()));
    tell(voice.say(`phone.unable.${why}`), clock);
    sum(voice.say("phone.unable"));
  }
}

async function starting() {
  return startJudge(part.dataset.judge);
}

async function fetched() {
  try {
    const [packed, trust] = await Promise.all([part.dataset.evidence, "/trust"].map(bytesAt));
    return { packed, trust };
  } catch {
    throw new NoVerdict("network");
  }
}

/** A promise that may fail before anybody waits for it. */
function kept(promise) {
  promise.catch(() => {});
  return promise;
}

/** What is said in the page's language; without it the page goes on saying that nothing was checked. */
async function fetchedWords() {
  try {
    return JSON.parse(new TextDecoder().decode(await bytesAt(part.dataset.words)));
  } catch {
    return null;
  }
}

async function bytesAt(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

/** The name and hash of the log's key, as the trust file names them. */
function logKeyOf(trust) {
  const { policy } = JSON.parse(new TextDecoder().decode(trust));
  return /^log (\S+)/m.exec(policy)[1];
}

/** A bar that moves as long as the judge is at work; the sentence above it says the same. */
function waiting() {
  const bar = element("progress", "");
  bar.setAttribute("aria-hidden", "true");
  return element("p", "quiet", bar);
}

function tell(sentence, more) {
  const said = [element("p", "", sentence), more];
  document.getElementById("phone-said").replaceChildren(...said.filter(Boolean));
}

function sum(text) {
  document.getElementById("phone-sum").textContent = text;
}

function show({ verdict, rules }, apart, key, voice) {
  sum(sumOf(verdict, voice));
  document.getElementById("phone-checks").replaceChildren(...layOutChecks(verdict, voice));
  const said = voice.say(apart.length ? "phone.differs" : "phone.same");
  tell(said, element("p", "quiet", voice.say("phone.key", { key })));
  part.dataset.verdict = verdict.headline;
  if (apart.length) alarm(verdict, rules, apart, voice);
}

/** Put the worse of two verdicts above everything, and what they differ in. */
function alarm({ headline }, rules, apart, voice) {
  const order = rules.headlines.map((each) => each.headline);
  const codes = [server.headline, headline];
  const [worse] = [...codes].sort((one, other) => order.indexOf(one) - order.indexOf(other));
  const [ofServer, ofPhone] = codes.map((code) => voice.say(`headline.${code}`));
  const isUnlike = ofServer === ofPhone;
  const title = voice.say(isUnlike ? "phone.unlike" : `headline.${worse}`);
  const rows = apart.filter(({ what }) => what).map((each) => voice.say("phone.apart", each));
  const about = isUnlike
    ? voice.say("phone.unlike.about")
    : voice.say("phone.alarm", { server: ofServer, phone: ofPhone });
  const box = element(
    "section",
    "verdict red",
    icon("warning", 40),
    element("h2", "", title),
    element("p", "about", about),
    rows.length > 0 && element("ul", "about", ...rows.map((row) => element("li", "", row))),
  );
  box.setAttribute("role", "alert");
  box.id = "phone-alarm";
  document.querySelector("main").prepend(box);
  document.title = `${title} - ${voice.say("site")}`;
}

check();
