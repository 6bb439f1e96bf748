/** The script of the workplaces: brings to life what a page holds. Pages are whole without it, but nobody signs. */

import { startAccounts, startActing } from "./acting.js";
import { keepContact } from "./contact.js";
import { startDeciding, startPrinting, startSecond } from "./deciding.js";
import { startDrafts } from "./drafts.js";
import { startDoors, startSample } from "./doors.js";
import { startJoining, startKeys, startRevoking } from "./enrolment.js";
import { startFirstKeys, startRestoring } from "./first_keys.js";
import { startReading, startShowing } from "./handover.js";
import { keepToday, startAge, startForgetting, startKeeping } from "./keeping.js";
import { startFresh, startScan } from "./known_lots.js";
import { startImports } from "./imports.js";
import { startLabels } from "./labels.js";
import * as queue from "./queue.js";
import { startQueue } from "./queue_page.js";
import { startClearing, startScope, startStopping } from "./recalling.js";
import { say } from "./say.js";
import { startScanPage } from "./scan_page.js";
import { startSigningIn } from "./session.js";
import { startClock, startStanding } from "./standing.js";
import { startShipment } from "./shipments.js";
import { startStating } from "./stating.js";

const { actor, origin } = document.body.dataset;

const STARTERS = {
  "#own-doors": (list) => startDoors(list, origin),
  "#use-sample": (form) => startSample(form, origin),
  "#device": startStanding,
  "#kept": keepToday,
  "#fresh": startFresh,
  "#forget": startForgetting,
  "#handover-show": startShowing,
  "#handover-read": startReading,
  "[data-scan]": startScan,
  "#main": startMain,
  "#queue": startQueue,
  "#join": startJoining,
  "#keys": startKeys,
  "#first-keys": startFirstKeys,
  "#restoring": startRestoring,
  "#drafts": startDrafts,
  "form.revoking": startRevoking,
  "[data-sign-in]": startSigningIn,
  "form[data-act]": startActing,
  "form[data-accounts]": startAccounts,
  "form.stating[data-kind]:not(.deciding)": startStating,
  "form.deciding": (form) => startDeciding(form, { actor, origin }),
  "#second-person": (place) => startSecond(place, { actor, origin }),
  "[data-print]": startPrinting,
  "#imports": startImports,
  "#labels": startLabels,
  "#shipment": startShipment,
  "form[data-scanner]": startScanPage,
  "form[data-scope]": startScope,
  "#stopping-form": startStopping,
  "form.clearing": startClearing,
};

function start() {
  document.body.classList.add("with-script");
  for (const [found, begin] of Object.entries(STARTERS)) {
    for (const part of document.querySelectorAll(found)) void begin(part);
  }
  queue.onChange(countUnsent);
  void countUnsent();
  queue.keepSending();
  if (actor) keepContact(origin, actor);
  startKeeping();
}

/** In the head of every page: how much is on its way, in words that frighten nobody. */
async function countUnsent() {
  const { waiting, refused } = await queue.tally();
  const link = document.getElementById("unsent");
  link.hidden = !(waiting || refused);
  link.classList.toggle("red", refused > 0);
  link.textContent = refused ? say("unsent.refused", { n: refused }) : say("unsent", { n: waiting });
}

/** Of every page: as of when it is, and whether this device's clock is right. */
function startMain(main) {
  startAge(main);
  void startClock(main);
}

start();
