/**
 * Takes the statements of logs as a bundle's are taken, a line of JSON each; see `test_lots.py`.
 *
 * Answered is what each broke, and the facts asked for; taking ends where anything is thrown that
 * is no refusal, as it does in Python.
 */

import { readFileSync } from "node:fs";

import { parseTime } from "../../web/static/verifier/log/encoding.js";
import { parseStatement } from "../../web/static/verifier/log/statement.js";
import { Replay } from "../../web/static/verifier/proof/replay.js";
import { openMeaning } from "../../web/static/verifier/rice/case.js";

const DEBUG = process.env.DEBUG === "1";

for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  const { subjects, said, asked } = JSON.parse(line);
  const replay = new Replay(new Set(subjects));
  const found = [];
  for (const [index, [at, data]] of said.entries()) {
    const statement = parseStatement(new Uint8Array(Buffer.from(data, "base64")));
    try {
      found.push(replay.take(openMeaning(statement), { index, recorded_at: parseTime(at) }));
    } catch (error) {
      if (DEBUG) console.error(index, error);
      found.push("thrown");
      break;
    }
  }
  const facts = asked.map((key) => replay.get(key) ?? null);
  const sources = asked.map((key) => replay.sources(key.slice(key.indexOf(":") + 1)));
  console.log(JSON.stringify({ found, facts, sources }));
}
