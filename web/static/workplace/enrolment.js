/**
 * How a device becomes one of an organisation's. The administrator's device shows an invitation;
 * the new one makes its key and signs the act that enrols it, which proves that it has the key;
 * both show the same six digits; the administrator signs too and sends it.
 */

import { formatDraft, makeDraft, parseDraft, signDraft, statementOf } from "../writer/log/draft.js";
import { writeAct } from "../writer/rice/acts.js";
import { tell } from "../writer/rice/plain.js";
import { decodeBase64, decodeBase64url, decodeUtf8, encodeBase64url, hex, utf8 } from "../verifier/log/encoding.js";
import { sha256 } from "../verifier/log/sha256.js";
import { boxOf, leave, openedWith, sealedFor, taken } from "./box.js";
import { keysOf, makeKey, noteState, signersOf } from "./device.js";
import * as queue from "./queue.js";
import { element, reasonOf, say } from "./say.js";
import { notice, outcome, signAndSend, told as toldLines } from "./signing.js";
import { drawSymbol } from "./symbol.js";

const ACT = "rice-act+jws";
const DAY_MS = 86_400_000;

/** The new device: what the invitation says, and the way in. */
export function startJoining(place) {
  const invitation = invitationOf(location.hash);
  if (!invitation) return tellIn(place, notice("grey", "search", say("join.none")));
  const { actor, name, days, only } = invitation;
  const button = element("button", "", say("join.make"));
  button.type = "button";
  button.addEventListener("click", () => void join(place, button, invitation));
  tellIn(
    place,
    element("p", "lead", say("join.for", { name: name ?? actor })),
    element("p", "", say("join.until", { n: days })),
    only && element("p", "", say("join.only", { kinds: only.join(", ") })),
    button,
  );
}

async function join(place, button, invitation) {
  button.disabled = true;
  const { origin } = document.body.dataset;
  const { actor, secret, days, only, places, signer } = invitation;
  try {
    const bounds = { not_after: endOf(days), ...(only && { only }), ...(places && { places }), admin: false };
    const key = await makeKey(origin, actor, bounds);
    const payload = writeAct({ act: "enrol_key", actor, key: { ...bounds, jwk: key.jwk } });
    const checkpoint = await checkpointOf(origin);
    const draft = await makeDraft({ typ: ACT, payload, jwks: [signer, key.jwk], checkpoint, purpose: "enrol_key" });
    const box = boxOf(secret);
    await leave(box, await sealedFor(secret, formatDraft(await signDraft(draft, key))));
    tellIn(place, element("p", "lead", say("join.compare")), digits(payload), element("p", "quiet", say("join.waiting")));
    const answer = await taken(box, 2);
    await noteState(key.kid, "enrolled");
    const link = element("a", "button", say("join.begin"));
    link.href = `/workplace/${actor}`;
    tellIn(place, notice("green", "check", say("join.done", { index: JSON.parse(answer).index })), link);
  } catch (error) {
    button.disabled = false;
    tellIn(place, notice("red", "cross", reasonOf(error)), button);
  }
}

/** The administrator's device: bounds of the new one, the invitation, and the second signature. */
export function startKeys(place) {
  const form = place.querySelector("form.inviting");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void invite(place, form);
  });
}

/** Each key's way out: why it ends, and since when where somebody else has it. */
export function startRevoking(form) {
  const { reason, since } = form.elements;
  const stolen = form.querySelector("[data-stolen]");
  reason.addEventListener("change", () => {
    stolen.hidden = reason.value !== "compromised";
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { actor, origin } = document.body.dataset;
    const { kid } = form.closest("[data-kid]").dataset;
    const isStolen = reason.value === "compromised" && since.value;
    const from = isStolen && { invalid_from: new Date(`${since.value}:00+07:00`).toISOString().replace(".000", "") };
    const act = { act: "revoke_key", kid, reason: reason.value, ...from };
    try {
      const item = await signAndSend({ origin, actor, kind: "revoke_key", typ: ACT, payload: writeAct(act) });
      if (item) form.replaceChildren(outcome(item));
    } catch (error) {
      form.append(notice("red", "cross", reasonOf(error)));
    }
  });
}

