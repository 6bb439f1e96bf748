/**
 * What a form fills in by itself: what this device wrote last, and what follows from a lot that was
 * chosen. Whatever a person has typed is left alone.
 */

import * as kept from "./kept.js";
import { say, thousandths } from "./say.js";

const CUSTODY = ["identity_preserved", "segregated", "controlled_blending", "mass_balance", "book_and_claim"];
/** What is the same from slip to slip. */
const STEADY = ["moisture_ppt", "order", "vehicle", "carried_by", "consigned_to", "country", "seal", "variety", "area", "season"];
const STEADY_OF = { palletising: ["bags"], packing: ["custody"], milling: ["custody"], receiving: ["moisture_ppt"] };
const LIFE_DAYS = 365;
const DAY_MS = 86_400_000;
/** Steps that take a lot as it is: all of it, unless somebody says otherwise. */
const WHOLE = new Set(["receiving", "handover", "transporting"]);

const part = (form, name, of = "[name=value]") => form.querySelector(`[data-field="${name}"] ${of}`);
const nameOf = (form) => `last/${document.body.dataset.actor}/${form.dataset.kind}`;

/** Fill in what this device wrote last. */
export async function recallLast(form) {
  const last = (await kept.get("known", nameOf(form)))?.values ?? {};
  form.dataset.lifeDays = last.life_days ?? LIFE_DAYS;
  for (const [name, value] of Object.entries(last)) {
    const input = part(form, name);
    if (input && !input.value && !isTouched(input)) put(input, value);
    else if (input?.tagName === "SELECT" && !isTouched(input)) put(input, value);
  }
  const product = part(form, "lot", "[name=product]");
  if (product && last.product) put(product, last.product);
}

/** Keep what the next form of this kind begins with. */
export async function keepLast(form) {
  const values = {};
  for (const name of [...STEADY, ...(STEADY_OF[form.dataset.kind] ?? [])]) {
    const value = part(form, name)?.value;
    if (value) values[name] = value;
  }
  const product = part(form, "lot", "[name=product]");
  if (product?.value) values.product = product.value;
  const [packed, best] = [part(form, "packed_on")?.value, part(form, "best_before_on")?.value];
  if (packed && best) values.life_days = Math.round((Date.parse(best) - Date.parse(packed)) / DAY_MS);
  await kept.put("known", { name: nameOf(form), values });
}

/** Set an input unless a person has written in it; a choice that is not offered is left. */
export function put(input, value) {
  if (!input || isTouched(input)) return;
  const isOffered = input.tagName !== "SELECT" || [...input.options].some((one) => one.value === value);
  if (isOffered) input.value = value;
}

const isTouched = (input) => "touched" in input.dataset;

/** The lots that a form draws on: their options, and how much of each. */
export function drawsOf(form) {
  const rows = [...form.querySelectorAll('[data-asked="draws"] .row')];
  return rows
    .map((row) => ({ row, option: row.querySelector("[name=lot]").selectedOptions[0], input: row.querySelector("[name=amount]") }))
    .filter(({ option }) => option?.value);
}

/** Fill in what follows from what is there now. */
export function follow(form) {
  const { kind } = form.dataset;
  followLot(form, kind);
  followDraws(form, kind);
  followGoods(form, kind);
  followDays(form);
  followUnits(form);
}

function followLot(form, kind) {
  const lot = form.querySelector('[data-field="lot"][data-asked="lot"] select')?.selectedOptions[0];
  if (!lot?.value) return;
  const { leftG, holder, variety } = lot.dataset;
  if (WHOLE.has(kind)) put(part(form, "mass_g"), thousandths(Number(leftG)));
  if (holder) put(part(form, "handed_over_by"), holder);
  if (variety) put(part(form, "variety"), variety);
}

