"""Verdicts for tests of the pages: one bag of the Winter-Spring season, in every state there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from msgspec import structs

from ledger.affected import Affected
from ledger.errors import NotFoundError
from ledger.lot_sheet import LotSheet
from ledger.proof.rules import HEADLINES, RULES
from ledger.proof.verdict import (
    AXES,
    Axis,
    Bag,
    Finding,
    Notice,
    Origin,
    Party,
    Result,
    Step,
    Verdict,
    Vouching,
)
from ledger.rice.acts import BagRange, LocalText, Scope
from ledger.rice.labels import check_character
from ledger.store.store import Reading
from ledger.tracing import Direction

_VECTORS = Path(__file__).parent / "vectors"
GTIN = "09521234000303"
LOT = "L260408A"
SERIAL = "00CV7K3MZQ0WP9T" + check_character("00CV7K3MZQ0WP9T")
PATH = f"/01/{GTIN}/10/{LOT}/21/{SERIAL}"
UNKNOWN_SERIAL = "00CW7K3MZQ0WP9T" + check_character("00CW7K3MZQ0WP9T")

_ASSOCIATION = Party(
    actor="hiep-hoi-gao-xanh",
    name=LocalText(vi="Hiệp hội Lúa gạo xanh (demo)", en="Green Rice Association (demo)"),
    commune="31135",
)
_COMMUNE = Party(
    actor="ubnd-thanh-an",
    name=LocalText(vi="UBND xã Thạnh An (demo)", en="Thanh An Commune Office (demo)"),
    commune="31231",
)
_VERIFIER = Party(
    actor="mrv-phu-sa",
    name=LocalText(vi="Công ty Thẩm tra Phù Sa (demo)", en="Phu Sa Verifiers (demo)"),
)
_COOPERATIVE = Party(
    actor="htx-kenh-xang",
    name=LocalText(vi="HTX Nông nghiệp Kênh Xáng (demo)", en="Kenh Xang Co-operative (demo)"),
    commune="31231",
)
_PACKER = Party(
    actor="luong-thuc-song-hau-xanh",
    name=LocalText(
        vi="Công ty Lương thực Sông Hậu Xanh (demo)", en="Song Hau Xanh Food Company (demo)"
    ),
    commune="31232",
)
_CARRIER = Party(
    actor="vt-nuoc-noi", name=LocalText(vi="Vận tải Nước Nổi (demo)", en="Nuoc Noi Carriers (demo)")
)
_SCHEME = LocalText(vi="Gạo Việt xanh phát thải thấp", en="Vietnam Green Low-Emission Rice")
_KINDS = {
    "grant": LocalText(vi="Quyền dùng nhãn", en="Right to carry the mark"),
    "conformity": LocalText(
        vi="Xác nhận vụ theo quy trình phát thải thấp",
        en="Season grown by the low-emission process",
    ),
    "ghg": LocalText(vi="Thẩm tra phát thải", en="Emission verified"),
}
_EFFECTS = {"grant": "licenses", "conformity": "covers", "ghg": "states"}
_AREAS = (
    ("VN-CTOR-0001", "31231", 960_800, 73, 312),
    ("VN-CTOR-0002", "31231", 582_700, 37, 254),
    ("VN-CTOR-0003", "31246", 737_400, 61, 241),
    ("VN-CTOR-0006", "31261", 836_400, 58, 193),
)


def _vouching(number: str, profile: str, issuer: Party, areas: tuple[str, ...]) -> Vouching:
    return Vouching(
        number=number,
        profile=profile,
        kind=_KINDS[profile],
        effect=_EFFECTS[profile],
        scheme=_SCHEME,
        issuer=issuer,
        areas=areas,
        season="DX-2026",
        from_on="2026-04-02",
        until_on="2027-04-01",
        state_when_packed="granted",
        state_when_shipped="",
        state_now="granted",
        state_since="2026-04-02",
        reason="",
        remark="",
        area_m2=960_800,
        quota_g=1_889_450_000 if profile == "grant" else 0,
        figures={"seed-rate": "84.2 KGM", "water-reduction": "30.5 P1", "water-regime": "multiple"}
        if profile == "conformity"
        else {},
        entry=311,
    )


def _emission(number: str, area: str, before: str, now: str) -> Vouching:
    return structs.replace(
        _vouching(number, "ghg", _VERIFIER, (area,)),
        figures={
            "baseline-co2e-per-ha": f"{before} KGM",
            "project-co2e-per-ha": f"{now} KGM",
            "water-regime": "multiple",
        },
    )


VOUCHINGS = (
    _vouching("CN-DX26-001", "grant", _ASSOCIATION, tuple(code for code, *_ in _AREAS)),
    *(_vouching(f"XN-DX26-{code[-3:]}", "conformity", _COMMUNE, (code,)) for code, *_ in _AREAS),
    _emission("TT-DX26-001", "VN-CTOR-0001", "7736.99", "2750.18"),
    _emission("TT-DX26-002", "VN-CTOR-0002", "9302.40", "1811.02"),
)


def _step(kind: str, from_on: str, until_on: str, actor: Party, mass_g: int, **more: int) -> Step:
    return Step(
        kind=kind,
        from_on=from_on,
        until_on=until_on,
        actor=actor,
        lots=more.get("lots", 1),
        mass_g=mass_g,
        bags=more.get("bags", 0),
        entries=tuple(range(40, 40 + more.get("entries", 1))),
    )


JOURNEY = (
    _step("harvest", "2026-02-13", "2026-02-21", _COOPERATIVE, 1_248_000_500, lots=31, entries=31),
    _step("receiving", "2026-02-13", "2026-02-21", _PACKER, 1_247_310_000, lots=31, entries=31),
    _step("drying", "2026-02-14", "2026-02-23", _PACKER, 1_050_220_000, lots=4, entries=4),
    _step("milling", "2026-03-28", "2026-03-28", _PACKER, 54_313_000, lots=2, entries=2),
    _step("packing", "2026-04-08", "2026-04-08", _PACKER, 40_000_000, bags=1600),
    _step("palletising", "2026-04-09", "2026-04-09", _PACKER, 40_000_000, bags=1600, entries=8),
    _step("shipping", "2026-04-24", "2026-04-24", _CARRIER, 25_000_000, bags=1000),
)

BAG = Bag(
    gtin=GTIN,
    lot=LOT,
    serial=SERIAL,
    number=412,
    count=1600,
    product=LocalText(
        vi="Gạo OM5451 phát thải thấp 5 % tấm, bao 25 kg",
        en="OM5451 low-emission rice, 5 % broken, 25 kg",
    ),
    variety="OM5451",
    grade="5 % tấm",
    net_g=25_000,
    packed_on="2026-04-08",
    best_before_on="2027-04-08",
    shipped_on="",
    packer=_PACKER,
    custody="segregated",
    marked=True,
    origins=tuple(
        Origin(
            area=code,
            season="DX-2026",
            commune=commune,
            area_m2=area_m2,
            households=households,
            manager=_COOPERATIVE,
            share_ppt=share_ppt,
            covered=True,
        )
        for code, commune, area_m2, households, share_ppt in _AREAS
    ),
    vouchings=VOUCHINGS,
    journey=JOURNEY,
    notices=(),
)

RECALL = Notice(
    kind="recall",
    by=_PACKER,
    reason=LocalText(vi="Phát hiện mọt trong kho", en="Weevils found in the store"),
    contact="0292 000 0000",
    on="2026-05-04",
    entry=612,
)
HOLD = structs.replace(
    RECALL,
    kind="hold",
    reason=LocalText(vi="Chờ kết quả phòng thử nghiệm", en="Waiting for the laboratory"),
    contact="",
)

_DETAILS: dict[str, str | int] = {
    "actor": "htx-kenh-xang",
    "area": "VN-CTOR-0006",
    "areas": 4,
    "by": "htx-kenh-xang",
    "count": 1600,
    "custody": "segregated",
    "index": 311,
    "issuer": "ubnd-thanh-an",
    "lot": f"https://id.gs1.org/01/{GTIN}/10/{LOT}",
    "number": "CN-DX26-001",
    "origin": "VN-CTOR-0006/DX-2026",
    "on": "2026-06-12",
    "registry": "VCS",
    "signed_at": "2026-05-03T01:15:00Z",
    "since": "2026-06-12",
    "size": 12_480,
    "what": f"https://id.gs1.org/01/{GTIN}/10/{LOT}/21/{SERIAL}",
    "why": "ed25519",
}


def findings(state: str, results: dict[str, Result]) -> tuple[Finding, ...]:
    """Every rule of the file, passed unless named otherwise."""
    return tuple(
        Finding(
            rule=rule,
            axis=words.axis,
            result=results.get(rule, "pass"),
            details=_DETAILS
            | {"state": state}
            | ({"number": 412} if rule == "serial_committed" else {}),
            entries=tuple(range(300, 320)),
        )
        for rule, words in RULES.items()
    )


def verdict(
    headline: str, bag: Bag | None = BAG, state: str = "granted", **results: Result
) -> Verdict:
    """A verdict with these results of rules; an axis is as bad as the worst on it."""
    found = findings(state, results)
    axes: dict[str, Result] = {axis: _worst(axis, found) for axis in AXES}
    return Verdict(
        headline=headline,
        axes=axes,
        findings=found,
        at="2026-05-03T02:30:00Z",
        origin="demo.rice.example/dx-2026",
        size=12_480,
        signed_at="2026-05-03T01:15:00Z",
        bag=bag,
    )


def _worst(axis: Axis, found: tuple[Finding, ...]) -> Result:
    results = {finding.result for finding in found if finding.axis == axis}
    return "fail" if "fail" in results else "unknown" if "unknown" in results else "pass"


def _changed(state: str, reason: str) -> Bag:
    changed = structs.replace(
        VOUCHINGS[0], state_now=state, state_since="2026-06-12", reason=reason
    )
    return structs.replace(BAG, vouchings=(changed, *VOUCHINGS[1:]))


def _uncertified() -> Bag:
    bare = tuple(structs.replace(origin, covered=False) for origin in BAG.origins)
    return structs.replace(BAG, marked=False, vouchings=(), origins=bare)


_NOTHING_CHECKED: dict[str, Result] = dict.fromkeys(RULES, "unknown")
_NO_CERTIFICATE: dict[str, Result] = {
    rule: "unknown" for rule, words in RULES.items() if words.axis == "certification"
}

VERDICTS: dict[str, Verdict] = {
    "recalled": verdict("recalled", structs.replace(BAG, notices=(RECALL,)), not_recalled="fail"),
    "damaged": verdict("damaged", None, **(_NOTHING_CHECKED | {"entries_included": "fail"})),
    "mistyped": verdict("mistyped", None, **_NOTHING_CHECKED),
    "unknown_code": verdict("unknown_code", None, **_NOTHING_CHECKED),
    "label_voided": verdict("label_voided", label_not_voided="fail"),
    "label_waiting": verdict("label_waiting", label_in_use="fail"),
    "on_hold": verdict("on_hold", structs.replace(BAG, notices=(HOLD,)), not_held="fail"),
    "certificate_withdrawn": verdict(
        "certificate_withdrawn",
        _changed("withdrawn", "records_differ"),
        "withdrawn",
        attestations_still_good="fail",
    ),
    "certificate_suspended": verdict(
        "certificate_suspended",
        _changed("suspended", "complaint"),
        "suspended",
        attestations_still_good="fail",
    ),
    "certificate_reduced": verdict(
        "certificate_reduced",
        _changed("reduced", "quantity_differs"),
        "reduced",
        attestations_still_good="fail",
    ),
    "not_covered": verdict("not_covered", origins_covered="fail"),
    "not_valid": verdict("not_valid", mass_balances="fail"),
    "cannot_check": verdict("cannot_check", BAG, witnesses_agree="unknown"),
    "bag_opened": verdict("bag_opened", bag_not_sold="fail"),
    "bag_sold": verdict("bag_sold", bag_not_sold="fail"),
    "superseded_after_packing": verdict(
        "superseded_after_packing",
        _changed("superseded", "scope_changed"),
        "superseded",
        attestations_still_good="fail",
    ),
    "reduction_sold": verdict("reduction_sold", reduction_unclaimed="fail"),
    "expired_after_packing": verdict(
        "expired_after_packing", _changed("expired", ""), "expired", attestations_still_good="fail"
    ),
    "not_certified": verdict("not_certified", _uncertified(), **_NO_CERTIFICATE),
    "verified": verdict("verified"),
}
assert list(VERDICTS) == list(HEADLINES), "every headline has its verdict, in the order of the file"


class _Blank:
    """A snapshot in which nothing is known."""

    def get(self, _key: str) -> None:
        """Find nothing."""

    def facts_of(self, _kind: str, _after: str) -> list[None]:
        """Find nothing."""
        return []


class Bench:
    """A ledger of one bag, which says of it whatever it is told to say, and follows no rice."""

    def __init__(self, headline: str = "verified") -> None:
        self.headline = headline
        self.asked: list[tuple[str, str, str]] = []

    def judge(self, gtin: str, lot: str, serial: str) -> Verdict:
        """Return the verdict on the bag."""
        self.asked.append((gtin, lot, serial))
        if (gtin, lot, serial) != (GTIN, LOT, SERIAL):
            raise NotFoundError("malformed", what="nobody issued it")
        return VERDICTS[self.headline]

    def trust(self) -> bytes:
        """Return the trust file of one of the vectors."""
        return (_VECTORS / "one-bag" / "trust.json").read_bytes()

    def find_bag(self, serial: str) -> tuple[str, str]:
        """Return where the bag belongs."""
        if serial != SERIAL:
            raise NotFoundError("malformed", what="nobody issued it")
        return GTIN, LOT

    def affected(
        self,
        scope: Scope,
        direction: Direction = "forward",  # noqa: ARG002  (as the ledger names it)
        *,
        ranges: Sequence[BagRange] = (),  # noqa: ARG002
        links_max: int | None = None,  # noqa: ARG002
    ) -> Affected:
        """Find nothing."""
        raise NotFoundError("nothing_named", name=scope.id)

    def stopped_by(self, index: int) -> tuple[Notice, Affected]:
        """Find nothing."""
        raise NotFoundError("entry_unknown", index=index)

    def lot_sheet(self, name: str) -> LotSheet:
        """Find nothing."""
        raise NotFoundError("name_unknown", name=name)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Give a snapshot in which nothing is known."""
        yield cast("Reading", _Blank())
