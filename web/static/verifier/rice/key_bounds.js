// What a key may sign: which kinds of statement, and events of which places.

import { checkCanonical } from "../log/json.js";

export function otherKind(it) {
  const bounded = it.keys.filter(({ only }) => only.length);
  if (!bounded.length) return null;
  const kind = kindOf(it);
  const key = bounded.find(({ only }) => !only.includes(kind));
  return key ? { kid: key.kid, kind } : null;
}

export function otherPlace({ body, keys }) {
  const key = keys.find(({ places }) => places.length && !places.includes(body.place));
  return key ? { kid: key.kid, place: body.place || "-" } : null;
}

const NAMES = { Attested: "attestation", Accredited: "accreditation", Correction: "correction" };

function kindOf({ body, meaning }) {
  if (NAMES[body.type]) return NAMES[body.type];
  const { act, "rice:cte": cte } = checkCanonical(meaning.statement.payload);
  return act ?? cte.slice("rice:".length);
}
