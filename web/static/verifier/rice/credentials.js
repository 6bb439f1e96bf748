/** Who vouches: UNTP 0.7.0 Digital Conformity Credentials, as far as this ledger relies on them. */

import { Refused } from "../errors.js";
import { byCodePoint, localDay, parseInstant } from "../log/encoding.js";
import { checkCredentialClaims } from "../log/statement.js";
import { readEntries } from "../log/status_list.js";
import { scaled } from "./decimals.js";
import { profileUri } from "./schemes.js";
import { fits, reader } from "./shape_check.js";
import { isDistinct } from "./terms.js";

export const CONTEXTS = JSON.stringify([
  "https://www.w3.org/ns/credentials/v2",
  "https://vocabulary.uncefact.org/untp/0.7.0/context/",
]);
const [AREA, QUOTA, SOLD] = ["certified-area", "certified-white-rice", "sold-rice"];
const SEASON = "season";
const PLACES = { HAR: 4, KGM: 3, TNE: 6 };
/** Figures that say something of emissions: before, in this season, and what was cut. */
const EMISSION_FIGURES = ["baseline-co2e-per-ha", "project-co2e-per-ha", "ghg-reduction"];

const read = reader("malformed_credential");

function refuse(what) {
  throw new Refused("malformed_credential", { what });
}

/** Whether it says anything of what was emitted: before, in this season, or cut. */
export const statesEmissions = ({ figures }) =>
  EMISSION_FIGURES.some((name) => Object.hasOwn(figures, name));

/** A stated figure as text, if it is stated in this unit; else null. */
export function figure({ figures }, name, unit) {
  if (!Object.hasOwn(figures, name)) return null;
  const [value, ...stated] = figures[name].split(" ");
  return value && stated.join(" ") === unit ? value : null;
}

/** What a `vc+jwt` statement attests, or refuse it. */
export function readAttestation(statement) {
  const credential = read("Credential", checkCredentialClaims(statement));
  const { type, "@context": context, credentialSubject: subject } = credential;
  if (JSON.stringify(context) !== CONTEXTS || !type.includes("DigitalConformityCredential")) {
    refuse("not a UNTP 0.7.0 conformity credential");
  }
  const [assessment] = subject.conformityAssessment;
  if (!assessment.conformance) refuse("conformance is not true");
  const scheme = subject.referenceScheme.id;
  const { profile, version } = profileOf(scheme, subject.referenceProfile.id);
  const { measures, scores } = performed(scheme, assessment.assessedPerformance);
  const area_m2 = takeWhole(measures, AREA, ["HAR"]);
  const [quota_g, sold_g] = [QUOTA, SOLD].map((name) => takeWhole(measures, name, ["KGM", "TNE"]));
  const [from_on, until_on] = [credential.validFrom, credential.validUntil].map(dayOf);
  if (until_on < from_on) refuse("validUntil is before validFrom");
  const places = assessment.assessedFacility.map(({ facility }) => facility.registeredId);
  if (!isDistinct(places)) refuse("an area is named twice");
  const season = scores.get(SEASON);
  if (!fits("Season", season)) refuse("season is needed, as DX-2026");
  scores.delete(SEASON);
  const asked = subject.auditableEvidence;
  return {
    type: "Attested",
    id: credential.id,
    number: subject.name,
    profile,
    version,
    scheme,
    issuer_did: credential.issuer.id,
    issued_to_did: subject.issuedToParty.id,
    areas: places.sort(byCodePoint),
    season,
    from_on,
    until_on,
    area_m2,
    quota_g,
    lot: assessment.assessedProduct[0]?.product.id ?? "",
    sold_g,
    licence: assessment.evidence[0]?.linkURL ?? "",
    certificate: certificateOf(subject.conformityCertificate),
    figures: figuresOf(measures, scores),
    statuses: statusesOf(credential.credentialStatus),
    application: asked?.linkName === "Application" ? asked.linkURL : "",
  };
}

function statusesOf(value) {
  try {
    return readEntries(value);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return refuse(error.code);
  }
}

/** The profile's name and the version of the scheme that a credential names. */
function profileOf(scheme, id) {
  const start = `${scheme}/profile/`;
  const [profile, ...rest] = (id.startsWith(start) ? id.slice(start.length) : id).split("/");
  const version = rest.join("/");
  const isSpelled = fits("Slug", profile) && fits("Version", version);
  if (!isSpelled || profileUri(scheme, profile, version) !== id) refuse(`${id} is not a profile`);
  return { profile, version };
}

function certificateOf(link) {
  if (link === null) return null;
  if (!link.digestMultibase) refuse("conformityCertificate has no digest");
  return { number: link.linkName, digest: link.digestMultibase };
}

/** Measures and scores by metric name; a metric of another scheme is not ours to read. */
function performed(scheme, performance) {
  const [measures, scores] = [new Map(), new Map()];
  const start = `${scheme}/metric/`;
  for (const { metric, measure, score } of performance) {
    const name = metric.id.startsWith(start) ? metric.id.slice(start.length) : metric.id;
    if (measures.has(name) || scores.has(name)) refuse(`${name} is stated twice`);
    if (measure) {
      const amount = scaled(measure.value, 12);
      const most = 10n ** 27n;
      if (amount >= most || amount <= -most) refuse(`${name} is out of range`);
      measures.set(name, measure);
    } else if (score) scores.set(name, score.code);
  }
  return { measures, scores };
}

/** Take a measure out as a whole number of our smallest unit; zero if it is not stated. */
function takeWhole(measures, name, units) {
  const measure = measures.get(name);
  if (!measure) return 0;
  measures.delete(name);
  if (!units.includes(measure.unit)) refuse(`${name} is needed in ${units}`);
  const amount = scaled(measure.value, PLACES[measure.unit]);
  if (amount === null || amount <= 0n || amount > 10n ** 15n) refuse(`${name} cannot be this`);
  return Number(amount);
}

function figuresOf(measures, scores) {
  const figures = Object.create(null);
  const sorted = (map) => [...map].sort(([one], [other]) => byCodePoint(one, other));
  for (const [name, { value, unit }] of sorted(measures)) figures[name] = `${value} ${unit}`;
  for (const [name, code] of sorted(scores)) figures[name] = code;
  return figures;
}

const dayOf = (moment) => localDay(parseInstant(moment));
