/** The page of scanning: a hand scanner types into the field; the camera, or a photo, fills it too. */

import { say } from "./say.js";
import { scan } from "./scanning.js";

export function startScanPage(form) {
  const field = form.querySelector("[name=code]");
  for (const button of form.querySelectorAll("[data-camera]")) {
    button.hidden = false;
    button.addEventListener("click", (event) => {
      event.preventDefault();
      void look(form, field);
    });
  }
  if (new URLSearchParams(location.search).has("camera")) void look(form, field);
}

async function look(form, field) {
  const text = await scan(say("scan.title"), (said) => (said.trim() ? "" : say("needed")));
  if (text === null) return;
  field.value = text;
  form.requestSubmit();
}
