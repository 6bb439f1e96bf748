"""Who vouches: UNTP 0.7.0 Digital Conformity Credentials, as far as this ledger relies on them.

`read_attestation` takes the members below from a credential and refuses one that lacks them;
members of the UNTP schema that decide nothing here are left alone, because credentials come from
other people's software. `write_credential` builds what our own certifiers sign.

Which kinds of attestation there are, and what each has to state, the scheme says that a credential
names (`schemes`): here they are only read.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from msgspec import Meta, Struct, ValidationError, convert, field

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.log.statement import Statement, check_credential_claims
from ledger.log.status_list import StatusEntry, read_entries, write_entry
from ledger.rice.schemes import (
    TOPIC,
    Profile,
    Version,
    criterion_uri,
    metric_of,
    profile_uri,
)
from ledger.rice.terms import AreaCode, Certificate, LotUri, Season, Slug, Text, UnitCode, Uri

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://vocabulary.uncefact.org/untp/0.7.0/context/",
)

APPLICATION = "Application"
"""The name of the link to what an attestation answers; links of other names decide nothing here."""

_DECIMALS = 12
_GRAMS_PER = {"KGM": 1_000, "TNE": 1_000_000}
_AREA, _QUOTA, _SOLD, _SEASON = "certified-area", "certified-white-rice", "sold-rice", "season"
"""What a credential states of its scope in metrics, because UNTP has no members for it."""

EMISSIONS = ("baseline-co2e-per-ha", "project-co2e-per-ha")
"""Figures of an emission statement, in kg CO2e: before, and in this season."""
EMISSION_FIGURES = frozenset({*EMISSIONS, "ghg-reduction"})
"""Every figure that says something of emissions; the last is what was cut, in per cent."""


class Attested(Struct, frozen=True, gc=False, kw_only=True):
    """What a credential says, in the ledger's words. Days are local days, both included.

    ``figures`` maps a metric to its value and unit (``84.2 KGM``), or to a code. ``quota_g`` is
    what a licence gives; ``lot``, ``sold_g`` and ``licence`` are what a transaction draws on;
    ``certificate`` is what a reference refers to. What is not stated is empty or zero.
    """

    id: str
    number: str
    profile: str
    version: str
    scheme: str
    issuer_did: str
    issued_to_did: str
    areas: tuple[str, ...]
    season: str
    from_on: str
    until_on: str
    area_m2: int = 0
    quota_g: int = 0
    lot: str = ""
    sold_g: int = 0
    licence: str = ""
    certificate: Certificate | None = None
    figures: dict[str, str]
    statuses: tuple[StatusEntry, ...] = ()
    application: str = ""

    @property
    def states_emissions(self) -> bool:
        """Tell whether it says anything of what was emitted: before, in this season, or cut."""
        return not EMISSION_FIGURES.isdisjoint(self.figures)

    def figure(self, name: str, unit: str) -> Decimal | None:
        """Return a stated figure, if it is stated in this unit."""
        value, _, stated = self.figures.get(name, "").partition(" ")
        return Decimal(value) if value and stated == unit else None


class _Named(Struct, frozen=True):
    id: Uri
    name: Text


class _Measure(Struct, frozen=True):
    value: Decimal | int
    unit: UnitCode

    @property
    def amount(self) -> Decimal:
        return Decimal(self.value)

    @property
    def is_plain(self) -> bool:
        """Tell whether it can be written out in figures."""
        exponent = self.amount.as_tuple().exponent
        return isinstance(exponent, int) and exponent >= -_DECIMALS and abs(self.amount) < 10**15


class _Score(Struct, frozen=True):
    code: Annotated[str, Meta(pattern=r"\A[!-~]{1,80}\Z")]


class _Performance(Struct, frozen=True):
    metric: _Named
    measure: _Measure | None = None
    score: _Score | None = None


class _Facility(Struct, frozen=True):
    registered_id: AreaCode = field(name="registeredId")


class _Verification(Struct, frozen=True):
    facility: _Facility


class _Goods(Struct, frozen=True):
    id: LotUri


class _ProductVerification(Struct, frozen=True):
    product: _Goods


class _Link(Struct, frozen=True):
    """A UNTP Link. The digest is multibase base58btc of a SHA-256 multihash, 46 characters."""

    url: Uri = field(name="linkURL")
    name: Text = field(name="linkName")
    digest: Annotated[str, Meta(pattern=r"\AzQm[1-9A-HJ-NP-Za-km-z]{44}\Z")] = field(
        name="digestMultibase", default=""
    )


class _Assessment(Struct, frozen=True, rename="camel"):
    assessed_performance: tuple[_Performance, ...]
    assessed_facility: Annotated[tuple[_Verification, ...], Meta(min_length=1, max_length=500)]
    conformance: bool
    assessed_product: Annotated[tuple[_ProductVerification, ...], Meta(max_length=1)] = ()
    evidence: Annotated[tuple[_Link, ...], Meta(max_length=1)] = ()


class _Mention(Struct, frozen=True):
    """A UNTP Link to something that may decide nothing here."""

    url: str = field(name="linkURL")
    name: str = field(name="linkName")


class _Subject(Struct, frozen=True, kw_only=True, rename="camel"):
    name: Text
    issued_to_party: _Named
    reference_scheme: _Named
    reference_profile: _Named
    auditable_evidence: _Mention | None = None
    conformity_assessment: Annotated[tuple[_Assessment, ...], Meta(min_length=1, max_length=1)]
    conformity_certificate: _Link | None = None


class _Credential(Struct, frozen=True, kw_only=True, rename="camel"):
    context: tuple[str, ...] = field(name="@context")
    type: tuple[str, ...]
    id: Uri
    issuer: _Named
    valid_from: str
    valid_until: str
    name: Text
    credential_status: object = None
    credential_subject: _Subject


def read_attestation(statement: Statement) -> Attested:
    """Return what a ``vc+jwt`` statement attests, or refuse it."""
    claims = check_credential_claims(statement)
    try:
        # Decimals are there as such, so that a number spelled as text is refused.
        credential = convert(claims, _Credential, builtin_types=(Decimal,))
    except ValidationError as error:
        raise MalformedError("malformed_credential", what=str(error)) from error
    if credential.context != CONTEXTS or "DigitalConformityCredential" not in credential.type:
        raise MalformedError("malformed_credential", what="not a UNTP 0.7.0 conformity credential")
    subject = credential.credential_subject
    assessment = subject.conformity_assessment[0]
    if not assessment.conformance:
        raise MalformedError("malformed_credential", what="conformance is not true")
    scheme = subject.reference_scheme.id
    profile, version = _profile(scheme, subject.reference_profile.id)
    measures, scores = _figures(scheme, assessment.assessed_performance)
    area_m2 = _whole(measures, _AREA, {"HAR": 10_000})
    quota_g, sold_g = _whole(measures, _QUOTA, _GRAMS_PER), _whole(measures, _SOLD, _GRAMS_PER)
    from_on, until_on = _local_day(credential.valid_from), _local_day(credential.valid_until)
    if until_on < from_on:
        raise MalformedError("malformed_credential", what="validUntil is before validFrom")
    areas = [each.facility.registered_id for each in assessment.assessed_facility]
    if len(set(areas)) != len(areas):
        raise MalformedError("malformed_credential", what="an area is named twice")
    return Attested(
        id=credential.id,
        number=subject.name,
        profile=profile,
        version=version,
        scheme=scheme,
        issuer_did=credential.issuer.id,
        issued_to_did=subject.issued_to_party.id,
        areas=tuple(sorted(areas)),
        season=_season(scores),
        from_on=from_on,
        until_on=until_on,
        area_m2=area_m2,
        quota_g=quota_g,
        lot=assessment.assessed_product[0].product.id if assessment.assessed_product else "",
        sold_g=sold_g,
        licence=assessment.evidence[0].url if assessment.evidence else "",
        certificate=_certificate(subject.conformity_certificate),
        figures={
            name: f"{measure.amount:f} {measure.unit}" for name, measure in sorted(measures.items())
        }
        | {name: code for name, code in sorted(scores.items()) if name != _SEASON},
        statuses=_statuses(credential.credential_status),
        application=_application(subject.auditable_evidence),
    )


def write_credential(
    attested: Attested, under: Profile, *, names: Mapping[str, str], area_uris: Mapping[str, str]
) -> bytes:
    """Return the payload of a credential that says what ``attested`` says.

    ``under`` is the profile of the scheme it is given by; ``names`` gives the display name of every
    DID, of the scheme and of the lot. It names one status list or none.
    """
    assert len(attested.statuses) <= 1, "credentialStatus of UNTP 0.7.0 is one object"
    (status,) = attested.statuses or (None,)
    asked = {"linkURL": attested.application, "linkName": APPLICATION}
    return encoding.canonical_json(
        {
            **({"credentialStatus": write_entry(status)} if status else {}),
            "@context": list(CONTEXTS),
            "type": ["DigitalConformityCredential", "VerifiableCredential"],
            "id": attested.id,
            "issuer": _party("CredentialIssuer", attested.issuer_did, names),
            "validFrom": f"{attested.from_on}T00:00:00+07:00",
            "validUntil": f"{attested.until_on}T23:59:59+07:00",
            "name": attested.number,
            "credentialSubject": {
                "type": ["ConformityAttestation"],
                "id": f"{attested.id}/attestation",
                "name": attested.number,
                "assessorLevel": "3rdParty",
                "assessmentLevel": "scheme-cab",
                "attestationType": under.attestation_type,
                "issuedToParty": _party("Party", attested.issued_to_did, names),
                "referenceScheme": _party("ConformityScheme", attested.scheme, names),
                "referenceProfile": {
                    "type": ["ConformityProfile"],
                    "id": profile_uri(attested.scheme, attested.profile, attested.version),
                    "name": under.name.en,
                },
                **_certified(attested),
                "conformityAssessment": [_assessment(attested, under, names, area_uris)],
                **({"auditableEvidence": asked} if attested.application else {}),
            },
        }
    )


def _party(kind: str, uri: str, names: Mapping[str, str]) -> dict[str, Any]:
    return {"type": [kind], "id": uri, "name": names[uri]}


def _certified(attested: Attested) -> dict[str, Any]:
    certificate = attested.certificate
    if certificate is None:
        return {}
    link = {
        "linkURL": f"{attested.id}/certificate",
        "linkName": certificate.number,
        "digestMultibase": certificate.digest,
    }
    return {"conformityCertificate": link}


def _assessment(
    attested: Attested, under: Profile, names: Mapping[str, str], area_uris: Mapping[str, str]
) -> dict[str, Any]:
    asked = list(under.criteria_on(attested.from_on))
    listed = [(each.slug, each.name.en) for each in asked] or [(under.id, under.name.en)]
    stated: dict[str, Any] = {
        "type": ["ConformityAssessment"],
        "id": f"{attested.id}/assessment",
        "name": attested.number,
        "assessmentDate": attested.from_on,
        "assessmentCriteria": [
            {
                "type": ["Criterion"],
                "id": criterion_uri(attested.scheme, name, attested.version),
                "name": words,
            }
            for name, words in listed
        ],
        "assessedPerformance": _performance(attested),
        "assessedFacility": [
            {
                "facility": {
                    "type": ["Facility"],
                    "id": area_uris[code],
                    "name": code,
                    "registeredId": code,
                },
                "idVerifiedByCAB": True,
            }
            for code in attested.areas
        ],
        "conformityTopic": [TOPIC],
        "conformance": True,
    }
    if attested.lot:
        lot = {"type": ["Product"], "id": attested.lot, "name": names[attested.lot]}
        stated["assessedProduct"] = [{"product": lot, "idVerifiedByCAB": True}]
    if attested.licence:
        licence = {"linkURL": attested.licence, "linkName": "licence"}
        stated["evidence"] = [licence]
    return stated


def _performance(attested: Attested) -> list[dict[str, Any]]:
    scheme = attested.scheme
    scope = (
        (_AREA, Decimal(attested.area_m2) / 10_000, "HAR"),
        (_QUOTA, Decimal(attested.quota_g) / 1000, "KGM"),
        (_SOLD, Decimal(attested.sold_g) / 1000, "KGM"),
    )
    measures = {name: (value, unit) for name, value, unit in scope if value}
    scores = {_SEASON: attested.season}
    for name, figure in attested.figures.items():
        value, _, unit = figure.partition(" ")
        if unit:
            measures[name] = Decimal(value), unit
        else:
            scores[name] = value
    return [
        {"metric": metric_of(scheme, name), "measure": {"value": _number(value), "unit": unit}}
        for name, (value, unit) in sorted(measures.items())
    ] + [
        {"metric": metric_of(scheme, name), "score": {"code": code}}
        for name, code in sorted(scores.items())
    ]


def _statuses(value: object) -> tuple[StatusEntry, ...]:
    try:
        return read_entries(value)
    except MalformedError as error:
        raise MalformedError("malformed_credential", what=error.words.en) from error


def _application(evidence: _Mention | None) -> str:
    return evidence.url if evidence and evidence.name == APPLICATION else ""


def _profile(scheme: str, profile_id: str) -> tuple[str, str]:
    """Return the profile's name and the version of the scheme that a credential names."""
    name, _, version = profile_id.removeprefix(f"{scheme}/profile/").partition("/")
    try:
        spelled = convert(name, Slug), convert(version, Version)
    except ValidationError as error:
        what = f"{profile_id} is not a profile"
        raise MalformedError("malformed_credential", what=what) from error
    if profile_uri(scheme, *spelled) != profile_id:
        raise MalformedError("malformed_credential", what=f"{profile_id} is not a profile")
    return spelled


