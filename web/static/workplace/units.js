/** Pallets and containers on the list of a form: scanned, or chosen from those that lie ready. */

import { say } from "./say.js";
import { scan } from "./scanning.js";

const SSCC = /(?:^|\D)(?:00)?(\d{18})(?:\D|$)/;
const CONTAINER = /\b([A-Z]{3}[UJZ]\d{7})\b/i;

export function startUnits(form) {
  for (const button of form.querySelectorAll("[data-scan-unit]")) {
    button.addEventListener("click", () => void scanUnits(button));
  }
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick]");
    if (button) toggle(button.closest(".field").querySelector("textarea"), button.dataset.pick);
  });
  const show = () => {
    for (const button of form.querySelectorAll("[data-pick]")) {
      const isOn = codesOf(button.closest(".field").querySelector("textarea")).includes(button.dataset.pick);
      button.setAttribute("aria-pressed", String(isOn));
    }
  };
  form.addEventListener("input", show);
  show();
}

const codesOf = (area) => area.value.split(/[\s,;]+/).filter(Boolean);

async function scanUnits(button) {
  const area = button.closest(".field").querySelector("textarea");
  const text = await scan(say("scan.title"), (said) => (unitIn(said) ? "" : say("scan.not_here", { name: said.slice(0, 40) })));
  if (text === null) return;
  const code = unitIn(text);
  if (!codesOf(area).includes(code)) toggle(area, code);
}

/** The pallet or container that a text names: a bare number, a Digital Link, an element string. */
function unitIn(text) {
  return (SSCC.exec(text.replace(/[()]/g, " ").replace(/\s+/g, "")) ?? CONTAINER.exec(text))?.[1]?.toUpperCase();
}

function toggle(area, code) {
  const codes = codesOf(area);
  area.value = (codes.includes(code) ? codes.filter((one) => one !== code) : [...codes, code]).join("\n");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
