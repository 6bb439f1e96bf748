"""Acts about certificates: schemes, applications, what becomes of attestations, claims, relations.

They are acts like those in `acts`, and spelled by `acts.write_act`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from ledger.rice.act import Act
from ledger.rice.schemes import Profiles, Version, check_profiles
from ledger.rice.terms import (
    ActorId,
    AreaCode,
    Custody,
    Day,
    Digest,
    Grams,
    LocalText,
    ReasonCode,
    Season,
    ShortText,
    Slug,
    SquareMetres,
    Uri,
    UriOrNone,
    check_distinct,
)

ApplicationName = Annotated[
    str, Meta(pattern=r"\Aurn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
]


class PublishScheme(Act, frozen=True, kw_only=True, tag="publish_scheme"):
    """A version of a conformity scheme: what it asks, who vouches, how its rice is kept apart.

    ``document`` is the digest of the owner's own text; what is in ``profiles`` is what counts.
    """

    scheme: Uri
    version: Version
    name: LocalText
    custody: Annotated[tuple[Custody, ...], Meta(min_length=1, max_length=5)]
    profiles: Profiles
    document: Digest
    from_on: Day

    def __post_init__(self) -> None:
        """Refuse profiles that do not fit together, and a custody model named twice."""
        check_distinct(self.custody, "custody")
        check_profiles(self.profiles)


class ClaimReduction(Act, frozen=True, kw_only=True, tag="claim_reduction"):
    """Whoever grew rice sells its emission reduction, or counts it, as credits of a registry.

    ``statement`` is the emission statement that it rests on. From then on nobody claims it again.
    """

    area: AreaCode
    season: Season
    statement: Uri
    reduction_kg: Annotated[int, Meta(gt=0, le=10**12)]
    registry: ShortText
    number: ShortText


class DeclareRelation(Act, frozen=True, kw_only=True, tag="declare_relation"):
    """An organisation says that another is related to it; neither may then vouch for the other."""

    actor: ActorId
    other: ActorId
    kind: Literal["owner", "consultant", "family", "contract"]

    def __post_init__(self) -> None:
        """Refuse a relation with oneself."""
        check_distinct((self.actor, self.other), "the relation")


class Apply(Act, frozen=True, kw_only=True, tag="apply", omit_defaults=True):
    """A party asks a certifier for an attestation, for areas and a season under a scheme.

    The credential that answers may name the application.
    """

    application: ApplicationName
    certifier: ActorId
    profile: Slug
    scheme: Uri
    areas: Annotated[tuple[AreaCode, ...], Meta(min_length=1, max_length=200)]
    season: Season
    area_m2: SquareMetres
    quota_g: Grams = 0

    def __post_init__(self) -> None:
        """Refuse an area named twice."""
        check_distinct(self.areas, "areas")


class DeclineApplication(
    Act, frozen=True, kw_only=True, tag="decline_application", omit_defaults=True
):
    """The certifier that an application asks gives nothing, and says why.

    The application is answered by this: whoever still wants an attestation applies again.
    ``remark`` is for people to read and names none.
    """

    application: ApplicationName
    reason: ReasonCode
    remark: Annotated[str, Meta(max_length=200)] = ""
    paper: ShortText
    decided_on: Day


class ChangeAttestation(
    Act, frozen=True, kw_only=True, tag="change_attestation", omit_defaults=True
):
    """Whoever issued an attestation takes it a step further in its life, with effect from a day.

    ``granted`` is the second person's decision, where a scheme asks for two.
    The day may lie before the recording, not before the attestation's own first one. ``reduced``
    names all that is left, in square metres and grams; ``superseded`` the successor. ``remark`` is
    for people to read and names none.
    """

    attestation: Uri
    state: Literal["granted", "suspended", "reinstated", "reduced", "withdrawn", "superseded"]
    from_on: Day
    reason: ReasonCode
    remark: Annotated[str, Meta(max_length=200)] = ""
    paper: ShortText
    decided_by: ActorId
    area_m2: Annotated[int, Meta(ge=0, le=10**11)] = 0
    quota_g: Grams = 0
    successor: UriOrNone = ""

    def __post_init__(self) -> None:
        """Refuse figures of what is not reduced, and a successor of what is not superseded."""
        if (self.state == "reduced") != bool(self.area_m2) or (self.quota_g and not self.area_m2):
            raise ValueError("area_m2 and quota_g say to what it is reduced")  # noqa: TRY003
        if (self.state == "superseded") != bool(self.successor):
            raise ValueError("successor says by what it is superseded")  # noqa: TRY003
