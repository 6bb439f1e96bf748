/** Who may vouch: UNTP 0.7.0 Digital Identity Anchors of register type `accreditation`. */

import { Refused } from "../errors.js";
import { byCodePoint, localDay, parseInstant } from "../log/encoding.js";
import { checkCredentialClaims } from "../log/statement.js";
import { CONTEXTS } from "./credentials.js";
import { fits, reader } from "./shape_check.js";

const read = reader("malformed_credential");

function refuse(what) {
  throw new Refused("malformed_credential", { what });
}

/** What a `vc+jwt` statement accredits, or refuse it; null if it is no anchor. */
export function readAnchor(statement) {
  const claims = checkCredentialClaims(statement);
  if (!Array.isArray(claims.type) || !claims.type.includes("DigitalIdentityAnchor")) return null;
  const anchor = read("Anchor", claims);
  const subject = anchor.credentialSubject;
  if (JSON.stringify(anchor["@context"]) !== CONTEXTS) refuse("not a UNTP 0.7.0 identity anchor");
  if ((subject.idScheme === null) === (subject.schemeId === null)) refuse("idScheme, once");
  const scheme = (subject.idScheme ?? subject.schemeId).id;
  const { role, communes } = scopes(scheme, subject.registrationScope);
  const [from_on, until_on] = [anchor.validFrom, anchor.validUntil].map(dayOf);
  if (until_on < from_on) refuse("validUntil is before validFrom");
  return {
    type: "Accredited",
    id: anchor.id,
    number: subject.registeredId,
    scheme,
    role,
    issuer_did: anchor.issuer.id,
    issued_to_did: subject.id,
    communes,
    from_on,
    until_on,
  };
}

/** The one role and the communes that scopes name. */
function scopes(scheme, named) {
  const [roles, communes] = [new Set(), new Set()];
  for (const scope of named) {
    const [kind, ...rest] = within(scheme, scope).split("/");
    const value = rest.join("/");
    if (kind === "role" && fits("AccreditedRole", value)) roles.add(value);
    else if (kind === "commune" && fits("Commune", value)) communes.add(value);
    else refuse(`the scope ${scope}`);
  }
  if (roles.size !== 1 || 1 + communes.size !== named.length) refuse("not one role, or one twice");
  return { role: [...roles][0], communes: [...communes].sort(byCodePoint) };
}

const within = (scheme, uri) => (uri.startsWith(`${scheme}/`) ? uri.slice(scheme.length + 1) : uri);
const dayOf = (moment) => localDay(parseInstant(moment));
