"""How attestations stand as of any day and size, what rests on them, and what ends."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from msgspec import structs
from openpyxl import load_workbook

from ledger.cli.standing import worth_of
from ledger.errors import NotFoundError
from ledger.lists import write_csv, write_xlsx
from ledger.rice import acts, events
from ledger.standing import Impact, Standing, ending_before, impact_of, standing_of, waiting_for
from tests.certified_season import CONFIRMATION, GRANT, LOT, OTHER_LOT, Season
from tests.vectors import small_harvest as season
from tests.vectors.life_cases import APPLICATION, shipped
from tests.vectors.scenes import SECOND_KEY
from tests.vectors.small_harvest import Step, on


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Season]:
    made = Season(tmp_path / "book")
    yield made
    made.ledger.close()


def standing(book: Season, name: str, day: str, size: int | None = None) -> Standing:
    with book.ledger.reading() as view:
        return standing_of(view, name, day, size)


def impact(book: Season, name: str, day: str = "2026-05-01") -> Impact:
    with book.ledger.reading() as view:
        return impact_of(view, name, day)


def pack(book: Season, bags: int = 4) -> None:
    body = structs.replace(
        season.packing("L260411A"),
        bags=bags,
        inputs=((season.uri(season.RICE, "M1"), bags * season.BAG_G),),
    )
    book.take(Step("other", on("04-11"), season.event(body, season.MILL)))


def test_a_state_is_told_for_any_day_and_any_size_of_the_log(book: Season) -> None:
    before = book.ledger.size
    first = book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    second = book.change("CN-01", "withdrawn", "2026-04-10", on("04-25"))
    table = {
        ("2026-04-09", None): "granted",
        ("2026-04-10", None): "withdrawn",
        ("2026-04-21", None): "withdrawn",
        ("2026-04-21", before): "granted",
        ("2026-04-21", first): "granted",
        ("2026-04-21", first + 1): "suspended",
        ("2026-04-10", second): "granted",
        ("2026-04-10", second + 1): "withdrawn",
        ("2026-04-01", None): "pending",
    }
    for (day, size), state in table.items():
        assert standing(book, GRANT, day, size).state == state, (day, size)
    assert standing(book, "CN-01", "2026-04-21").id == GRANT, "by the number on the paper too"
    with pytest.raises(NotFoundError) as early:
        standing(book, GRANT, "2026-04-21", 3)
    assert early.value.code == "not_recorded_then"
    with pytest.raises(NotFoundError) as unknown:
        standing(book, "CN-99", "2026-04-21")
    assert unknown.value.code == "nothing_named"


def test_what_a_stolen_key_attested_is_disputed_from_the_entry_that_says_so(book: Season) -> None:
    pack(book)
    told = book.steal(season.ASSOCIATION, "2026-04-03T10:00:00Z", on("04-20"))
    found = standing(book, "CN-01", "2026-04-21")
    assert (found.state, found.is_in_force) == ("disputed", False)
    before = standing(book, "CN-01", "2026-04-21", told)
    assert (before.state, before.is_in_force) == ("granted", True)
    assert standing(book, "CN-01", "2026-04-21", told + 1).state == "disputed"
    assert standing(book, "XN-01", "2026-04-21").state == "granted"
    assert {each.valid_when for each in impact(book, "CN-01").lots} == {""}
    assert {words.en for words in worth_of(impact(book, "CN-01")).values()} == {
        "not valid when packed"
    }
    book.reaffirm(season.ASSOCIATION, SECOND_KEY, found.entry, on("04-21"))
    assert standing(book, "CN-01", "2026-04-21").state == "granted"


def test_a_standing_has_the_whole_life_and_its_figures(book: Season) -> None:
    book.change("CN-01", "reduced", "2026-04-20", on("04-20"), area_m2=150_000, quota_g=600_000)
    told = standing(book, GRANT, "2026-04-20")
    assert (told.state, told.is_in_force, told.since) == ("reduced", True, "2026-04-20")
    assert (told.area_m2, told.quota_g, told.drawn_g) == (150_000, 600_000, 500_000)
    assert [turn.state for turn in told.turns] == ["granted", "reduced"]
    assert told.turns[1].paper == "1/2026"
    assert told.turns[1].decided_by == season.ASSOCIATION
    earlier = standing(book, GRANT, "2026-04-19")
    assert (earlier.state, earlier.quota_g) == ("granted", 1_000_000)


def test_a_suspension_is_overdue_after_its_term_and_changes_nothing_by_itself(
    book: Season,
) -> None:
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    told = standing(book, GRANT, "2026-10-20")
    assert (told.due_on, told.is_overdue, told.state) == ("2026-10-20", False, "suspended")
    assert standing(book, GRANT, "2026-10-21").is_overdue
    assert standing(book, GRANT, "2026-10-21").state == "suspended"


def test_on_a_grant_rests_what_was_packed_under_it(book: Season) -> None:
    pack(book)
    found = impact(book, GRANT)
    assert [one.lot for one in found.lots] == [LOT, OTHER_LOT]
    assert [one.reached_g for one in found.lots] == [500_000, 600_000]
    assert {row.lot for row in found.affected.lots} == {LOT, OTHER_LOT}
    assert (found.affected.bags, found.affected.bagged_g) == (24, 600_000)
    assert [(row.batch, row.first, row.last) for row in found.affected.labels] == [
        (season.LOT, 1, 20)
    ]


def test_on_a_confirmation_rests_what_grants_made_of_its_areas(book: Season) -> None:
    pack(book)
    assert [one.lot for one in impact(book, CONFIRMATION).lots] == [LOT, OTHER_LOT]
    other = season.credential(
        "XN-02", "conformity", season.CONFIRMER, season.GROWER_2, areas=(season.AREA_2,)
    )
    book.take(Step("other", on("04-12"), other))
    assert [one.grant for one in impact(book, "XN-02").lots] == ["CN-01", "CN-01"]


def test_lots_beyond_a_reduced_grant_are_marked_and_no_others(book: Season) -> None:
    pack(book)
    book.change("CN-01", "reduced", "2026-04-20", on("04-20"), area_m2=200_000, quota_g=599_999)
    found = impact(book, GRANT)
    assert [(one.lot, one.is_beyond) for one in found.lots] == [(LOT, False), (OTHER_LOT, True)]
    assert not any(one.is_beyond for one in impact(book, GRANT, "2026-04-19").lots)


@pytest.mark.parametrize(
    ("from_on", "valid_when"),
    [
        ("2026-04-09", ""),
        ("2026-04-11", "packed"),
        ("2026-04-12", "packed"),
        ("2026-04-13", "shipped"),
    ],
)
def test_what_a_lot_was_worth_follows_from_the_day_of_the_change(
    book: Season, from_on: str, valid_when: str
) -> None:
    for step in shipped():
        book.take(step)
    book.change("CN-01", "suspended", from_on, on("04-20"))
    found = impact(book, GRANT)
    assert [one.valid_when for one in found.lots] == [valid_when]
    assert [row.container for row in found.affected.containers] == ["CSQU3054383"]


def test_bags_of_which_some_stayed_were_notshipped(book: Season) -> None:
    for step in shipped(19):
        book.take(step)
    book.change("CN-01", "suspended", "2026-04-13", on("04-20"))
    assert [one.valid_when for one in impact(book, GRANT).lots] == ["packed"]


def test_a_packing_declared_wrong_rests_on_nothing(book: Season) -> None:
    wrong = season.packing()
    body = events.Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        wrong=wrong,
        declared_at="2026-04-12T09:00:00+07:00",
        reason="did_not_occur",
        corrected_by=(),
    )
    book.take(Step("wrong", on("04-12"), season.event(body, season.MILL)))
    assert impact(book, GRANT).lots == ()


def test_an_impact_is_a_list_in_a_file(book: Season) -> None:
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    found = impact(book, GRANT)
    marks = worth_of(found)
    text = write_csv(found.affected, "en", marks).decode("utf-8-sig")
    assert "valid when packed, now suspended" in text
    assert "có hiệu lực khi đóng gói, nay tạm đình chỉ" in write_csv(
        found.affected, "vi", marks
    ).decode("utf-8-sig")
    sheet = load_workbook(BytesIO(write_xlsx(found.affected, "en", marks))).active
    assert sheet is not None
    assert [row[0].value for row in sheet.iter_rows()] == ["What", "labels", "lot"]


def test_what_ends_is_listed_until_a_day(book: Season) -> None:
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    ended = acts.EndRole(
        actor=season.MILL, role="exporter", scheme="", ended_on="2026-06-01", reason="thôi"
    )
    book.take(Step("end", on("04-21"), season.act(ended, season.REGISTRAR)))

    def endings(today: str, before: str) -> list[tuple[str, str, str]]:
        with book.ledger.reading() as view:
            return [(one.kind, one.name, one.ends_on) for one in ending_before(view, today, before)]

    assert endings("2026-05-01", "2026-05-31") == []
    assert endings("2026-05-01", "2026-10-20") == [
        ("role", "exporter", "2026-06-01"),
        ("suspension", "CN-01", "2026-10-20"),
    ]
    assert endings("2026-06-02", "2026-10-19") == []
    kinds = {kind for kind, *_ in endings("2026-05-01", "2099-12-31")}
    assert kinds == {"accreditation", "role", "suspension", "attestation", "licence", "key", "area"}
    book.change("CN-01", "withdrawn", "2026-04-22", on("04-22"))
    assert "CN-01" not in {name for _, name, _ in endings("2026-05-01", "2099-12-31")}


def test_an_application_that_was_declined_waits_no_more(book: Season) -> None:
    book.apply(APPLICATION, on("04-20"), "HT-2026", 100_000)
    no = acts.DeclineApplication(
        application=APPLICATION, reason="records_differ", paper="9/TB", decided_on="2026-04-22"
    )
    index = book.take(Step("declined", on("04-23"), season.act(no, season.CONFIRMER)))
    told = standing(book, APPLICATION, "2026-04-24")
    assert (told.state, told.is_in_force, told.since) == ("declined", False, "2026-04-22")
    assert standing(book, APPLICATION, "2026-04-24", index).state == "applied"
    with book.ledger.reading() as view:
        assert waiting_for(view) == []


def test_an_application_waits_until_it_is_answered(book: Season) -> None:
    index = book.apply(APPLICATION, on("04-20"), "HT-2026", 100_000)
    with book.ledger.reading() as view:
        (waiting,) = waiting_for(view)
        assert waiting_for(view, season.CONFIRMER) == [waiting]
        assert waiting_for(view, season.ASSOCIATION) == []
    told = standing(book, APPLICATION, "2026-04-21")
    assert (told.state, told.is_in_force, told.since) == ("applied", False, "2026-04-20")
    with pytest.raises(NotFoundError):
        standing(book, APPLICATION, "2026-04-21", index)
    answer = season.credential(
        *("XN-03", "conformity", season.CONFIRMER, season.GROWER_1),
        areas=(season.AREA_1,),
        application=APPLICATION,
        of_season="HT-2026",
    )
    book.take(Step("answer", on("04-22"), answer))
    with book.ledger.reading() as view:
        assert waiting_for(view) == []
    assert standing(book, APPLICATION, "2026-04-23").state == "granted"
    assert standing(book, APPLICATION, "2026-04-23", index + 1).state == "applied"
