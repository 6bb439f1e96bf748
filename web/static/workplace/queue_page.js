/** The page of what this device signed: what waits, what the ledger refused and why, what it took. */

import { KINDS } from "../writer/rice/plain.js";
import * as queue from "./queue.js";
import { choose, element, icon, moment, reasonOf, say } from "./say.js";

const DRAWN = { waiting: "offline", refused: "cross", recorded: "check" };
const TONES = { waiting: "grey", refused: "red", recorded: "green" };

export async function startQueue(list) {
  const show = async () => {
    const items = (await queue.everything()).reverse();
    list.replaceChildren(...items.map(row));
    document.getElementById("queue-empty").hidden = items.length > 0;
  };
  queue.onChange(show);
  await show();
}

function row(item) {
  const { number, kind, title, signedAt, state, receipt, problem } = item;
  const about = element("p", "", choose(KINDS[kind]), title ? ` · ${title}` : "");
  const when = element("p", "quiet", say("signed_at", { when: moment(signedAt) }));
  const said = { waiting: say("state.waiting"), recorded: say("recorded", { index: receipt?.index }), refused: "" };
  const outcome = element("p", "", state === "refused" ? reasonOf(problem) : said[state]);
  const body = element("div", "", about, when, outcome);
  const made = element("li", `chip ${TONES[state]}`, icon(DRAWN[state]), body);
  if (state === "refused") {
    const button = element("button", "button", say("dismiss"));
    button.type = "button";
    button.addEventListener("click", () => void queue.dismiss(number));
    body.append(button);
  }
  return made;
}
