/**
 * Statements from one phone to another without a network: a series of symbols on one screen, read
 * by the other. What was signed cannot be changed on the way; whoever has a network first sends it.
 */

import { utf8 } from "../verifier/log/encoding.js";
import { KINDS } from "../writer/rice/plain.js";
import { Gathering, framesOf } from "./frames.js";
import { goodsTold } from "./order.js";
import { statementsOf, takeIn, writeParcel } from "./parcels.js";
import * as queue from "./queue.js";
import { choose, element, moment, reasonOf, say } from "./say.js";
import { canSee, photoField, watch } from "./scanning.js";
import { notice } from "./signing.js";
import { drawSymbol } from "./symbol.js";

const FRAME_MS = 280;
const SHOWN_MAX = 50;

/** The side that shows: which statements, and then their symbols in turn. */
export async function startShowing(form) {
  const list = form.querySelector("fieldset div");
  const items = (await queue.everything()).filter(({ state }) => state !== "replaced").reverse();
  list.replaceChildren(...items.slice(0, SHOWN_MAX).map(choice));
  form.querySelector("[data-none]").hidden = items.length > 0;
  form.querySelector("button").disabled = !items.length;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = new Set([...form.querySelectorAll("input:checked")].map(({ value }) => Number(value)));
    const chosen = items.filter(({ number }) => wanted.has(number)).reverse();
    void show(document.getElementById("showing"), chosen.flatMap(statementsOf));
  });
}

function choice({ number, goods, kind, signedAt, state }) {
  const box = element("input", "");
  Object.assign(box, { type: "checkbox", value: number, checked: state === "waiting" });
  const text = [choose(KINDS[kind] ?? { vi: kind, en: kind }), goodsTold(goods), moment(signedAt)];
  return element("label", "", box, ` ${text.filter(Boolean).join(" · ")}`);
}

let turning = null;

async function show(place, statements) {
  clearInterval(turning);
  if (!statements.length) return place.replaceChildren(notice("amber", "warning", say("handover.choose")));
  try {
    const frames = await framesOf(utf8(writeParcel(document.body.dataset.origin, statements)));
    const symbols = frames.map((frame, at) => drawSymbol(frame, say("handover.symbol", { n: at + 1, of: frames.length })));
    const counter = element("p", "amount");
    const held = element("div", "frames");
    let at = 0;
    const turn = (step) => {
      at = (at + step + frames.length) % frames.length;
      held.replaceChildren(symbols[at]);
      counter.textContent = say("handover.frame", { n: at + 1, of: frames.length });
    };
    turn(0);
    place.replaceChildren(held, counter, turner(turn), element("p", "quiet", say("handover.hold")));
    place.scrollIntoView({ block: "start" });
  } catch (error) {
    place.replaceChildren(notice("red", "cross", reasonOf(error)));
  }
}

/** Turn by itself, or by hand for a slow reader. */
function turner(turn) {
  const run = () => {
    turning = setInterval(() => turn(1), FRAME_MS);
  };
  const stop = button("handover.stop", () => {
    if (turning) clearInterval(turning);
    const isStopped = turning !== null;
    turning = null;
    stop.textContent = say(isStopped ? "handover.go_on" : "handover.stop");
    if (!isStopped) run();
  });
  const step = (by) => () => {
    clearInterval(turning);
    turning = null;
    stop.textContent = say("handover.go_on");
    turn(by);
  };
  run();
  return element("div", "actions", button("handover.before", step(-1)), stop, button("handover.after", step(1)));
}

function button(key, act) {
  const made = element("button", "button", say(key));
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** The side that reads: with the camera, from photos, or what another reader has read. */
export function startReading(place) {
  const gathering = new Gathering();
  const told = place.querySelector("[data-told]");
  const done = new AbortController();
  const tell = async (text) => {
    if (done.signal.aborted) return;
    const taken = gathering.take(text);
    if (taken === "odd") return told.replaceChildren(notice("amber", "warning", say("handover.odd")), progress(gathering));
    told.replaceChildren(progress(gathering));
    if (!gathering.isWhole) return;
    done.abort();
    await finish(told, gathering);
  };
  const refuse = (error) => told.replaceChildren(notice("red", "cross", reasonOf(error)), progress(gathering));
  place.querySelector("[data-ways]").append(photoField((text) => void tell(text), refuse, true));
  startCamera(place, (text) => void tell(text), refuse, done.signal);
  place.querySelector("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const field = event.target.querySelector("textarea");
    for (const text of field.value.split(/\s+/).filter(Boolean)) void tell(text);
    field.value = "";
  });
}

async function startCamera(place, tell, refuse, signal) {
  const begin = place.querySelector("[data-begin]");
  begin.hidden = !(await canSee());
  place.querySelector("[data-blind]").hidden = !begin.hidden;
  begin.addEventListener("click", () => {
    begin.hidden = true;
    const video = place.querySelector("video");
    video.hidden = false;
    signal.addEventListener("abort", () => (video.hidden = true));
    watch(video, tell, signal).catch(() => refuse(new Error(say("scan.no_camera"))));
  });
}

function progress({ count, missing, parts }) {
  if (!count) return element("p", "quiet", say("handover.none"));
  const bar = element("progress", "");
  Object.assign(bar, { max: count, value: parts.size });
  bar.setAttribute("aria-label", say("handover.read", { n: parts.size, of: count }));
  const lack = missing.length ? say("handover.missing", { list: missing.slice(0, 20).join(", ") }) : "";
  return element("div", "stack", bar, element("p", "", say("handover.read", { n: parts.size, of: count })), lack && element("p", "quiet", lack));
}

async function finish(told, gathering) {
  try {
    const count = await takeIn(document.body.dataset.origin, await gathering.bytes());
    const link = element("a", "button", say("handover.see"));
    link.href = "/workplace/queue";
    told.replaceChildren(notice("green", "check", say("parcel.taken", { n: count })), link);
  } catch (error) {
    told.replaceChildren(notice("red", "cross", reasonOf(error)));
  }
}
