// DIDs at a domain of their owner: what stands there when an actor is registered, and later.

import { Refused } from "../errors.js";
import { decodeBase64 } from "../log/encoding.js";
import { find, know } from "./case.js";
import { actorDid, documentUrl, readSnapshot } from "./did_documents.js";

// What Python's words say; a finding shows them.
const WORDS = {
  malformed: ({ what }) => `This cannot be read: ${what}.`,
  oversized: ({ length, limit }) => `${length} bytes are too many; ${limit} is the limit.`,
  key_refused: ({ why }) => `This key cannot be used: ${why}. Make a new key.`,
};

export function unfitDid(it) {
  const { body, founding } = it;
  const isNew = body.type === "RegisterActor";
  const did = isNew ? body.did : know(it, "actor", `actor:${body.actor}`).did;
  const document = isNew ? body.did_document : body.document;
  const isOwn = did === (founding ? actorDid(founding.host, body.actor) : "");
  if (document === null) return isOwn ? null : { did, why: "its document is not shown" };
  if (isOwn) return { did, why: "this ledger writes its document" };
  try {
    documentUrl(did);
    const kids = readSnapshot(decodeBase64(document), did, it.place.recorded_at);
    const isKnown = (kid) => it.offered.has(kid) || isHeld(it, kid);
    const [stranger] = [...kids].filter((kid) => !isKnown(kid)).sort();
    return stranger === undefined ? null : { did, why: `the key ${stranger} is not enrolled` };
  } catch (refusal) {
    if (!(refusal instanceof Refused)) throw refusal;
    return { did, why: WORDS[refusal.code](refusal.details) };
  }
}

function isHeld(it, kid) {
  const key = find(it, "key", `key:${kid}`);
  return key !== null && key.actor === it.body.actor && key.revoked_index === null;
}
