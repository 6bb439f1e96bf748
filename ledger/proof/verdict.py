"""What judging a bag comes to: findings, five axes, one headline, and what to compare with the bag.

Everything a verdict shows was read from statements that the same judgement checked. Masses are
grams, shares parts per thousand, days ISO dates; names are in Vietnamese and English.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct, json

from ledger.rice.acts import LocalText

Result = Literal["pass", "fail", "unknown"]
StopKind = Literal["hold", "recall"]
Axis = Literal["integrity", "authority", "certification", "custody", "freshness"]
AXES: tuple[Axis, ...] = ("integrity", "authority", "certification", "custody", "freshness")


class Record(Struct, frozen=True, kw_only=True):
    """A part of a verdict."""


class Finding(Record, frozen=True, kw_only=True):
    """One check and its result; ``entries`` are the indexes it rests on."""

    rule: str
    axis: Axis
    result: Result
    details: dict[str, str | int] = {}
    entries: tuple[int, ...] = ()


class Party(Record, frozen=True, kw_only=True):
    """An organisation as shown to a reader."""

    actor: str
    name: LocalText
    commune: str = ""


class Origin(Record, frozen=True, kw_only=True):
    """Where a share of the rice grew."""

    area: str
    season: str
    commune: str
    area_m2: int
    households: int
    manager: Party
    share_ppt: int
    covered: bool


class Vouching(Record, frozen=True, kw_only=True):
    """An attestation that stands behind the bag, and its state when packed, shipped and now.

    ``kind`` is what its scheme calls it, ``effect`` what follows from it (`rice.schemes`).
    ``state_when_shipped`` is empty unless every bag of the lot is known to have left.
    """

    number: str
    profile: str
    kind: LocalText
    effect: str
    scheme: LocalText
    issuer: Party
    areas: tuple[str, ...]
    season: str
    from_on: str
    until_on: str
    state_when_packed: str
    state_when_shipped: str
    state_now: str
    state_since: str
    reason: str
    remark: str
    area_m2: int
    quota_g: int
    figures: dict[str, str]
    entry: int


class Step(Record, frozen=True, kw_only=True):
    """Steps of one kind by one actor, from a day to a day; oldest first."""

    kind: str
    from_on: str
    until_on: str
    actor: Party
    lots: int
    mass_g: int
    bags: int
    entries: tuple[int, ...]


class Notice(Record, frozen=True, kw_only=True):
    """A hold or a recall, by whom and why; ``bags`` are the numbers meant, all if none."""

    kind: StopKind
    by: Party
    reason: LocalText
    contact: str
    bags: tuple[tuple[int, int], ...] = ()
    on: str
    entry: int


class Bag(Record, frozen=True, kw_only=True):
    """What a buyer compares with the bag in hand."""

    gtin: str
    lot: str
    serial: str
    number: int
    count: int
    product: LocalText
    variety: str
    grade: str
    net_g: int
    packed_on: str
    best_before_on: str
    shipped_on: str
    packer: Party
    custody: str
    marked: bool
    origins: tuple[Origin, ...]
    vouchings: tuple[Vouching, ...]
    journey: tuple[Step, ...]
    notices: tuple[Notice, ...]


class Verdict(Record, frozen=True, kw_only=True):
    """All outcomes: ``headline`` is a code of rules.json, ``at`` the moment of judging (UTC)."""

    headline: str
    axes: dict[str, Result]
    findings: tuple[Finding, ...]
    at: str
    origin: str
    size: int
    signed_at: str
    bag: Bag | None


def write_verdict(verdict: Verdict) -> bytes:
    """Return the one spelling of a verdict, for vectors and for other programs."""
    return json.format(json.encode(verdict, order="sorted"), indent=1) + b"\n"
