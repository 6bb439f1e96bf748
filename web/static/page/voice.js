/** One language and all that a page says in it; amounts and days are written as web/words.py does. */

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
/** Where the middle form of a day is written with strokes, the long one is the plain one. */
const STYLES = { ja: "long", zh: "long" };
const VIET_NAM_MS = 7 * 3_600_000;
const NO_BREAK = "\u00a0";
const RUNS_SHOWN = 8;

export class Voice {
  constructor(language, words) {
    this.language = language;
    this.words = words;
  }

  say(key, blanks = {}) {
    return this.fill(this.words[key] ?? key, blanks);
  }

  /** A sentence with its blanks filled; what nobody gave is shown as an ellipsis. */
  fill(text, blanks) {
    return text.replace(/\{(\w+)\}/g, (_, name) => {
      const value = Object.hasOwn(blanks, name) ? blanks[name] : "…";
      return typeof value === "number" ? this.number(value) : value;
    });
  }

  /** The words of this language; of another than ours the English ones. */
  choose({ vi, en }) {
    return this.language === "vi" ? vi : en;
  }

  number(value) {
    return new Intl.NumberFormat(this.language, { maximumFractionDigits: 3 }).format(value);
  }

  kilograms(massG) {
    return `${this.number(massG / 1000)}${NO_BREAK}kg`;
  }

  /** An ISO day; what is no day is shown as it is. */
  day(on) {
    const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(on) ?? [];
    if (!year) return on;
    if (this.language === "vi") return `${day}/${month}/${year}`;
    if (this.language === "en") return `${Number(day)} ${MONTHS[month - 1]} ${year}`;
    const form = new Intl.DateTimeFormat(this.language, { dateStyle: STYLES[this.language] ?? "medium", timeZone: "UTC" });
    return form.format(new Date(on));
  }

  /** An instant in the time of Viet Nam. */
  moment(at) {
    const instant = Date.parse(at);
    if (Number.isNaN(instant)) return at;
    const local = new Date(instant + VIET_NAM_MS).toISOString();
    return this.say("moment", { time: local.slice(11, 16), day: this.day(local.slice(0, 10)) });
  }

  /** What a code of a closed list is called; one newer than the list shows itself. */
  term(group, code) {
    return this.words[`${group}.${code}`] ?? code.replace(/[_-]/g, " ");
  }

  /** What a check found. */
  finding({ rule, result, details }) {
    const shown = Object.entries(details).map(([name, value]) => [name, this.detail(name, value)]);
    return this.say(`rule.${rule}.${result}`, Object.fromEntries(shown));
  }

  detail(name, value) {
    if (typeof value === "number") return this.number(value);
    if (name === "state" || name === "custody") return this.term(name, value);
    if (name === "since" || name === "on") return this.day(value);
    if (name === "lot") return lotNumber(value);
    return name === "signed_at" ? this.moment(value) : value;
  }

  /** The records something rests on, neighbours as runs: 12, 40-58. */
  records(entries) {
    const runs = [];
    for (const entry of [...new Set(entries)].sort((one, other) => one - other)) {
      if (runs.length && entry === runs.at(-1)[1] + 1) runs.at(-1)[1] = entry;
      else runs.push([entry, entry]);
    }
    if (!runs.length) return "";
    const spell = ([first, last]) =>
      first === last ? this.number(first) : `${this.number(first)}-${this.number(last)}`;
    let list = runs.slice(0, RUNS_SHOWN).map(spell).join(this.words["list.comma"] ?? ", ");
    const left = runs.slice(RUNS_SHOWN);
    const n = left.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    if (n) list = this.say("records.more", { list, n });
    return this.say(entries.length === 1 ? "records.one" : "records.many", { list });
  }
}

/** The lot number in a lot's canonical name; another name is shown as it is. */
function lotNumber(name) {
  const found = /^https:\/\/id\.gs1\.org\/01\/\d{14}\/10\/([^/]+)/.exec(name);
  try {
    return found ? decodeURIComponent(found[1]) : name;
  } catch {
    return name;
  }
}
