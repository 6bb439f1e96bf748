// Reads statements as the verifier does: one JSON array of cases comes in, one of answers goes out.

import { Refused } from "../../web/static/verifier/errors.js";
import { readAct } from "../../web/static/verifier/rice/acts.js";
import { readAnchor } from "../../web/static/verifier/rice/anchors.js";
import { readAttestation } from "../../web/static/verifier/rice/credentials.js";
import {
  documentUrl,
  namedKids,
  readSnapshot,
} from "../../web/static/verifier/rice/did_documents.js";
import { formatPath } from "../../web/static/verifier/rice/digital_link.js";
import { isContainer, isGln, isGtin, isSscc } from "../../web/static/verifier/rice/gs1.js";
import { readEvent } from "../../web/static/verifier/rice/profile.js";
import { isQuoted, numberOf, quote } from "../../web/static/verifier/rice/terms.js";

const AT = Date.parse("2026-03-01T00:00:00Z");
const text = (payload) => Buffer.from(payload).toString();
const READERS = {
  act: (payload) => readAct(payload),
  event: (payload) => readEvent(payload),
  attestation: (payload, kid) => {
    const statement = { typ: "vc+jwt", kind: "attestation", payload, signatures: [{ kid }] };
    return readAnchor(statement) ?? readAttestation(statement);
  },
  snapshot: (payload, did) => [...readSnapshot(payload, did, AT)].sort(),
  named: (payload) => [...namedKids(Buffer.from(payload).toString("base64"))].sort(),
  url: (payload) => documentUrl(text(payload)),
  lot: (payload) => formatPath(["01", "09521234000303"], ["10", text(payload)]),
  gtin: (payload) => formatPath(["01", text(payload)]),
  digits: (payload) => [isGtin, isGln, isSscc, isContainer].map((is) => is(text(payload))),
  quoted: (payload) => [isQuoted(text(payload)), numberOf(text(payload)), quote(text(payload))],
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
