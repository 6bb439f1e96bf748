/**
 * What everybody should know before signing on this device: whether it may sign here and until
 * when, whether its clock is right, and whether the browser will keep what waits.
 */

import { AHEAD_MS, OFF_MS, lastHeard, onHeard } from "./clock.js";
import { onMet } from "./contact.js";
import { standingOf } from "./device.js";
import { whyNot } from "./key_words.js";
import * as queue from "./queue.js";
import { dayOf, element, moment, say } from "./say.js";
import { notice } from "./signing.js";

/** Whether this device may sign here, and until when, or why it may not. */
export async function startStanding(place) {
  const { actor, origin } = document.body.dataset;
  const tell = async () => {
    const held = await standingOf(origin, actor, null);
    place.replaceChildren(...told(held, place.dataset.keys));
  };
  onMet(tell);
  await tell();
}

function told(held, keysPage) {
  const [best] = held;
  if (best?.stands === "good") {
    const { sample, not_after: end } = best.key;
    if (sample) return [say("device.sample")];
    return [end ? say("device.until", { day: dayOf(end) }) : say("device.signs")];
  }
  const link = element("a", "", say("device.none"));
  link.href = keysPage;
  return best ? [notice("red", "cross", whyNot(held)), link] : [link];
}

/** A line above the page while this device's clock is off, with both times. */
export async function startClock(main) {
  const line = element("div", "clock");
  const tell = async (offset, isOld) => {
    line.remove();
    if (offset === null || Math.abs(offset) <= OFF_MS) return;
    const times = { ours: moment(Date.now()), ledgers: moment(Date.now() + offset) };
    const rule = say("clock.rule", { n: AHEAD_MS / 60_000 });
    line.replaceChildren(notice("amber", "warning", `${say(isOld ? "clock.was_off" : "clock.off", times)} ${rule}`));
    const early = await dated(Date.now() + offset + AHEAD_MS);
    if (early) line.append(notice("amber", "warning", say("clock.early", { n: early })));
    main.prepend(line);
  };
  onHeard((offset) => void tell(offset, false));
  await tell(await lastHeard(), true);
}

/** How many of the statements that wait are dated after a moment. */
async function dated(after) {
  const items = (await queue.everything()).filter(({ state }) => state === "waiting");
  return items.filter(({ payload }) => Date.parse(/"eventTime":"([^"]+)"/.exec(payload)?.[1] ?? "") > after).length;
}
