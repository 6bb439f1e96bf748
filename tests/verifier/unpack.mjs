/** Writes packed bundles out: a line of base64 comes in for each, SHA-256 of the bundle goes out. */

import { createHash } from "node:crypto";
import { createInterface } from "node:readline";

import { unpack } from "../../web/static/verifier/proof/transport.js";

for await (const line of createInterface({ input: process.stdin })) {
  const data = unpack(new Uint8Array(Buffer.from(line, "base64")));
  console.log(createHash("sha256").update(data).digest("hex"));
}
