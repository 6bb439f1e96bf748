// Reads statements as the verifier does: one JSON array of cases comes in, one of answers goes out.

import { Refused } from "../../web/static/verifier/errors.js";
import { readAct } from "../../web/static/verifier/rice/acts.js";
import { readAnchor } from "../../web/static/verifier/rice/anchors.js";
import { readAttestation } from "../../web/static/verifier/rice/credentials.js";
import { readEvent } from "../../web/static/verifier/rice/profile.js";

const READERS = {
  act: (payload) => readAct(payload),
  event: (payload) => readEvent(payload),
  attestation: (payload, kid) => {
    const statement = { typ: "vc+jwt", kind: "attestation", payload, signatures: [{ kid }] };
    return readAnchor(statement) ?? readAttestation(statement);
  },
};

function answer({ kind, payload, kid }) {
  try {
    return { body: READERS[kind](Uint8Array.from(Buffer.from(payload, "base64")), kid) };
  } catch (error) {
    return error instanceof Refused ? { refused: error.code } : { bug: error.stack };
  }
}

let given = "";
for await (const part of process.stdin.setEncoding("utf8")) given += part;
process.stdout.write(JSON.stringify(JSON.parse(given).map(answer)));
