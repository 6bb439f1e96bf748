"""The season of the demo through the rulebook.

What is wrong is found where it stands, and the totals are those of ``expected.json``, which was
computed by other means.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.demo import PROGRAMME
from ledger.errors import LedgerError
from ledger.imports.rows import PlantingArea, WeighTicket
from ledger.imports.tables import Table, read_season, read_table
from ledger.log.keys import Ed25519SigningKey
from ledger.log.statement import parse_statement
from ledger.programme import Said, derive
from ledger.rice.attestations import state_of, uncovered
from ledger.rice.case import Place, open_meaning
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.diary_facts import Diary, Signers
from ledger.rice.events import Harvest
from ledger.rice.facts import (
    Area,
    Fact,
    Harvested,
    Lot,
    Pallet,
)
from ledger.rice.judge import RuleError, fact_keys, judge
from ledger.rice.terms import contract_uri
from ledger.season import Season

FOLDER = Path(__file__).parents[2] / "ledger" / "demo_data" / "season-dx-2026"
EXPECTED: dict[str, Any] = json.loads((FOLDER / "expected.json").read_text(encoding="utf-8"))
AT = datetime(2026, 6, 1, tzinfo=UTC)
SAYS = {
    "suspended-area": "area_not_active",
    "unknown-code": "area_unknown",
    "yield-over-limit": "yield_above_limit",
    "duplicate-number": "duplicate_number",
    "moisture-missing": "moisture_missing",
    "decimal-comma": "decimal_comma",
    "recovery-too-high": "recovery_above_limit",
    "silo-overdrawn": "exceeds_lot",
    "too-many-bags": "mass_gained",
    "claim-lost-by-blending": "claim_lost",
    "quota-exceeded": "quota_exceeded",
    "own-confirmation": "issuer_not_independent",
    "bad-sscc": "bad_sscc",
    "overlapping-area": "overlapping_area",
}
"""What we answer to each oddity of the season: a rule's code, or a remark at reading the file."""


class Ring:
    """Everybody's key, made from their name."""

    def __contains__(self, holder: str, /) -> bool:
        return True

    def key(self, holder: str, /) -> Ed25519SigningKey:
        return Ed25519SigningKey.from_seed(sha256(holder.encode()).digest())

    def secret(self, holder: str, purpose: str, /) -> bytes:
        return derive(self.key(holder).secret, purpose)


@dataclass
class Told:
    """What became of the season: facts, and what was said of each row, by file and line."""

    facts: dict[str, Fact] = field(default_factory=dict)
    born: dict[str, Fact] = field(default_factory=dict)
    refused: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    errors: dict[tuple[str, int], LedgerError] = field(default_factory=dict)
    warned: dict[tuple[str, int], list[str]] = field(default_factory=dict)
    size: int = 0


@cache
def tables() -> dict[str, Table]:
    return read_season(FOLDER)


@cache
def statements() -> tuple[Said, ...]:
    season = Season(tables(), PROGRAMME, Ring())
    return (Said("", season.founding()), *season.statements())


@cache
def told() -> Told:
    story = Told()
    files = {id(row): table.file for table in tables().values() for row in table.rows}
    for one in statements():
        place = (files[id(one.row)], one.row.line) if one.row is not None else ("", 0)
        try:
            meaning = open_meaning(parse_statement(one.data))
            decision = judge(meaning, Place(story.size, AT), story.facts)
        except LedgerError as error:
            story.refused.setdefault(place, []).append(error.code)
            story.errors.setdefault(place, error)
            continue
        story.born = {**decision.puts, **story.born}
        story.facts |= decision.puts
        story.size += 1
        for warning in decision.warnings:
            story.warned.setdefault(place, []).append(warning.code)
    for table in tables().values():
        for notice in table.notices:
            said_of = {"refuse": story.refused, "warn": story.warned}.get(notice.level, {})
            said_of.setdefault((notice.file, notice.line), []).append(notice.code)
    return story


def lot(form: str, name: str) -> Lot:
    lots = (fact for fact in told().facts.values() if isinstance(fact, Lot))
    (found,) = (each for each in lots if each.form == form and each.id.endswith(f"/10/{name}"))
    return found


def packed() -> dict[str, Lot]:
    """Return the packed lots by the number on their bags."""
    lots = (fact for fact in told().facts.values() if isinstance(fact, Lot))
    return {each.id.rpartition("/")[2]: each for each in lots if each.form == "packed"}


@pytest.mark.parametrize("anomaly", EXPECTED["anomalies"], ids=lambda anomaly: anomaly["id"])
def test_every_oddity_is_found_where_it_stands(anomaly: dict[str, Any]) -> None:
    place = (anomaly["file"], anomaly.get("line") or anomaly["feature"])
    code = SAYS[anomaly["id"]]
    if anomaly["expected"] == "refuse":
        assert told().refused[place][0] == code
    else:
        assert told().warned[place] == [code]
        assert place not in told().refused


