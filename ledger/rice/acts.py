"""What actors do in office: found, register, grant, suspend, publish, issue labels, recall.

Each act is a closed record: an unknown member, a missing one, or one of another type is refused.
Acts travel as the canonical JSON payload of a ``rice-act+jws`` statement; ``act`` says which kind.
Whether an actor may perform an act is the rulebook's question, not this module's.
"""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from msgspec import Meta, Struct, ValidationError, json

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.rice import gs1, profile
from ledger.rice.act import Act as Act  # noqa: PLC0414  (whoever wants acts wants these too)
from ledger.rice.act import Jwk as Jwk  # noqa: PLC0414
from ledger.rice.act import NewKey as NewKey  # noqa: PLC0414
from ledger.rice.certifying_acts import Apply as Apply  # noqa: PLC0414
from ledger.rice.certifying_acts import ChangeAttestation as ChangeAttestation  # noqa: PLC0414
from ledger.rice.certifying_acts import ClaimReduction as ClaimReduction  # noqa: PLC0414
from ledger.rice.certifying_acts import DeclareRelation as DeclareRelation  # noqa: PLC0414
from ledger.rice.certifying_acts import DeclineApplication as DeclineApplication  # noqa: PLC0414
from ledger.rice.certifying_acts import PublishScheme as PublishScheme  # noqa: PLC0414
from ledger.rice.label_acts import ActivateLabels as ActivateLabels  # noqa: PLC0414
from ledger.rice.label_acts import MarkBags as MarkBags  # noqa: PLC0414
from ledger.rice.label_acts import VoidLabels as VoidLabels  # noqa: PLC0414
from ledger.rice.limits import Settings as Settings  # noqa: PLC0414  (acts carry them)
from ledger.rice.misspelling import explain
from ledger.rice.scopes import BagRange as BagRange  # noqa: PLC0414  (the same)
from ledger.rice.scopes import Scope as Scope  # noqa: PLC0414  (the same)
from ledger.rice.scopes import check_ranges
from ledger.rice.terms import (
    ACCREDITATION,
    ATTESTATION,
    CORRECTION,
    ActorId,
    AreaCode,
    BatchName,
    Commune,
    ContractUri,
    Count,
    Day,
    Digest,
    DigestOrNone,
    DocumentBytes,
    Grams,
    Gtin,
    HouseholdRef,
    Kid,
    LotUri,
    Moment,
    Origin,
    PaperUri,
    ProductForm,
    RoleName,
    Season,
    ShortText,
    SquareMetres,
    StoppedLots,
    Text,
    Uri,
    check_distinct,
    check_order,
    check_quoted,
)
from ledger.rice.terms import LocalText as LocalText  # noqa: PLC0414  (the same)
from ledger.rice.trust_acts import ChangeAccreditation, Reaffirm, RecoverKey, SnapshotDid


class Found(Act, frozen=True, kw_only=True, tag="found"):
    """Entry 0: the ledger's origin, its root keys and how many of them must agree."""

    origin: Origin
    name: LocalText
    host: Annotated[str, Meta(pattern=r"\A[a-z0-9.-]+(%3A[0-9]{1,5})?\Z", max_length=100)]
    threshold: Annotated[int, Meta(ge=1, le=16)]
    keys: Annotated[tuple[NewKey, ...], Meta(min_length=1, max_length=16)]
    settings: Settings

    def __post_init__(self) -> None:
        """Refuse a key given twice: no quorum could then be reached. A root key has no bounds."""
        check_distinct([new.jwk for new in self.keys], "keys")
        _check_root(self.keys)


class ChangeSettings(Act, frozen=True, kw_only=True, tag="change_settings"):
    """The root sets other limits; they hold for what is recorded after this entry."""

    settings: Settings


class RoleGrant(
    Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True, omit_defaults=True
):
    """An office being granted."""

    role: RoleName
    scheme: str = ""
    communes: tuple[Commune, ...] = ()
    from_on: Day


class ExportLicence(Struct, frozen=True, gc=False, forbid_unknown_fields=True, kw_only=True):
    """A rice export licence (Decree 107/2018/ND-CP)."""

    number: ShortText
    from_on: Day
    to_on: Day

    def __post_init__(self) -> None:
        """Refuse a licence that ends before it begins."""
        check_order(self.from_on, self.to_on, "to_on")


