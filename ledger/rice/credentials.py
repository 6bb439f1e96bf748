"""Who vouches: UNTP 0.7.0 Digital Conformity Credentials, as far as this ledger relies on them.

`read_attestation` takes the members below from a credential and refuses one that lacks them;
members of the UNTP schema that decide nothing here are left alone, because credentials come from
other people's software. `write_credential` builds what our own certifiers sign.

Three profiles of a scheme are understood: ``conformity`` (the season was grown by the process),
``ghg`` (a verified emission statement) and ``grant`` (so many tonnes may carry the mark).
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
from ledger.rice.terms import AreaCode, Season, Text, Uri

CONTEXTS = (
    "https://www.w3.org/ns/credentials/v2",
    "https://vocabulary.uncefact.org/untp/0.7.0/context/",
)
PROFILES = ("conformity", "ghg", "grant")
APPLICATION = "Application"
"""The name of the link to what an attestation answers; links of other names decide nothing here."""

_GRAMS_PER = {"KGM": 1_000, "TNE": 1_000_000}
_TOPIC = {
    "type": ["ConformityTopic"],
    "id": "https://vocabulary.uncefact.org/conformity-topic/greenhouse-gas-emissions",
    "name": "Greenhouse Gas Emissions",
}


class Attested(Struct, frozen=True, kw_only=True):
    """What a credential says, in the ledger's words. Days are local days, both included."""

    id: str
    number: str
    profile: str
    scheme: str
    issuer_did: str
    issued_to_did: str
    areas: tuple[str, ...]
    season: str
    from_on: str
    until_on: str
    area_m2: int
    quota_g: int = 0
    figures: dict[str, str]
    statuses: tuple[StatusEntry, ...] = ()
    application: str = ""


class _Named(Struct, frozen=True):
    id: Uri
    name: Text


class _Measure(Struct, frozen=True):
    value: Decimal | int
    unit: str

    @property
    def amount(self) -> Decimal:
        return Decimal(self.value)


class _Score(Struct, frozen=True):
    code: str


class _Performance(Struct, frozen=True):
    metric: _Named
    measure: _Measure | None = None
    score: _Score | None = None


class _Facility(Struct, frozen=True):
    registered_id: AreaCode = field(name="registeredId")


class _Verification(Struct, frozen=True):
    facility: _Facility


class _Assessment(Struct, frozen=True, rename="camel"):
    assessed_performance: tuple[_Performance, ...]
    assessed_facility: Annotated[tuple[_Verification, ...], Meta(min_length=1, max_length=500)]
    conformance: bool


class _Link(Struct, frozen=True):
    url: str = field(name="linkURL")
    name: str = field(name="linkName")


class _Subject(Struct, frozen=True, kw_only=True, rename="camel"):
    name: Text
    issued_to_party: _Named
    reference_scheme: _Named
    reference_profile: _Named
    auditable_evidence: _Link | None = None
    conformity_assessment: Annotated[tuple[_Assessment, ...], Meta(min_length=1, max_length=1)]


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
    measures, scores = _figures(scheme, assessment.assessed_performance)
    from_on, until_on = _local_day(credential.valid_from), _local_day(credential.valid_until)
    if until_on < from_on:
        raise MalformedError("malformed_credential", what="validUntil is before validFrom")
    return Attested(
        id=credential.id,
        number=subject.name,
        profile=_profile(scheme, subject.reference_profile.id),
        scheme=scheme,
        issuer_did=credential.issuer.id,
        issued_to_did=subject.issued_to_party.id,
        areas=tuple(sorted({item.facility.registered_id for item in assessment.assessed_facility})),
        season=_season(scores),
        from_on=from_on,
        until_on=until_on,
        area_m2=_whole(measures, "certified-area", {"HAR": 10_000}),
        quota_g=_whole(measures, "certified-white-rice", _GRAMS_PER, missing=0),
        figures={
            name: f"{measure.amount:f} {measure.unit}" for name, measure in sorted(measures.items())
        }
        | {name: code for name, code in sorted(scores.items()) if name != "season"},
        statuses=_statuses(credential.credential_status),
        application=_application(subject.auditable_evidence),
    )


