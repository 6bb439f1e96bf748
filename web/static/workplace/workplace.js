/** The script of the workplaces: brings to life what a page holds. Pages are whole without it, but nobody signs. */

import { keysOf, signersOf } from "./device.js";
import { startDoors, startSample } from "./doors.js";
import { startJoining, startKeys, startRevoking } from "./enrolment.js";
import { startImports } from "./imports.js";
import { startLabels } from "./labels.js";
import * as queue from "./queue.js";
import { startQueue } from "./queue_page.js";
import { dayOf, element, say } from "./say.js";
import { startSigningIn } from "./session.js";
import { startShipment } from "./shipments.js";
import { startStating } from "./stating.js";

const { actor, origin } = document.body.dataset;

const STARTERS = {
  "#own-doors": (list) => startDoors(list, origin),
  "#use-sample": (form) => startSample(form, origin),
  "#device": tellDevice,
  "#queue": startQueue,
  "#join": startJoining,
  "#keys": startKeys,
  "form.revoking": startRevoking,
  "[data-sign-in]": startSigningIn,
  "form.stating[data-kind]": startStating,
  "#imports": startImports,
  "#labels": startLabels,
  "#shipment": startShipment,
};

function start() {
  document.body.classList.add("with-script");
  for (const [found, begin] of Object.entries(STARTERS)) {
    for (const part of document.querySelectorAll(found)) void begin(part);
  }
  queue.onChange(countUnsent);
  void countUnsent();
  queue.keepSending();
}

/** In the head of every page: how much is on its way, in words that frighten nobody. */
async function countUnsent() {
  const { waiting, refused } = await queue.tally();
  const link = document.getElementById("unsent");
  link.hidden = !(waiting || refused);
  link.classList.toggle("red", refused > 0);
  link.textContent = refused ? say("unsent.refused", { n: refused }) : say("unsent", { n: waiting });
}

/** Whether this device may sign here, and until when. */
async function tellDevice(place) {
  const keys = (await keysOf(origin)).filter((key) => key.actor === actor);
  const [key] = await signersOf(origin, actor, "");
  if (key?.sample) place.textContent = say("device.sample");
  else if (keys.some(({ state }) => state === "enrolled")) {
    const until = keys.map(({ not_after: end }) => end).filter(Boolean).sort().at(-1);
    place.textContent = until ? say("device.until", { day: dayOf(until) }) : say("device.signs");
  } else {
    const link = element("a", "", say("device.none"));
    link.href = place.dataset.keys;
    place.replaceChildren(link);
  }
}

start();
