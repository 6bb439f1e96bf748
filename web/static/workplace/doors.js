/** The door: the organisations this device may sign for, and sample keys in a demo ledger. */

import { keysOf, takeSample } from "./device.js";
import { element, icon, reasonOf, say } from "./say.js";

export async function startDoors(list, origin) {
  const keys = (await keysOf(origin)).filter(({ state }) => state !== "revoked");
  const actors = [...new Set(keys.map(({ actor }) => actor))].sort();
  document.getElementById("no-doors").hidden = actors.length > 0;
  list.replaceChildren(...actors.map((actor) => door(actor, keys)));
}

function door(actor, keys) {
  const held = keys.filter((key) => key.actor === actor);
  const link = element("a", "", icon("person"), element("span", "", nameOf(actor)));
  link.href = `/workplace/${actor}`;
  const isSample = held.every(({ sample }) => sample);
  const isWaiting = held.every(({ state }) => state === "waiting");
  if (isSample || isWaiting) link.append(element("span", "quiet", say(isSample ? "sample" : "waiting_key")));
  return element("li", "", link);
}

/** An organisation's name as the page lists it. */
function nameOf(actor) {
  return document.querySelector(`#sample option[value="${actor}"]`)?.textContent ?? actor;
}

export function startSample(form, origin) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const actor = form.elements.actor.value;
    try {
      const every = await (await fetch(form.dataset.keys)).json();
      const held = every.filter((key) => key.actor === actor);
      if (!held.length) throw Object.assign(new Error(), { words: { vi: say("no_sample"), en: say("no_sample") } });
      for (const key of held) await takeSample(origin, key);
      location.href = `/workplace/${actor}`;
    } catch (error) {
      const told = element("p", "reason", reasonOf(error));
      told.setAttribute("role", "alert");
      form.append(told);
    }
  });
}