function followDraws(form, kind) {
  const draws = drawsOf(form);
  for (const { row, option, input } of draws) {
    if (isTouched(input) || row.dataset.filled === option.value) continue;
    const inBags = "inBags" in row.closest(".field").dataset;
    input.value = inBags || option.dataset.form === "packed" ? option.dataset.leftBags : thousandths(Number(option.dataset.leftG));
    row.dataset.filled = option.value;
  }
  if (!draws.length) return;
  const lots = draws.map(({ option }) => option);
  const models = lots.map(({ dataset }) => CUSTODY.indexOf(dataset.custody));
  const weakest = Math.max(...models, lots.length > 1 ? 1 : 0);
  const custody = part(form, "custody");
  if (custody && CUSTODY.indexOf(custody.value) < weakest) put(custody, CUSTODY[weakest]);
  if (["drying", "storing", "dividing"].includes(kind)) {
    const gtin = /\/01\/(\d{14})\//.exec(lots[0].value)?.[1];
    for (const product of form.querySelectorAll("[name=product]")) put(product, gtin);
  }
}

/** Of bags: the goods for this rice, their mass, as many as fill, the mark they may carry. */
function followGoods(form, kind) {
  const into = form.querySelector("[name=into]");
  if (into) {
    form.querySelector("[data-new]").hidden = Boolean(into.value);
    if (into.value) put(part(form, "order"), into.selectedOptions[0].dataset.order);
  }
  const product = part(form, "lot", "[name=product]");
  if (!part(form, "bag_g") || !product) return;
  const draws = drawsOf(form);
  const variety = draws[0]?.option.dataset.variety;
  if (variety && !isTouched(product) && product.dataset.of !== variety) {
    const fits = [...product.options].find((one) => "own" in one.dataset && one.dataset.variety === variety);
    const isRight = product.selectedOptions[0]?.dataset.variety === variety;
    if (fits && !isRight) product.value = fits.value;
    product.dataset.of = variety;
  }
  const bagG = Number(product.selectedOptions[0]?.dataset.bagG ?? 0);
  if (bagG) put(part(form, "bag_g"), thousandths(bagG));
  if (kind === "packing" && bagG && draws.length === 1) {
    const bags = part(form, "bags");
    const [{ option, input }] = draws;
    if (!isTouched(bags) && !isTouched(input)) bags.value = Math.floor(Number(option.dataset.leftG) / bagG) || "";
    const count = Number(bags.value.replace(/\D/g, ""));
    if (count && !isTouched(input)) input.value = thousandths(count * bagG);
  }
  chooseGrant(form, kind, draws.map(({ option }) => option));
}

function chooseGrant(form, kind, lots) {
  const grant = part(form, "grant");
  if (!grant || !lots.length) return;
  const of = ({ dataset }) => (kind === "repacking" ? [dataset.grant] : (dataset.grants ?? "").split(" ")).filter(Boolean);
  const [first, ...others] = lots.map(of);
  const common = first.filter((one) => others.every((each) => each.includes(one)));
  put(grant, common[0] ?? "");
  const place = form.querySelector("[data-grant-told]");
  place.className = "quiet";
  if (!common.length && grant.options.length > 1) place.textContent = say("grant.unfit");
  else place.textContent = "";
}

function followDays(form) {
  const [packed, best] = [part(form, "packed_on"), part(form, "best_before_on")];
  if (!packed?.value || !best) return;
  const bounds = drawsOf(form).map(({ option }) => option.dataset.best).filter(Boolean);
  const life = new Date(Date.parse(packed.value) + Number(form.dataset.lifeDays ?? LIFE_DAYS) * DAY_MS);
  put(best, [life.toISOString().slice(0, 10), ...bounds].sort()[0]);
}

/** Of pallets that were picked or scanned: how many bags, and from whom. */
function followUnits(form) {
  const units = part(form, "units", "textarea");
  if (!units) return;
  const named = new Set(units.value.split(/[\s,;]+/));
  const picked = [...form.querySelectorAll("[data-pick]")].filter(({ dataset }) => named.has(dataset.pick));
  if (!picked.length) return;
  put(part(form, "bags"), String(picked.reduce((sum, { dataset }) => sum + Number(dataset.bags), 0)));
  put(part(form, "handed_over_by"), picked[0].dataset.holder);
}

/** The pallet code after another: one more, with its check digit. */
export function nextPallet(code) {
  if (!/^\d{18}$/.test(code)) return "";
  const digits = String(BigInt(code.slice(0, 17)) + 1n).padStart(17, "0");
  const sum = [...digits].reduce((total, digit, place) => total + Number(digit) * (place % 2 ? 1 : 3), 0);
  return digits + String((10 - (sum % 10)) % 10);
}