def _certificate(link: _Link | None) -> Certificate | None:
    if link is None:
        return None
    if not link.digest:
        raise MalformedError("malformed_credential", what="conformityCertificate has no digest")
    return Certificate(link.name, link.digest)


def _figures(
    scheme: str, performance: tuple[_Performance, ...]
) -> tuple[dict[str, _Measure], dict[str, str]]:
    """Return measures and scores by metric name; a metric of another scheme is not ours to read."""
    measures: dict[str, _Measure] = {}
    scores: dict[str, str] = {}
    for item in performance:
        name = item.metric.id.removeprefix(f"{scheme}/metric/")
        if name in measures or name in scores:
            raise MalformedError("malformed_credential", what=f"{name} is stated twice")
        if item.measure is not None:
            if not item.measure.is_plain:
                raise MalformedError("malformed_credential", what=f"{name} is out of range")
            measures[name] = item.measure
        elif item.score is not None:
            scores[name] = item.score.code
    return measures, scores


def _whole(measures: dict[str, _Measure], name: str, factors: Mapping[str, int]) -> int:
    """Take a measure out as a whole number of our smallest unit; zero if it is not stated."""
    measure = measures.pop(name, None)
    if measure is None:
        return 0
    if measure.unit not in factors:
        raise MalformedError("malformed_credential", what=f"{name} is needed in {list(factors)}")
    amount = measure.amount * factors[measure.unit]
    if amount != amount.to_integral_value() or not 0 < amount <= 10**15:
        raise MalformedError("malformed_credential", what=f"{name} cannot be {measure.amount:f}")
    return int(amount)


def _season(scores: Mapping[str, str]) -> str:
    try:
        return convert(scores.get(_SEASON), Season)
    except ValidationError as error:
        raise MalformedError("malformed_credential", what="season is needed, as DX-2026") from error


def _local_day(moment: str) -> str:
    """Return the local day of an instant, because certificates are dated in local days."""
    return encoding.local_day(encoding.parse_instant(moment))


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
