/**
 * Putting right what was said: the old event is declared wrong, and another stands in its place. The
 * two are signed together and sent together, so that neither is ever there without the other.
 */

import { utf8 } from "../verifier/log/encoding.js";
import { readEvent } from "../verifier/rice/profile.js";
import { corrected, declaredWrong, writeEvent } from "../writer/rice/profile.js";
import { now } from "./clock.js";
import { mark, readForm } from "./fields.js";
import { refill } from "./refill.js";
import { say } from "./say.js";

const VIET_NAM_MS = 7 * 3_600_000;
const CORRECTION = "correction";

const wrongOf = () => readEvent(utf8(JSON.parse(document.getElementById("wrong").textContent).payload));

/** Fill the form with what was said; of what never happened nothing is asked. */
export function startCorrecting(form, addRow) {
  refill(form, wrongOf(), addRow);
  for (const input of form.querySelectorAll("input[name=how]")) {
    input.addEventListener("change", () => {
      form.querySelector("[data-right]").hidden = form.elements.how.value === "never";
    });
  }
}

/** What is to be signed: a declaration, and before whatever else is sent with it. */
export async function correctionOf(form) {
  const wrong = wrongOf();
  const declared_at = `${new Date(now() + VIET_NAM_MS).toISOString().slice(0, 19)}+07:00`;
  if (form.elements.how.value === "never") {
    const said = declaredWrong(wrong, { declared_at, reason: "did_not_occur", corrected_by: [] });
    return { kind: CORRECTION, payload: writeEvent(said) };
  }
  const fields = await readForm(form);
  if (!fields) return null;
  // The form asks for minutes; who leaves them alone does not move the event by its seconds.
  if (fields.at.slice(0, 16) === wrong.at.slice(0, 16)) fields.at = wrong.at;
  const right = corrected(wrong, { ...fields, event_id: form.dataset.event });
  if (writeEvent(corrected(wrong, { ...fields, event_id: wrong.event_id })) === writeEvent(wrong)) {
    mark(form.querySelector('[data-field="at"]'), say("nothing_changed"));
    return null;
  }
  const corrected_by = [right.event_id];
  const declaration = declaredWrong(wrong, { declared_at, reason: "incorrect_data", corrected_by });
  return {
    kind: form.dataset.kind,
    payload: writeEvent(right),
    before: [{ kind: CORRECTION, payload: writeEvent(declaration) }],
  };
}
