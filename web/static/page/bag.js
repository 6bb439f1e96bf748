/**
 * Has this device judge the bag of the page again, and says what came of it beside the server's word.
 *
 * Evidence and trust come from the server whose verdict is held against them, so this shows that the
 * server's words follow from what was signed under the log key it names, and no more than that.
 */

import { layOutChecks, sumOf } from "./checks.js";
import { element, icon } from "./elements.js";
import { NoVerdict, ask, startJudge } from "./judging.js";
import { Voice } from "./voice.js";

/** As much as the judge allows a log's clock to be ahead. */
const CLOCKS_APART_MS = 5 * 60_000;

const part = document.getElementById("phone");
const voice = new Voice(
  document.documentElement.lang,
  JSON.parse(document.getElementById("phone-words").textContent),
);
const server = {
  headline: part.dataset.headline,
  axes: JSON.parse(part.dataset.axes),
  at: Date.parse(part.dataset.at),
  serial: part.dataset.serial,
};

async function check() {
  const at = Date.now();
  try {
    tell("phone.busy", waiting());
    const { packed, trust } = await fetched();
    const judge = (moment) => ask(startJudge(part.dataset.judge), { packed, trust, at: moment });
    const answer = await judge(at);
    // A clock that is off changes more than age. What the server says of its own moment has to hold.
    const isOff = Math.abs(at - server.at) > CLOCKS_APART_MS;
    if (!isSame(answer) && isOff && isSame(await judge(server.at))) {
      throw new NoVerdict("clock");
    }
    // Sound evidence for another bag is none for this one, whatever it says.
    const { bag } = answer.verdict;
    if (bag && bag.serial !== server.serial) throw new NoVerdict("network");
    show(answer, logKeyOf(trust));
  } catch (error) {
    const why = error instanceof NoVerdict ? error.why : "browser";
    tell(`phone.unable.${why}`, why === "clock" && voice.moment(new Date(at).toISOString()));
    sum(voice.say("phone.unable"));
  }
}

function isSame({ verdict, rules }) {
  return verdict.headline === server.headline && !apartOf(verdict, rules).length;
}

/** The axes on which the two differ. */
function apartOf({ axes }, rules) {
  return rules.axes.filter(({ axis }) => axes[axis] !== server.axes[axis]);
}

async function fetched() {
  try {
    const [packed, trust] = await Promise.all([part.dataset.evidence, "/trust"].map(bytesAt));
    return { packed, trust };
  } catch {
    throw new NoVerdict("network");
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
  return bar;
}

function tell(key, more) {
  const said = [element("p", "", voice.say(key)), more && element("p", "quiet", more)];
  document.getElementById("phone-said").replaceChildren(...said.filter(Boolean));
}

function sum(text) {
  document.getElementById("phone-sum").textContent = text;
}

function show(answer, key) {
  const { verdict, rules } = answer;
  const isAlike = isSame(answer);
  sum(sumOf(verdict, voice));
  document.getElementById("phone-checks").replaceChildren(...layOutChecks(verdict, rules, voice));
  tell(isAlike ? "phone.same" : "phone.differs", voice.say("phone.key", { key }));
  part.dataset.verdict = verdict.headline;
  if (!isAlike) alarm(verdict, rules);
}

/** Put the worse of two verdicts above everything, and what they differ in. */
function alarm(verdict, rules) {
  const known = Object.fromEntries(rules.headlines.map((words) => [words.headline, words]));
  const nameOf = (code) => voice.coded(`headline.${code}`, known[code]);
  const order = rules.headlines.map(({ headline }) => headline);
  const codes = [server.headline, verdict.headline];
  const [worse] = [...codes].sort((one, other) => order.indexOf(one) - order.indexOf(other));
  const [ofServer, ofPhone] = codes.map(nameOf);
  const rows = apartOf(verdict, rules).map((words) =>
    element(
      "li",
      "",
      voice.say("phone.apart", {
        axis: voice.coded(`axis.${words.axis}`, words),
        server: voice.say(`result.${server.axes[words.axis]}`),
        phone: voice.say(`result.${verdict.axes[words.axis]}`),
      }),
    ),
  );
  const box = element(
    "section",
    "verdict red",
    icon("warning", 40),
    element("h2", "", nameOf(worse)),
    element("p", "about", voice.say("phone.alarm", { server: ofServer, phone: ofPhone })),
    rows.length > 0 && element("ul", "about", ...rows),
  );
  box.setAttribute("role", "alert");
  box.id = "phone-alarm";
  document.querySelector("main").prepend(box);
  document.title = `${nameOf(worse)} - ${voice.say("site")}`;
}

check();