class RegisterActor(Act, frozen=True, kw_only=True, tag="register_actor", omit_defaults=True):
    """A registrar enters an organisation with its first keys and roles.

    ``did_document`` is what stands at a DID of its own domain, as it was fetched.
    """

    actor: ActorId
    did: Annotated[str, Meta(pattern=r"\Adid:web:[A-Za-z0-9.%:_-]{1,200}\Z")]
    name: LocalText
    legal_id: Annotated[str, Meta(max_length=40)] = ""
    gln: Annotated[str, Meta(pattern=r"\A([0-9]{13})?\Z")] = ""
    commune: Annotated[str, Meta(pattern=r"\A([0-9]{5})?\Z")] = ""
    licence: ExportLicence | None = None
    roles: Annotated[tuple[RoleGrant, ...], Meta(max_length=16)]
    keys: Annotated[tuple[NewKey, ...], Meta(min_length=1, max_length=8)]
    did_document: DocumentBytes | None = None

    def __post_init__(self) -> None:
        """Refuse a key given twice, and a GLN that is mistyped."""
        check_distinct([new.jwk for new in self.keys], "keys")
        if self.gln and not gs1.is_gln(self.gln):
            raise ValueError("gln has a wrong check digit")  # noqa: TRY003  (becomes malformed_act)


class GrantRole(Act, frozen=True, kw_only=True, tag="grant_role"):
    """An actor gets an office. An `accreditor` gets it for a scheme, from the scheme's owner."""

    actor: ActorId
    grant: RoleGrant


class EndRole(Act, frozen=True, kw_only=True, tag="end_role"):
    """An actor leaves an office on a day."""

    actor: ActorId
    role: RoleName
    scheme: str
    ended_on: Day
    reason: Text


class EnrolKey(Act, frozen=True, kw_only=True, tag="enrol_key"):
    """An actor's admin key brings in another of its keys; an admin key, with a registrar's.

    The root brings in another root key.
    """

    actor: ActorId
    key: NewKey

    def __post_init__(self) -> None:
        """Refuse a root key with bounds."""
        if self.actor == "root":
            _check_root((self.key,))


def _check_root(keys: tuple[NewKey, ...]) -> None:
    if any(key.is_bounded for key in keys):
        raise ValueError("a root key has no bounds")  # noqa: TRY003  (becomes malformed_act)


class RevokeKey(Act, frozen=True, kw_only=True, tag="revoke_key", omit_defaults=True):
    """A key stops counting from this entry on; ``invalid_from`` marks what it said before.

    A rotated key may go on beside its successor, through ``valid_until``.
    """

    kid: Kid
    reason: Literal["rotated", "lost", "compromised", "ended"]
    invalid_from: Moment | None = None
    valid_until: Moment | None = None

    def __post_init__(self) -> None:
        """Refuse to let a key go on that was not rotated."""
        if self.valid_until and (self.reason != "rotated" or self.invalid_from):
            raise ValueError("valid_until is of a rotated key")  # noqa: TRY003  (as above)


class RegisterArea(Act, frozen=True, kw_only=True, tag="register_area"):
    """A planting area gets its code. The boundary is committed to by a salted digest."""

    area: AreaCode
    manager: ActorId
    commune: Commune
    area_m2: SquareMetres
    households: Annotated[int, Meta(ge=0, le=100_000)]
    issued_on: Day
    expires_on: Day
    approved_output_g: Grams
    in_scheme: bool
    boundary: Digest
    paper: ShortText

    def __post_init__(self) -> None:
        """Refuse a code that ends before it begins."""
        check_order(self.issued_on, self.expires_on, "expires_on")


class ChangeArea(Act, frozen=True, kw_only=True, tag="change_area"):
    """The state of a planting-area code changes from a day on."""

    area: AreaCode
    state: Literal["active", "suspended", "revoked"]
    from_on: Day
    reason: Text
    paper: ShortText