def test_nothing_else_is_refused_or_warned_of() -> None:
    expected = {
        (each["file"], each.get("line") or each["feature"]) for each in EXPECTED["anomalies"]
    }
    assert set(told().refused) | set(told().warned) == expected
    assert {each["id"] for each in EXPECTED["anomalies"]} == set(SAYS)


def test_the_refusals_say_the_figures_a_clerk_can_look_up() -> None:
    by_id = {each["id"]: each for each in EXPECTED["anomalies"]}

    def words(name: str) -> str:
        error = told().errors[by_id[name]["file"], by_id[name]["line"]]
        assert isinstance(error, RuleError)
        return error.words.en

    assert "74.1 %" in words("recovery-too-high")
    assert "48200" in words("silo-overdrawn")
    assert "15750" in words("silo-overdrawn")
    assert "26449 kg" in words("too-many-bags")
    assert "CN-DX26-002" in words("quota-exceeded")
    (warning,) = told().warned["milling.csv", 12]
    assert warning == "claim_lost"


def test_a_slip_printed_twice_counts_once() -> None:
    (twice,) = EXPECTED["harmless"]
    notices = {(each.line, each.level) for each in tables()["weigh_tickets"].notices}
    assert (twice["line"], "refuse") not in notices
    assert (twice["line"], "warn") not in notices
    numbers = [row.number for row in tables()["weigh_tickets"].of(WeighTicket)]
    assert numbers.count(twice["row_key"]["Số phiếu"]) == 1
    assert lot("paddy", twice["row_key"]["Số phiếu"]).brought_g == 38_190_000


@pytest.mark.parametrize("area", EXPECTED["totals"]["areas"], ids=lambda area: area["code"])
def test_every_area_yields_what_the_slips_say(area: dict[str, Any]) -> None:
    taken = {key.rpartition("/")[2] for key in told().facts if key.startswith("lot:")}
    slips = tables()["weigh_tickets"].of(WeighTicket)
    of_area = Counter(slip.area for slip in slips if slip.number in taken)
    assert of_area[area["code"]] == area["tickets"]
    total = told().facts.get(f"harvested:{area['code']}/DX-2026")
    harvested_g = total.mass14_g if isinstance(total, Harvested) else 0
    assert abs(harvested_g - area["harvested_14_kg"] * 1000) <= 1000


def test_every_area_of_the_file_is_there() -> None:
    codes = {row.code for row in tables()["planting_areas"].of(PlantingArea)}
    assert codes == {area["code"] for area in EXPECTED["totals"]["areas"]}


@pytest.mark.parametrize("silo", EXPECTED["silos"])
def test_every_silo_holds_what_is_left_in_it(silo: str) -> None:
    expected, known = EXPECTED["silos"][silo], lot("paddy", f"{silo}-DX-2026")
    assert known.brought_g == expected["in_kg"] * 1000
    assert known.left_g == expected["closing_kg"] * 1000
    assert known.brought_g - known.left_g == expected["milled_kg"] * 1000
    assert 0 <= sum(known.origin.values()) <= known.left_g * 1005 // 1000


@pytest.mark.parametrize("batch", EXPECTED["milling"])
def test_every_milling_comes_from_the_areas_of_its_silos(batch: str) -> None:
    expected = EXPECTED["milling"][batch]
    head = told().born[lot("head_rice", batch).key]
    assert isinstance(head, Lot)
    assert head.brought_g == expected["head_kg"] * 1000
    assert {origin.partition("/")[0] for origin in head.origin} == set(expected["areas"])
    certified = not uncovered(told().facts, head.origin, head.born_on)
    assert certified == expected["all_areas_certified"]


def test_every_accepted_milling_and_packing_is_expected() -> None:
    heads = {
        fact.id.rpartition("/")[2]
        for fact in told().facts.values()
        if isinstance(fact, Lot) and fact.form == "head_rice"
    }
    assert heads == set(EXPECTED["milling"])
    assert set(packed()) == set(EXPECTED["packed_lots"])


@pytest.mark.parametrize("number", EXPECTED["packed_lots"])
def test_every_packed_lot_says_what_is_in_it(number: str) -> None:
    expected, known = EXPECTED["packed_lots"][number], packed()[number]
    assert (known.bags, known.brought_g) == (expected["bags"], expected["net_kg"] * 1000)
    assert {origin.partition("/")[0] for origin in known.origin} == set(expected["areas"])
    assert sum(known.origin.values()) == known.brought_g
    assert bool(known.grant) == expected["claim"]
    assert known.grant.rpartition("/")[2] == (expected["grant"] if expected["claim"] else "")
    assert known.bags_labelled == known.bags


