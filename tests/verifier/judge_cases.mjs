// Judge the cases that `tests.verifier.recording` wrote, and compare each outcome with Python's.
//
//   node judge_cases.mjs <file of cases>

import { readFileSync } from "node:fs";

import { Refused } from "../../web/static/verifier/errors.js";
import { parseTime } from "../../web/static/verifier/log/encoding.js";
import { parseStatement } from "../../web/static/verifier/log/statement.js";
import { openMeaning } from "../../web/static/verifier/rice/case.js";
import { judge } from "../../web/static/verifier/rice/judge.js";

// What no rule and no verdict reads is not worked out in JavaScript.
const LEFT_OUT = ["applied", "erasures"];
const UNREAD = { did: ["document", "snapshot_index"] };

class World {
  facts = new Map();
  entries = new Map();
  told = (key) =>
    [...this.entries].filter(([, entry]) => entry.puts.includes(key)).map(([index]) => index);
  entry = (index) => this.entries.get(index).at;

  grown(facts, index, at, puts) {
    const world = new World();
    world.facts = facts;
    world.entries = new Map([...this.entries, [index, { at, puts }]]);
    return world;
  }
}

// Whether everything that Python has is there and the same; there may be more.
function differs(wanted, found, where) {
  if (wanted === null || typeof wanted !== "object") {
    return wanted === found ? null : `${where}: ${JSON.stringify(found)}, not ${JSON.stringify(wanted)}`;
  }
  if (found === null || typeof found !== "object") return `${where}: ${found}`;
  if (Array.isArray(wanted) && wanted.length !== found.length) return `${where}: ${found.length}`;
  const names = Object.keys(wanted);
  const loose = wanted.fact || wanted.type;
  if (!loose && names.length !== Object.keys(found).length) {
    return `${where}: ${Object.keys(found)}, not ${names}`;
  }
  for (const name of names) {
    if (UNREAD[wanted.fact]?.includes(name)) continue;
    const odd = differs(wanted[name], found[name], `${where}.${name}`);
    if (odd) return odd;
  }
  return null;
}

const byName = (a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

function outcomeDiffers(wanted, decision) {
  const isSnapshot = wanted.meaning.body.type === "SnapshotDid";
  const leftOut = isSnapshot ? [...LEFT_OUT, "did"] : LEFT_OUT;
  const puts = wanted.puts.filter(({ fact }) => !leftOut.includes(fact));
  return (
    differs(puts.map(({ key }) => key), [...decision.puts.keys()], "keys") ??
    differs(puts, [...decision.puts.values()], "puts") ??
    differs([...wanted.links].sort(byName), [...decision.links].sort(byName), "links") ??
    differs(wanted.unlinked, decision.unlinked, "unlinked")
  );
}

const worlds = new Map([["", new World()]]);

function compare(wanted) {
  const before = worlds.get(wanted.parent);
  const facts = new Map(before.facts);
  for (const fact of wanted.set) facts.set(fact.key, fact);
  for (const key of wanted.gone) facts.delete(key);
  const place = { index: wanted.index, recorded_at: parseTime(wanted.recorded_at) };
  const past = before.grown(facts, -1, null, []);
  const meaning = openMeaning(parseStatement(Buffer.from(wanted.meaning.statement, "base64")));
  const misread = differs(wanted.meaning.body, meaning.body, "body");
  if (misread) return misread;
  let decision;
  try {
    decision = judge(meaning, place, facts, past);
  } catch (error) {
    if (!(error instanceof Refused)) return error.stack;
    if (wanted.code !== error.code) return `refused: ${error.code} ${JSON.stringify(error.details)}`;
    return differs(wanted.details, error.details, error.code);
  }
  if (wanted.code) return "not refused";
  for (const fact of wanted.puts) facts.set(fact.key, decision.puts.get(fact.key) ?? fact);
  const puts = wanted.puts.map(({ key }) => key);
  worlds.set(wanted.id, past.grown(facts, place.index, [place, meaning], puts));
  return outcomeDiffers(wanted, decision);
}

const cases = readFileSync(process.argv[2], "utf8").trim().split("\n").map((line) => JSON.parse(line));
let wrong = 0;
for (const wanted of cases) {
  const odd = compare(wanted);
  if (!odd) continue;
  wrong += 1;
  console.log(`${wanted.id} ${wanted.meaning.body.type} ${wanted.code ?? "ok"}\n  ${odd}`);
}
console.log(`${cases.length} cases, ${wrong} wrong`);
process.exitCode = wrong ? 1 : 0;
