/** The form of an act: what a person filled in becomes a payload, is looked at, signed and sent. */

import { encodeBase64, utf8 } from "../verifier/log/encoding.js";
import { sha256 } from "../verifier/log/sha256.js";
import { writeAct } from "../writer/rice/acts.js";
import { mark, readForm } from "./fields.js";
import { element, isVietnamese, reasonOf, say } from "./say.js";
import { notice, signAndSend } from "./signing.js";

const ACT = "rice-act+jws";
const VIET_NAM_MS = 7 * 3_600_000;
const SALT_LENGTH = 32;

/** Bring the form of an act to life; `data-act` says which, `data-said` what the page knows of it. */
export function startActing(form) {
  const today = new Date(Date.now() + VIET_NAM_MS).toISOString().slice(0, 10);
  for (const input of form.querySelectorAll("input[type=date]")) input.value ||= today;
  for (const input of form.querySelectorAll("[data-narrows]")) startNarrowing(input);
  const outline = form.querySelector("[data-outline]");
  if (outline) startOutline(outline);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void look(form, outline);
  });
}

/** A field in which a part of a name, however it is typed, leaves the choices that have it. */
function startNarrowing(input) {
  const select = document.getElementById(input.dataset.narrows);
  const every = [...select.options];
  input.addEventListener("input", () => {
    const key = folded(input.value);
    select.replaceChildren(...every.filter(({ text }) => folded(text).includes(key)));
  });
}

/** The key a name is found by: no tone marks, capitals, spaces or signs, as the server folds it. */
export function folded(text) {
  const plain = text.toLowerCase().replaceAll("đ", "d").normalize("NFKD");
  return plain.replace(/[^\p{L}\p{N}]/gu, "");
}

/**
 * The outline of an area: the server says how large it is and how it is spelled, and forgets it. The
 * digest is salted, because outlines can be guessed; outline and salt stay with the office, as a file.
 */
function startOutline(field) {
  field.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    const told = field.querySelector("[data-told]");
    told.textContent = "";
    delete field.dataset.areaM2;
    mark(field, "");
    if (!file) return;
    try {
      const answer = await fetch(field.dataset.outline, { method: "POST", body: file });
      const read = await answer.json();
      if (!answer.ok) throw read;
      const salt = crypto.getRandomValues(new Uint8Array(SALT_LENGTH));
      const digest = sha256(new Uint8Array([...salt, ...utf8(read.outline)]));
      field.dataset.areaM2 = read.area_m2;
      field.dataset.digest = encodeBase64(digest);
      field.kept = { outline: read.outline, salt: encodeBase64(salt), digest: field.dataset.digest };
      const form = new Intl.NumberFormat(isVietnamese() ? "vi" : "en", { maximumFractionDigits: 4 });
      told.textContent = say("outline.measured", { hectares: form.format(read.area_m2 / 10_000) });
    } catch (error) {
      mark(field, reasonOf(error));
    }
  });
}

async function look(form, outline) {
  const button = form.querySelector("button[type=submit]");
  if (button.disabled) return;
  button.disabled = true;
  try {
    const typed = await readForm(form);
    if (outline && !outline.dataset.areaM2) {
      mark(outline, say("outline.needed"));
      outline.scrollIntoView({ block: "center" });
      return;
    }
    if (!typed) return;
    const { actor, origin } = document.body.dataset;
    const { act, said } = form.dataset;
    const fields = { act, ...JSON.parse(said ?? "{}"), ...typed };
    if (outline) {
      fields.area_m2 = Number(outline.dataset.areaM2);
      fields.boundary = outline.dataset.digest;
    }
    const item = await signAndSend({ origin, actor, kind: act, typ: ACT, payload: writeAct(fields) });
    if (item) tellOutcome(form, item, outline && { area: fields.area, ...outline.kept });
  } catch (error) {
    tell(form, notice("red", "cross", reasonOf(error)));
  } finally {
    button.disabled = false;
  }
}

function tellOutcome(form, { state, receipt, problem }, kept) {
  if (state === "refused") {
    tell(form, notice("red", "cross", reasonOf(problem)));
    return;
  }
  const said = state === "recorded" ? ["green", "check", say("recorded", { index: receipt.index })] : ["grey", "offline", say("waiting")];
  tell(form, notice(...said), kept && keepingOf(kept));
  for (const input of form.querySelectorAll("input:not([type=date], [type=radio])")) input.value = "";
  if (kept) {
    const outline = form.querySelector("[data-outline]");
    delete outline.dataset.areaM2;
    outline.querySelector("[data-told]").textContent = "";
  }
}

/** The file by which an office can show later what land a code is for. */
function keepingOf(kept) {
  const link = element("a", "button", say("outline.keep"));
  link.href = URL.createObjectURL(new Blob([JSON.stringify(kept, null, 1)], { type: "application/json" }));
  link.download = `${kept.area}.outline.json`;
  const place = element("div", "notice amber", element("p", "", say("outline.keep_why")));
  place.append(link);
  return place;
}

function tell(form, ...said) {
  form.querySelector(".outcome")?.remove();
  const place = element("div", "outcome", ...said.filter(Boolean));
  place.setAttribute("role", "alert");
  form.prepend(place);
  place.scrollIntoView({ block: "center" });
}

/** A file of accounts is sent, its sums come back as a part of this page; nothing is kept. */
export function startAccounts(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const place = document.getElementById("sums");
    const [file] = form.querySelector("input[type=file]").files;
    if (!file) return;
    try {
      const answer = await fetch(form.dataset.accounts, { method: "POST", body: file });
      if (!answer.ok) throw await answer.json();
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      place.replaceChildren(...page.body.childNodes);
    } catch (error) {
      place.replaceChildren(notice("red", "cross", reasonOf(error)));
    }
  });
}
