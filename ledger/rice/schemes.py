"""Conformity schemes as data: what they ask, who may vouch for it, and what a mark then allows.

A scheme is published as a document in an act and read from there; nothing of one scheme is written
in code. It knows kinds of attestation (`Profile`), each with the roles that may sign it, what must
be in force before, and the criteria whose figures it states. What an attestation brings about
follows from its profile's effect:

``covers``
    rice of these areas and this season conforms;
``states``
    a figure or finding stands beside the season (emissions, an audit, a laboratory's result);
``licenses``
    so many grams may carry the mark, as long as what the profile needs is in force, a confirmation
    among it;
``transacts``
    so much of one lot was sold under a licence, and is drawn from it;
``refers``
    a certificate of another house exists, by its number and the digest of its file.

The published shape is the UNTP 0.7.0 ConformityScheme; `write_scheme` gives it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from operator import ge, gt, le, lt
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, structs

from ledger.log import encoding
from ledger.rice.terms import (
    Custody,
    Day,
    DecimalText,
    Grams,
    LocalText,
    SignerRole,
    Slug,
    UnitCode,
    Uri,
    check_distinct,
)

UNTP_CONTEXT = "https://vocabulary.uncefact.org/untp/0.7.0/context/"
TOPIC = {
    "type": ["ConformityTopic"],
    "id": "https://vocabulary.uncefact.org/conformity-topic/greenhouse-gas-emissions",
    "name": "Greenhouse Gas Emissions",
}

Effect = Literal["covers", "states", "licenses", "transacts", "refers"]
Relation = Literal["at_most", "less_than", "at_least", "more_than"]
Version = Annotated[str, Meta(pattern=r"\A[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}\Z")]
AttestationType = Literal[
    "certification", "declaration", "inspection", "testing", "verification", "validation"
]
"""UNTP 0.7.0 ``attestationType``, less calibration."""

_HOLDS = {"at_most": le, "less_than": lt, "at_least": ge, "more_than": gt}
SQUARE_METRES_PER_HECTARE = 10_000


class Closed(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A part of a scheme: an unknown member is refused."""


_FOR_EVER = "9999-12-31"


class Criterion(Closed, frozen=True, kw_only=True):
    """A figure and what it has to be, from a day on, perhaps until another.

    ``id`` is the metric that credentials state; ``unit`` its UN/CEFACT Recommendation 20 code
    (``P1`` is per cent). A criterion that is not ``required`` is compared and shown only.
    """

    id: Slug
    name: LocalText
    unit: UnitCode
    relation: Relation
    threshold: DecimalText
    from_on: Day
    until_on: Day = _FOR_EVER
    required: bool = True

    def __post_init__(self) -> None:
        """Hold the one string that is left out when written: a default is known by being it.

        What another process has read comes with a string of its own.
        """
        if self.until_on == _FOR_EVER:
            structs.force_setattr(self, "until_on", _FOR_EVER)

    @property
    def slug(self) -> str:
        """Return its name among the criteria of a scheme, as ``seed-rate-at-most-100``."""
        return f"{self.id}-{self.relation.replace('_', '-')}-{self.threshold}"

    def is_asked_on(self, day: str) -> bool:
        """Tell whether the criterion applies to what is assessed on a day."""
        return self.from_on <= day <= self.until_on

    def is_met_by(self, figure: Decimal) -> bool:
        """Tell whether a figure in ``unit`` is what the criterion asks."""
        return bool(_HOLDS[self.relation](figure, Decimal(self.threshold)))


class Quota(Closed, frozen=True, kw_only=True):
    """How many grams a licence may give for each hectare of its areas.

    A licence states its own grams; ``most_g_per_ha`` bounds them, and ``usual_g_per_ha`` is
    what software suggests where a decision names hectares only.
    """

    most_g_per_ha: Grams
    usual_g_per_ha: Grams = 0

    def most_g(self, area_m2: int) -> int:
        """Return the grams that an area in square metres allows at most, rounded down."""
        return self.most_g_per_ha * area_m2 // SQUARE_METRES_PER_HECTARE

    def usual_g(self, area_m2: int) -> int:
        """Return the grams that are usual for an area in square metres, rounded down."""
        return self.usual_g_per_ha * area_m2 // SQUARE_METRES_PER_HECTARE


class Profile(Closed, frozen=True, kw_only=True):
    """A kind of attestation: its effect, who may sign it, and what it rests on.

    ``needs`` names profiles of which one attestation each must be in force for every area and
    season. ``two_persons`` lists what takes a second key: ``grant`` (until another key of the
    issuer records its decision nothing is granted), ``withdraw``, and ``audit`` (whoever inspected
    the areas or signed what the decision rests on does not decide).
    """

    id: Slug
    name: LocalText
    effect: Effect
    attestation_type: AttestationType
    signers: Annotated[tuple[SignerRole, ...], Meta(min_length=1, max_length=8)]
    longest_days: Annotated[int, Meta(ge=1, le=3660)]
    needs: Annotated[tuple[Slug, ...], Meta(max_length=8)] = ()
    two_persons: Annotated[
        tuple[Literal["grant", "withdraw", "audit"], ...], Meta(max_length=3)
    ] = ()
    criteria: Annotated[tuple[Criterion, ...], Meta(max_length=40)] = ()
    quota: Quota | None = None

    def __post_init__(self) -> None:
        """Refuse a role or need named twice, and a quota where nothing is licensed."""
        check_distinct(self.signers, "signers")
        check_distinct(self.needs, "needs")
        check_distinct(self.two_persons, "two_persons")
        check_distinct([each.slug for each in self.criteria], "criteria")
        if (self.quota is not None) != (self.effect == "licenses"):
            raise ValueError("a licence has a quota")  # noqa: TRY003  (becomes malformed_act)

    def criteria_on(self, day: str) -> Iterator[Criterion]:
        """Yield what is asked on a day."""
        return (criterion for criterion in self.criteria if criterion.is_asked_on(day))