class InspectArea(Act, frozen=True, kw_only=True, tag="inspect_area", omit_defaults=True):
    """The authority looks at a planting area and says what it found."""

    area: AreaCode
    inspected_on: Day
    stage: Annotated[str, Meta(max_length=80)] = ""
    diary_kept: bool
    packaging_collected: bool
    result: Literal["pass", "fail"]
    report: ShortText


class SignContract(Act, frozen=True, kw_only=True, tag="sign_contract", omit_defaults=True):
    """A linkage contract, signed by seller and buyer in one statement.

    What it costs is known to both; the ledger has salted digests (`disclosed`), or nothing.
    """

    contract: ContractUri
    seller: ActorId
    buyer: ActorId
    season: Season
    areas: Annotated[tuple[AreaCode, ...], Meta(min_length=1, max_length=200)]
    area_m2: SquareMetres
    variety: Annotated[str, Meta(max_length=40)] = ""
    seller_signed_on: Day
    buyer_signed_on: Day
    document: DigestOrNone = ""
    price: DigestOrNone = ""
    bonus: DigestOrNone = ""
    advance: DigestOrNone = ""

    def __post_init__(self) -> None:
        """Refuse an area named twice, a second name of a contract, and one with oneself."""
        check_distinct(self.areas, "areas")
        check_distinct((self.seller, self.buyer), "the parties")
        check_quoted(self.contract)


class SignBaseline(Act, frozen=True, kw_only=True, tag="sign_baseline"):
    """How rice was grown on an area before, signed by its cooperative and by a verifier."""

    area: AreaCode
    season: Season
    scheme: Uri
    cooperative: ActorId
    verifier: ActorId
    signed_on: Day
    seed_g_per_ha: Grams
    n_g_per_ha: Grams
    sprayings: Annotated[int, Meta(ge=0, le=1000)]
    water_l_per_ha: Grams
    straw_buried_lt_30_g_per_ha: Grams
    straw_buried_gt_30_g_per_ha: Grams
    straw_burned_g_per_ha: Grams
    regime: Literal["continuous", "single", "multiple"]
    preseason: Literal["non_flooded_lt_180", "non_flooded_gt_180", "flooded_gt_30", "unknown"]
    days: Annotated[int, Meta(ge=1, le=366)]


class PresentPaper(Act, frozen=True, kw_only=True, tag="present_paper", omit_defaults=True):
    """A paper exists: who issued it, when, what it concerns, and the SHA-256 of its file."""

    paper: PaperUri
    kind: Literal[
        "contract",
        "invoice",
        "bill_of_lading",
        "phytosanitary",
        "origin",
        "laboratory",
        "verifier",
    ]
    issuer: ActorId
    issued_on: Day
    concerns: Annotated[str, Meta(max_length=80)] = ""
    digest: Digest

    def __post_init__(self) -> None:
        """Refuse a second name of a paper."""
        check_quoted(self.paper)


class EnrolHousehold(Act, frozen=True, kw_only=True, tag="enrol_household", omit_defaults=True):
    """A household grows rice on an area. Its reference is random; all else is a salted digest."""

    household: HouseholdRef
    area: AreaCode
    name: Digest
    phone: DigestOrNone = ""
    land: Digest


class RecordErasure(Act, frozen=True, kw_only=True, tag="record_erasure"):
    """Private things were deleted beside the log: how many, of what kind, and never whose."""

    kind: Literal["household", "contract"]
    fields: Annotated[int, Meta(ge=1, le=100_000)]
    erased_on: Day
    reason: Literal["withdrawn", "asked", "expired"]


class RegisterProduct(Act, frozen=True, kw_only=True, tag="register_product", omit_defaults=True):
    """Goods get a GTIN: what a bag, or a bulk lot, is."""

    gtin: Gtin
    form: ProductForm
    name: LocalText
    variety: Annotated[str, Meta(max_length=40)] = ""
    bag_g: Grams = 0
    grade: Annotated[str, Meta(max_length=40)] = ""

    def __post_init__(self) -> None:
        """Refuse a GTIN that is mistyped."""
        if not gs1.is_gtin(self.gtin):
            raise ValueError("gtin has a wrong check digit")  # noqa: TRY003  (becomes malformed_act)