async function invite(place, form) {
  const { actor, origin } = document.body.dataset;
  const told = place.querySelector(".inviting-told");
  const admin = (await signersOf(origin, actor, "enrol_key")).find((key) => key.admin);
  if (!admin) return tellIn(told, notice("amber", "warning", say("keys.no_admin")));
  const secret = hex(crypto.getRandomValues(new Uint8Array(16)));
  const only = [...form.querySelectorAll("[name=only]:checked")].flatMap(({ value }) => value.split(" ")).sort();
  const days = Number(form.elements.days.value);
  const name = document.querySelector(".top .home").textContent;
  const invitation = { actor, secret, days, name, signer: admin.jwk, ...(only.length && { only }) };
  const address = `${location.origin}/workplace/join#${encodeBase64url(utf8(JSON.stringify(invitation)))}`;
  const symbol = drawSymbol(address, say("keys.symbol"));
  const link = element("input", "");
  Object.assign(link, { readOnly: true, value: address });
  link.setAttribute("aria-label", say("keys.link"));
  tellIn(told, element("p", "", say("keys.show")), symbol, link, element("p", "quiet", say("keys.waiting")));
  try {
    const box = boxOf(secret);
    const message = await openedWith(secret, await taken(box, 1));
    await leave(box, JSON.stringify(await receive(told, invitation, admin, message)));
  } catch (error) {
    tellIn(told, notice("red", "cross", reasonOf(error)));
  }
}

/** Show what the new device left, and sign it once a person has compared the digits; the receipt. */
async function receive(told, invitation, admin, message) {
  const { actor, origin } = document.body.dataset;
  const draft = await parseDraft(utf8(message));
  const payload = decodeUtf8(draft.unsigned.payload);
  const act = JSON.parse(payload);
  if (draft.purpose !== "enrol_key" || act.actor !== actor || !isInvited(act.key, invitation) || draft.origin !== origin) {
    throw new Error(say("keys.other"));
  }
  const lines = element("details", "", element("summary", "", say("every_word")), toldLines(tell(ACT, payload)));
  const sign = element("button", "", say("keys.same"));
  sign.type = "button";
  tellIn(told, element("p", "lead", say("keys.compare")), digits(payload), lines, sign);
  await new Promise((clicked) => sign.addEventListener("click", clicked, { once: true }));
  sign.disabled = true;
  const statement = statementOf(await signDraft(draft, admin));
  const number = await queue.add({ statement, kind: "enrol_key", title: act.key.not_after, actor });
  await queue.send();
  const { state, receipt, problem } = await queue.itemOf(number);
  if (state !== "recorded") throw problem ?? new Error(say("waiting"));
  tellIn(told, notice("green", "check", say("keys.done", { index: receipt.index })));
  return receipt;
}

/**
 * Whether a key is to do what it was invited to, and no longer: a link can be written anew by whoever
 * has it. A day is left for clocks that differ.
 */
function isInvited(key, { days, only, places }) {
  const isAlike = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const isInTime = Date.parse(key.not_after) <= Date.parse(endOf(days + 1));
  return !key.admin && isAlike(key.only, only) && isAlike(key.places, places) && isInTime;
}

/** Six digits over what is signed: who compares them on two screens has compared all of it. */
function digits(payload) {
  const [a, b, c, d] = sha256(utf8(payload));
  const number = String((((a << 24) | (b << 16) | (c << 8) | d) >>> 0) % 1_000_000).padStart(6, "0");
  return element("p", "digits", `${number.slice(0, 3)} ${number.slice(3)}`);
}

function invitationOf(hash) {
  try {
    const said = JSON.parse(decodeUtf8(decodeBase64url(hash.slice(1))));
    const isWhole = typeof said.actor === "string" && /^[0-9a-f]{32}$/.test(said.secret) && said.days >= 1;
    return isWhole ? said : null;
  } catch {
    return null;
  }
}

function endOf(days) {
  return new Date(Date.now() + days * DAY_MS).toISOString().replace(/\.\d+Z$/, "Z");
}

async function checkpointOf(origin) {
  const note = await (await fetch("/checkpoint")).text();
  const [, size, root] = note.split("\n");
  return { origin, size: Number(size), root: decodeBase64(root) };
}

function tellIn(place, ...said) {
  place.replaceChildren(...said.filter(Boolean));
}
