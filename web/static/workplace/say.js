/** What a page of the workplaces says, and the elements it says it with. */

export { element, icon } from "../page/elements.js";

const language = document.documentElement.lang;
const words = JSON.parse(document.getElementById("words").textContent);
const VIET_NAM_MS = 7 * 3_600_000;

/** A sentence of the page's catalog with its blanks filled. */
export function say(key, blanks = {}) {
  const text = words[`js.${key}`] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => blanks[name] ?? "…");
}

/** The words of this page's language. */
export function choose({ vi, en }) {
  return language === "vi" ? vi : en;
}

/** What is told to a person of anything that was thrown: its own words where it has some. */
export function reasonOf(error) {
  if (error?.words) return shortened(choose(error.words));
  if (words[`js.why.${error?.code}`]) return say(`why.${error.code}`, error.details);
  if (error?.code) return say("refused", { code: error.code, what: detailsOf(error.details) });
  return say("trouble", { what: error?.message ?? "" });
}

/** A sentence with lots, pallets and containers called by their numbers alone, days and amounts as people write them. */
function shortened(text) {
  return text
    .replace(/https:\/\/id\.gs1\.org\/(?:01\/\d{14}\/10|00)\/([A-Za-z0-9%._~-]*[A-Za-z0-9%_~-])/g, (_, number) => readable(number))
    .replaceAll("urn:epc:id:bic:", "")
    .replace(/(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])/g, dayOf)
    .replace(/(?<![\w.,-])\d{4,}(?= (?:kg|bao|bags|tem|labels)\b)/g, (digits) => whole(Number(digits)));
}

function readable(number) {
  try {
    return decodeURIComponent(number);
  } catch {
    return number;
  }
}

function detailsOf(details) {
  return Object.values(details ?? {}).join(", ");
}

export function isVietnamese() {
  return language === "vi";
}

/** An instant as people write it, in the time of Viet Nam. */
export function moment(milliseconds) {
  const [day, time] = new Date(milliseconds + VIET_NAM_MS).toISOString().split("T");
  return `${time.slice(0, 5)} ${dayOf(day)}`;
}

/** An ISO day as people write it. */
export function dayOf(iso) {
  const [year, month, day] = iso.slice(0, 10).split("-");
  return language === "vi" ? `${day}/${month}/${year}` : `${day}-${month}-${year}`;
}

/** A number of thousandths as people write it: 12480500 is 12.480,5. */
export function thousandths(value) {
  const form = new Intl.NumberFormat(language, { maximumFractionDigits: 3 });
  return form.format(value / 1000);
}

/** A whole number as people write it: 1240 is 1.240. */
export function whole(number) {
  return thousandths(number * 1000);
}