class IssueLabels(Act, frozen=True, kw_only=True, tag="issue_labels", omit_defaults=True):
    """A packer commits to the codes of all bags of a lot before they are printed.

    Labels that are ``waiting`` count on no bag until they are put to use (`ActivateLabels`).
    """

    batch: BatchName
    lot: LotUri
    count: Count
    number_digits: Annotated[int, Meta(ge=4, le=5)]
    root: Digest
    waiting: bool = False


class Hold(Act, frozen=True, kw_only=True, tag="hold", omit_defaults=True):
    """Lots may not be shipped until the hold is cleared."""

    lots: StoppedLots
    reason: LocalText
    scope: Scope | None = None

    def __post_init__(self) -> None:
        """Refuse a lot named twice."""
        check_distinct(self.lots, "lots")


class ClearHold(Act, frozen=True, kw_only=True, tag="clear_hold"):
    """The hold set by an earlier entry ends, for these of its lots."""

    lots: StoppedLots
    hold_index: Annotated[int, Meta(ge=0)]
    reason: LocalText

    def __post_init__(self) -> None:
        """Refuse a lot named twice."""
        check_distinct(self.lots, "lots")


class Recall(Act, frozen=True, kw_only=True, tag="recall", omit_defaults=True):
    """Lots are called back from the market.

    Of a lot for whose labels there are ``bag_ranges``, only those bags.
    """

    lots: StoppedLots
    reason: LocalText
    contact: Text
    scope: Scope | None = None
    bag_ranges: Annotated[tuple[BagRange, ...], Meta(max_length=500)] = ()

    def __post_init__(self) -> None:
        """Refuse a lot named twice, and ranges that overlap or are out of order."""
        check_distinct(self.lots, "lots")
        check_ranges(self.bag_ranges)


AnyAct = (
    Found
    | ChangeSettings
    | RegisterActor
    | GrantRole
    | EndRole
    | EnrolKey
    | RevokeKey
    | ChangeAccreditation
    | SnapshotDid
    | RecoverKey
    | Reaffirm
    | RegisterArea
    | ChangeArea
    | InspectArea
    | SignContract
    | SignBaseline
    | PresentPaper
    | EnrolHousehold
    | RecordErasure
    | RegisterProduct
    | PublishScheme
    | ClaimReduction
    | DeclareRelation
    | Apply
    | DeclineApplication
    | ChangeAttestation
    | IssueLabels
    | ActivateLabels
    | VoidLabels
    | MarkBags
    | Hold
    | ClearHold
    | Recall
)

AnyAgreement = SignContract | SignBaseline
"""What two actors say together, in one statement."""

_TAGS = frozenset(str(kind.__struct_config__.tag) for kind in get_args(AnyAct))
_OTHER_KINDS = frozenset({ACCREDITATION, ATTESTATION, CORRECTION})
_decoder: json.Decoder[AnyAct] = json.Decoder(AnyAct)
_encoder = json.Encoder(order="sorted")


def read_act(payload: bytes) -> AnyAct:
    """Return the act a payload spells, or refuse it."""
    encoding.check_canonical(payload)
    try:
        act = _decoder.decode(payload)
    except ValidationError as error:
        what = explain(error, AnyAct, json.decode(payload))
        raise MalformedError("malformed_act", what=what) from error
    # A member that may be left out has no second way to say nothing.
    if write_act(act) != payload:
        raise MalformedError("malformed_act", what="a member says what its absence would")
    for key in offered_keys(act):
        for kind in key.only:
            if not is_kind(kind):
                raise MalformedError("malformed_act", what=f"there is no kind {kind} to sign")
    return act


def is_kind(name: str) -> bool:
    """Tell whether statements of a kind are signed: an act, an event, a certificate."""
    return name in _TAGS or profile.is_event_kind(name) or name in _OTHER_KINDS


def write_act(act: Act) -> bytes:
    """Return the canonical payload of an act."""
    return _encoder.encode(act)


def offered_keys(act: AnyAct) -> tuple[NewKey, ...]:
    """Return the keys an act would enrol; each must also have signed it."""
    if isinstance(act, Found | RegisterActor):
        return act.keys
    return (act.key,) if isinstance(act, EnrolKey | RecoverKey) else ()
