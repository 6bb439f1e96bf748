/**
 * Calls functions of the verifier by name: `[module, function, arguments]`, a line of JSON each.
 *
 * Bytes are spelled `{"bytes": base64}`. Answered is what is returned, or the code and details of
 * the refusal; anything else that is thrown ends the program.
 */

import { readFileSync } from "node:fs";

import { Refused } from "../../web/static/verifier/errors.js";

const revive = (_, value) =>
  typeof value?.bytes === "string" ? new Uint8Array(Buffer.from(value.bytes, "base64")) : value;

for (const line of readFileSync(0, "utf8").trim().split("\n")) {
  const [path, name, given] = JSON.parse(line, revive);
  const module = await import(`../../web/static/verifier/${path}.js`);
  try {
    console.log(JSON.stringify({ returned: module[name](...given) ?? null }));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    console.log(JSON.stringify({ refused: error.code, details: error.details }));
  }
}