@pytest.mark.parametrize("number", EXPECTED["grants"])
def test_every_grant_is_drawn_for_its_bags(number: str) -> None:
    grant = told().facts[f"attestation:https://{PROGRAMME.host}/attestations/{number}"]
    expected = EXPECTED["grants"][number]
    assert isinstance(grant, Attestation)
    assert grant.quota_g == round(expected["quota_t"] * 1_000_000)
    assert grant.drawn_g == round(expected["used_t"] * 1_000_000)
    marked = [known for known in packed().values() if known.grant == grant.id]
    assert sum(known.bags * known.bag_g for known in marked) == grant.drawn_g
    assert state_of(grant, "2026-04-20") == "granted"


def test_containers_carry_what_was_packed() -> None:
    pallets = [fact for fact in told().facts.values() if isinstance(fact, Pallet)]
    by_lot = packed()
    shipped_g = sum(
        pallet.bags * by_lot[pallet.lot.rpartition("/")[2]].bag_g
        for pallet in pallets
        if pallet.shipped_index is not None
    )
    stacked = Counter[str]()
    for pallet in pallets:
        stacked[pallet.lot] += pallet.bags
    for known in by_lot.values():
        loose = known.bags - known.bags_left - stacked[known.id]
        shipped_g += loose * known.bag_g
    assert shipped_g == sum(each["net_kg"] for each in EXPECTED["containers"].values()) * 1000


def test_every_kind_of_file_speaks() -> None:
    kinds = {kind: {id(row) for row in table.rows} for kind, table in tables().items()}
    spoken = {id(one.row) for one in statements()}
    silent = {kind: len(rows - spoken) for kind, rows in kinds.items() if not rows <= spoken}
    # A price is told with its contract; that a code was issued is told with its area.
    assert silent == {"contracts_private": 5, "area_events": 14}


def test_everything_on_paper_is_known() -> None:
    counted = Counter(type(fact).__name__ for fact in told().facts.values())
    assert (counted["Contract"], counted["Baseline"], counted["Paper"]) == (5, 11, 42)
    assert counted["Household"] == 655
    areas = [fact for fact in told().facts.values() if isinstance(fact, Area)]
    assert sum(len(area.inspections) for area in areas) == 20
    diaries = [fact for fact in told().facts.values() if isinstance(fact, Diary)]
    assert sum(diary.lines for diary in diaries) == 449 + 1227
    assert {diary.area for diary in diaries} == {area.code for area in areas}
    signers = [fact for fact in told().facts.values() if isinstance(fact, Signers)]
    assert {each.area for each in signers} == {area.code for area in areas}
    assert all(len(each.reported) == 1 and len(each.measured) <= 1 for each in signers)
    assert sum(len(each.measured) for each in signers) == 12, "two areas have no tubes"


def test_every_harvest_under_contract_names_it() -> None:
    bodies = [open_meaning(parse_statement(one.data)).body for one in statements()]
    named = Counter(each.contract for each in bodies if isinstance(each, Harvest))
    slips = tables()["weigh_tickets"].of(WeighTicket)
    written = Counter(slip.contract and contract_uri(slip.contract) for slip in slips)
    assert named == written
    assert len(written) == 6


def test_the_registrar_is_there_before_those_it_registers() -> None:
    first = parse_statement(statements()[1].data)
    assert json.loads(first.payload)["actor"] == PROGRAMME.registrar


def test_the_workbook_says_the_same_as_the_text() -> None:
    """Byte for byte: where a row was read does not show in what is signed."""
    book = read_table(FOLDER / "weigh_tickets.xlsx", "weigh_tickets")
    season = Season({**tables(), "weigh_tickets": book}, PROGRAMME, Ring())
    assert [said.data for said in season.statements()] == [said.data for said in statements()[1:]]


def test_telling_the_season_again_gives_the_same_bytes() -> None:
    again = Season(read_season(FOLDER), PROGRAMME, Ring())
    assert [said.data for said in again.statements()] == [said.data for said in statements()[1:]]


class Asked(dict[str, Fact]):
    """Facts that remember what they were asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.keys_asked: set[str] = set()

    def get(self, key: str, /, default: Any = None) -> Any:  # noqa: ANN401  (a fact or nothing)
        self.keys_asked.add(key)
        return super().get(key, default)


def test_what_is_read_ahead_is_asked_for_and_nearly_all_of_it() -> None:
    facts = Asked()
    ahead = asked = 0
    for index, one in enumerate(statements()):
        meaning = open_meaning(parse_statement(one.data))
        facts.keys_asked.clear()
        try:
            facts |= judge(meaning, Place(index, AT), facts).puts
        except LedgerError:
            continue
        assert fact_keys(meaning) <= facts.keys_asked
        ahead += len(fact_keys(meaning))
        asked += len(facts.keys_asked)
    assert ahead > asked * 3 // 4