def write_credential(
    attested: Attested,
    *,
    names: Mapping[str, str],
    measures: Mapping[str, tuple[Decimal, str]],
    scores: Mapping[str, str],
    area_uris: Mapping[str, str],
) -> bytes:
    """Return the payload of a credential that says what ``attested`` says.

    ``names`` gives the display name of every DID and of the scheme; ``measures`` maps further
    metrics to a value and a UN/CEFACT Recommendation 20 unit. It names one status list or none.
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
                "attestationType": "verification" if attested.profile == "ghg" else "certification",
                "issuedToParty": _party("Party", attested.issued_to_did, names),
                "referenceScheme": _party("ConformityScheme", attested.scheme, names),
                "referenceProfile": {
                    "type": ["ConformityProfile"],
                    "id": f"{attested.scheme}/profile/{attested.profile}/1.0.0",
                    "name": attested.profile,
                },
                "conformityAssessment": [_assessment(attested, measures, scores, area_uris)],
                **({"auditableEvidence": asked} if attested.application else {}),
            },
        }
    )


def _party(kind: str, uri: str, names: Mapping[str, str]) -> dict[str, Any]:
    return {"type": [kind], "id": uri, "name": names[uri]}


def _assessment(
    attested: Attested,
    measures: Mapping[str, tuple[Decimal, str]],
    scores: Mapping[str, str],
    area_uris: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "type": ["ConformityAssessment"],
        "id": f"{attested.id}/assessment",
        "name": attested.number,
        "assessmentDate": attested.from_on,
        "assessmentCriteria": [
            {
                "type": ["Criterion"],
                "id": f"{attested.scheme}/criterion/{attested.profile}/1.0.0",
                "name": attested.profile,
            }
        ],
        "assessedPerformance": _performance(attested, measures, scores),
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
        "conformityTopic": [_TOPIC],
        "conformance": True,
    }


def _performance(
    attested: Attested, measures: Mapping[str, tuple[Decimal, str]], scores: Mapping[str, str]
) -> list[dict[str, Any]]:
    scheme = attested.scheme
    stated = {"certified-area": (Decimal(attested.area_m2) / 10_000, "HAR"), **measures}
    if attested.quota_g:
        stated["certified-white-rice"] = (Decimal(attested.quota_g) / 1000, "KGM")
    return [
        {"metric": _metric(scheme, name), "measure": {"value": _number(value), "unit": unit}}
        for name, (value, unit) in sorted(stated.items())
    ] + [
        {"metric": _metric(scheme, name), "score": {"code": code}}
        for name, code in sorted({"season": attested.season, **scores}.items())
    ]


def _statuses(value: object) -> tuple[StatusEntry, ...]:
    try:
        return read_entries(value)
    except MalformedError as error:
        raise MalformedError("malformed_credential", what=error.words.en) from error


def _application(evidence: _Link | None) -> str:
    return evidence.url if evidence and evidence.name == APPLICATION else ""


def _profile(scheme: str, profile_id: str) -> str:
    for profile in PROFILES:
        if profile_id.startswith(f"{scheme}/profile/{profile}/"):
            return profile
    raise MalformedError("malformed_credential", what=f"{profile_id} is not a known profile")


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
            measures[name] = item.measure
        elif item.score is not None:
            scores[name] = item.score.code
    return measures, scores


def _whole(
    measures: Mapping[str, _Measure],
    name: str,
    factors: Mapping[str, int],
    missing: int | None = None,
) -> int:
    """Return a measure as a whole number of our smallest unit."""
    measure = measures.get(name)
    if measure is None and missing is not None:
        return missing
    if measure is None or measure.unit not in factors:
        raise MalformedError("malformed_credential", what=f"{name} is needed, in {list(factors)}")
    amount = measure.amount * factors[measure.unit]
    if amount != amount.to_integral_value() or not 0 < amount <= 10**15:
        raise MalformedError("malformed_credential", what=f"{name} cannot be {measure.amount:f}")
    return int(amount)


def _season(scores: Mapping[str, str]) -> str:
    try:
        return convert(scores.get("season"), Season)
    except ValidationError as error:
        raise MalformedError("malformed_credential", what="season is needed, as DX-2026") from error


def _local_day(moment: str) -> str:
    """Return the local day of an instant, because certificates are dated in local days."""
    return encoding.local_day(encoding.parse_instant(moment))


def _metric(scheme: str, name: str) -> dict[str, Any]:
    return {
        "type": ["PerformanceMetric"],
        "id": f"{scheme}/metric/{name}",
        "name": name.replace("-", " "),
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