Profiles = Annotated[tuple[Profile, ...], Meta(min_length=1, max_length=16)]


class Edition(Struct, frozen=True, kw_only=True):
    """One published version of a scheme, in force from a day until the next one's."""

    version: str
    name: LocalText
    custody: tuple[Custody, ...]
    profiles: tuple[Profile, ...]
    from_on: str
    index: int

    def profile(self, profile_id: str) -> Profile | None:
        """Return a kind of attestation by its id."""
        return next((each for each in self.profiles if each.id == profile_id), None)


def check_profiles(profiles: Sequence[Profile]) -> None:
    """Raise `ValueError`, which a reader turns into a refusal, unless the profiles fit together.

    What a profile needs stands before it, so that no two wait for each other. A mark takes two
    steps, so a licence needs a profile that confirms how the rice was grown.
    """
    check_distinct([profile.id for profile in profiles], "profiles")
    known: set[str] = set()
    confirming = {profile.id for profile in profiles if profile.effect == "covers"}
    for profile in profiles:
        if not known.issuperset(profile.needs):
            raise ValueError("needs names no profile before it")  # noqa: TRY003  (as above)
        if profile.effect == "licenses" and confirming.isdisjoint(profile.needs):
            raise ValueError("a licence needs a confirmation")  # noqa: TRY003  (as above)
        if profile.effect in {"covers", "states", "licenses"}:
            known.add(profile.id)


def edition_on(editions: Sequence[Edition], day: str) -> Edition:
    """Return the version in force on a day; before the first one, that."""
    begun = [edition for edition in editions if edition.from_on <= day]
    return max(begun, key=lambda edition: (edition.from_on, edition.index), default=editions[0])


def profile_uri(scheme: Uri, profile: str, version: str) -> str:
    """Return how credentials name a profile of a scheme in one version."""
    return f"{scheme}/profile/{profile}/{version}"


def metric_of(scheme: Uri, name: str) -> dict[str, Any]:
    """Return how credentials and schemes name a figure (UNTP 0.7.0 PerformanceMetric)."""
    return {
        "type": ["PerformanceMetric"],
        "id": f"{scheme}/metric/{name}",
        "name": name.replace("-", " "),
    }


def criterion_uri(scheme: Uri, slug: str, version: str) -> str:
    """Return how credentials and schemes name a criterion in one version."""
    return f"{scheme}/criterion/{slug}/{version}"


def write_scheme(
    scheme: Uri, owner: Mapping[str, str], edition: Edition, documentation: str
) -> bytes:
    """Return one edition as a UNTP 0.7.0 ConformityScheme, in canonical JSON.

    ``owner`` has the members ``id`` (a DID) and ``name``; ``documentation`` is where the text is.
    """
    return encoding.canonical_json(
        {
            "@context": [UNTP_CONTEXT],
            "type": ["ConformityScheme"],
            "id": scheme,
            "name": edition.name.en,
            "description": edition.name.vi,
            "owner": {"type": ["Party"], **owner},
            "endorsementLevel": "endorsed_self",
            "documentation": documentation,
            "licenseType": "public",
            "includedProfile": [
                _published(scheme, edition, profile) for profile in edition.profiles
            ],
        }
    )


def _published(scheme: Uri, edition: Edition, profile: Profile) -> dict[str, Any]:
    return {
        "type": ["ConformityProfile"],
        "id": profile_uri(scheme, profile.id, edition.version),
        "name": profile.name.en,
        "description": _described(profile),
        "version": edition.version,
        "validFrom": edition.from_on,
        "status": "active",
        "subjectType": "product" if profile.effect in {"transacts", "refers"} else "facility",
        "scheme": {"type": ["ConformityScheme"], "id": scheme, "name": edition.name.en},
        "criterion": [_asked(scheme, edition.version, each) for each in profile.criteria],
    }


def _described(profile: Profile) -> str:
    """Return what UNTP has no member for, in words: who signs, after what, for how long."""
    parts = [profile.name.vi, f"Signed by: {', '.join(profile.signers)}."]
    if profile.needs:
        parts.append(f"Needs: {', '.join(profile.needs)}.")
    if profile.quota:
        most = Decimal(profile.quota.most_g_per_ha).scaleb(-3)
        parts.append(f"At most {most:f} kg for each hectare.")
    parts.append(f"In force for at most {profile.longest_days} days.")
    return " ".join(parts)


def _asked(scheme: Uri, version: str, criterion: Criterion) -> dict[str, Any]:
    relation = criterion.relation.replace("_", " ")
    until = "" if criterion.until_on.startswith("9999") else f" until {criterion.until_on}"
    asked = f"{relation} {criterion.threshold} {criterion.unit} from {criterion.from_on}{until}"
    return {
        "type": ["Criterion"],
        "id": criterion_uri(scheme, criterion.slug, version),
        "name": criterion.name.en,
        "description": f"{criterion.name.vi}: {asked}",
        "version": version,
        "status": "active",
        "conformityTopic": [TOPIC],
        "requiredPerformance": [
            {
                "metric": metric_of(scheme, criterion.id),
                "measure": {
                    "value": _number(Decimal(criterion.threshold)),
                    "unit": criterion.unit,
                },
            }
        ],
    }


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
