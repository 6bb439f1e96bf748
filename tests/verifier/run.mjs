/**
 * Judges folders of vectors with the modules that a page loads.
 *
 * Jobs come in as lines of JSON, `{"folder": path}`, and are answered in order, a line each, with
 * the verdict as it is written. `{"folder": path, "bent": [indexes]}` asks for the same bundle with
 * the lowest bit of one byte changed, each in turn; the answer is SHA-256 of every verdict.
 */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";

import { parseTime } from "../../web/static/verifier/log/encoding.js";
import { useRules } from "../../web/static/verifier/proof/rules.js";
import { readTrust } from "../../web/static/verifier/proof/trust.js";
import { writeVerdict } from "../../web/static/verifier/proof/verdict.js";
import { verifyBytes } from "../../web/static/verifier/proof/verify.js";

const SIDE_BY_SIDE = 16;
const RULES = new URL("../../ledger/proof/rules.json", import.meta.url);
useRules(JSON.parse(readFileSync(RULES, "utf8")));

async function answer({ folder, bent }) {
  const read = (name) => new Uint8Array(readFileSync(join(folder, name)));
  const trust = readTrust(read("trust.json"));
  const at = parseTime(readFileSync(join(folder, "at.txt"), "utf8").trimEnd());
  const data = read("bundle.json");
  const judge = async (bundle) => writeVerdict(await verifyBytes(bundle, trust, at));
  if (bent === undefined) {
    const begun = performance.now();
    const verdict = new TextDecoder().decode(await judge(data));
    return { verdict, took_ms: performance.now() - begun };
  }
  const judgeBent = async (index) => {
    const changed = data.slice();
    changed[index] ^= 1;
    return createHash("sha256")
      .update(await judge(changed))
      .digest("hex");
  };
  const digests = [];
  for (let from = 0; from < bent.length; from += SIDE_BY_SIDE) {
    const next = bent.slice(from, from + SIDE_BY_SIDE).map(judgeBent);
    digests.push(...(await Promise.all(next)));
  }
  return { digests };
}

for await (const line of createInterface({ input: process.stdin })) {
  const job = JSON.parse(line);
  // What is thrown is no verdict: whoever asked has to see it.
  const told = await answer(job).catch((error) => ({ thrown: `${job.folder}: ${error.stack}` }));
  console.log(JSON.stringify(told));
}
