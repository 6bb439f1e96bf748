// What every statement must be whatever it says: first or not, for this ledger, said once.

import { hex } from "../log/encoding.js";
import { signedDigests } from "../log/statement.js";
import { find } from "./case.js";
import { EVENTS } from "./events.js";
import { make } from "./facts.js";

function saidIds({ body, statement }) {
  if (body.type === "Correction") return [`${body.event_id}/declared`];
  if (EVENTS.has(body.type)) return [body.event_id];
  if (body.type === "Attested" || body.type === "Accredited") return [body.id];
  return signedDigests(statement).map(hex);
}

export function notFirst({ body, place: { index } }) {
  return (body.type === "Found") === (index === 0) ? null : { index };
}

export function otherLedger({ body, founding, meaning: { statement } }) {
  if (statement.kind === "attestation") return null;
  const origin = body.type === "Found" ? body.origin : (founding?.origin ?? "");
  return statement.ledger === origin ? null : { ledger: statement.ledger || "-" };
}

export function saidBefore(it) {
  for (const name of saidIds(it.meaning)) {
    const said = find(it, "said", `said:${name}`);
    if (said) return { index: said.index };
  }
  return null;
}

export function takenGtin(it) {
  const { gtin } = it.body;
  return find(it, "product", `product:${gtin}`) ? { gtin } : null;
}

export function fold(it, outcome) {
  for (const id of saidIds(it.meaning)) {
    const stands_for = find(it, "promised", `said:${id}`)?.stands_for ?? null;
    outcome.put(make("said", id, { id, index: it.place.index, stands_for }));
  }
}

export function registerProduct(it, outcome) {
  outcome.put(make("product", it.body.gtin, { ...it.body, owner: it.speaker }));
}
