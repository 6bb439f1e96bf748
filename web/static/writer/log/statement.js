/** Statements as they are signed and joined (RFC 7515): the other half of the verifier's. */

import { Refused } from "../../verifier/errors.js";
import { encodeBase64url, utf8 } from "../../verifier/log/encoding.js";
import { parseJson, writeJson } from "../../verifier/log/json.js";
import {
  CREDENTIAL,
  checkCredentialClaims,
  parseStatement,
} from "../../verifier/log/statement.js";
import { sign } from "./keys.js";

/** The protected header of a statement, in base64url. Credentials carry no `ledger`. */
export function formatHeader(typ, alg, kid, ledger) {
  const members = typ === CREDENTIAL ? { alg, kid, typ, cty: "vc" } : { alg, kid, typ, ledger };
  return encodeBase64url(utf8(writeJson(members)));
}

/** A statement of one signer (RFC 7515 7.1), of parts in base64url and the signature. */
export function joinCompact(header, payload, signature) {
  return `${header}.${payload}.${encodeBase64url(signature)}`;
}

/** A statement of several signers (RFC 7515 7.2.1): their headers and signatures. */
export function joinGeneral(payload, signatures) {
  const parts = signatures.map(([header, signature]) => ({
    protected: header,
    signature: encodeBase64url(signature),
  }));
  return writeJson({ payload, signatures: parts });
}

/** The statement of one signer, or of several. */
export function join(payload, signatures) {
  return signatures.length === 1
    ? joinCompact(signatures[0][0], payload, signatures[0][1])
    : joinGeneral(payload, signatures);
}

/** How a key is named over a payload: by itself, or in a credential behind its issuer's DID. */
export function kidOver(typ, payload, kid) {
  return typ === CREDENTIAL ? `${issuerOf(payload)}#${kid}` : kid;
}

/** Whom a credential says it is issued by. */
export function issuerOf(payload) {
  const { issuer } = Object(parseJson(payload, { decimals: true }));
  const name = typeof issuer === "string" ? issuer : Object(issuer).id;
  if (typeof name !== "string") throw new Refused("malformed_credential", { what: "issuer" });
  return name;
}

/**
 * The statement that says a payload, a text, signed by all the keys; or a refusal. It is read as
 * the ledger will read it before it leaves.
 */
export async function seal({ typ, payload, ledger, keys }) {
  const body = utf8(payload);
  const encoded = encodeBase64url(body);
  const signatures = [];
  for (const key of keys) {
    const header = formatHeader(typ, key.alg, kidOver(typ, body, key.kid), ledger);
    signatures.push([header, await sign(key, `${header}.${encoded}`)]);
  }
  const data = join(encoded, signatures);
  const statement = parseStatement(utf8(data));
  if (typ === CREDENTIAL) checkCredentialClaims(statement);
  return data;
}
