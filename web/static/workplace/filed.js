/** Forms that are answered on their own page, and files that a page makes. */

import { element, reasonOf } from "./say.js";
import { notice } from "./signing.js";

/** Have a form run something when it is sent, and show below it what came of that. */
export function whenSent(form, run) {
  const told = form.querySelector(".outcome");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("[type=submit]");
    button.disabled = true;
    try {
      told.replaceChildren(...(await run()));
    } catch (error) {
      told.replaceChildren(notice("red", "cross", reasonOf(error)));
    }
    button.disabled = false;
  });
}

/** A link that saves a text as a file. */
export function download(text, name, type, label) {
  const link = element("a", "button", label);
  Object.assign(link, { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  return link;
}
