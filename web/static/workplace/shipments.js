/** The dossier of a shipment: made by the server, fetched here, and shared under an address. */

import { asked, finished, stateOf } from "./asking.js";
import { dayOf, element, reasonOf, say } from "./say.js";
import { notice } from "./signing.js";

export function startShipment(place) {
  const form = place.querySelector("#make-dossier");
  const told = (...shown) => form.nextElementSibling.replaceChildren(...shown);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    if (button.disabled) return;
    button.disabled = true;
    try {
      const body = { name: place.dataset.name, days: Number(form.elements.days.value) };
      const watched = (job) => told(element("p", "quiet", stateOf(job)));
      const job = await finished(await asked(`${place.dataset.to}/made`, body), watched);
      told(...outcome(job));
    } catch (problem) {
      told(notice("red", "cross", reasonOf(problem)));
    }
    button.disabled = false;
  });
  place.querySelector("#show-shares").addEventListener("click", () => void showShares(place));
}

function outcome({ facts, file, name }) {
  const link = element("a", "button", say("labels.download", { name }));
  link.href = file;
  link.download = name;
  const shown = [notice("green", "check", say("shipments.ready", { n: facts.files })), link];
  if (facts.address) {
    const address = element("input", "");
    Object.assign(address, { readOnly: true, value: facts.address });
    address.setAttribute("aria-label", say("shipments.address"));
    address.addEventListener("focus", () => address.select());
    shown.push(element("p", "", say("shipments.address_once")), address);
  }
  return shown;
}

async function showShares(place, ended = null) {
  const list = place.querySelector("#shares");
  try {
    const { to } = place.dataset;
    const { shares } = ended ? await asked(`${to}/ended`, { share: ended }) : await asked(`${to}/shares`);
    list.replaceChildren(...(shares.length ? shares.map((share) => row(place, share)) : [element("li", "quiet", say("shipments.no_shares"))]));
  } catch (problem) {
    list.replaceChildren(element("li", "", notice("red", "cross", reasonOf(problem))));
  }
}

function row(place, { id, number, begun, until }) {
  const end = element("button", "button", say("shipments.end"));
  end.type = "button";
  end.addEventListener("click", () => void showShares(place, id), { once: true });
  const text = say("shipments.shared", { number, begun: dayOf(begun), until: dayOf(until) });
  return element("li", "card stack", element("p", "", text), end);
}
