"""The certifier's pages: rows, samples, and drafts of what is to be signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec import structs
from starlette.types import ASGIApp

from ledger.desk import LISTS, Desk, desk
from ledger.log.draft import parse_draft
from ledger.rice import acts
from ledger.sampling import Seed, draw
from tests.certified_season import GRANT, Season
from tests.conversation import Answer, browse, post
from tests.vectors import small_harvest as season
from tests.vectors.life_cases import APPLICATION
from tests.vectors.small_harvest import Step, on
from web.site import make_site

WORK = f"/workplace/{season.CONFIRMER}/certify"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Season]:
    made = Season(tmp_path / "book")
    made.clock.now = on("04-19")
    yield made
    made.ledger.close()


@pytest.fixture
def web(book: Season) -> ASGIApp:
    return make_site(book.ledger, clock=book.clock)


def get(web: ASGIApp, target: str) -> Answer:
    return browse(web, target, accept_language="en")


def draft_of(web: ASGIApp, actor: str, body: bytes) -> Answer:
    return post(web, f"/workplace/{actor}/certify/draft", body, accept_language="en")


def laid_out(book: Season, who: str, day: str = "2026-04-20", **narrowed: str) -> Desk:
    with book.ledger.reading() as view:
        return desk(view, who, day, **narrowed)


def places(found: Desk) -> dict[str, str]:
    return {row.number or row.state: row.list for row in found.rows}


def test_every_row_stands_on_one_list_with_its_next_step(book: Season) -> None:
    book.apply(APPLICATION, on("04-18"))
    found = laid_out(book, season.CONFIRMER)
    assert {row.list for row in found.rows} <= set(LISTS)
    assert [(row.state, row.next, row.entry) for row in found.of("waiting")] == [
        ("applied", "decide", book.ledger.size - 1)
    ]
    assert places(found)["XN-01"] == "granted"
    assert laid_out(book, season.GROWER_1).rows == ()


def test_what_ends_soon_what_is_suspended_and_what_is_over_leave_the_list_in_force(
    book: Season,
) -> None:
    assert places(laid_out(book, season.ASSOCIATION))["CN-01"] == "granted"
    ends = structs.asdict(laid_out(book, season.ASSOCIATION).rows[0])["until_on"]
    assert places(laid_out(book, season.ASSOCIATION, ends))["CN-01"] in {"expiring", "doubtful"}
    book.change("CN-01", "suspended", "2026-04-20", on("04-20"))
    (row,) = laid_out(book, season.ASSOCIATION).rows
    assert (row.list, row.about, row.next) == ("doubtful", ("suspended",), "reinstate")
    (late,) = laid_out(book, season.ASSOCIATION, "2026-11-20").rows
    assert late.about == ("suspended", "overdue")
    book.change("CN-01", "withdrawn", "2026-04-21", on("04-21"))
    assert laid_out(book, season.ASSOCIATION, "2026-04-21").rows[0].list == "over"


def test_a_grant_is_in_doubt_once_what_it_needs_is_not_in_force(book: Season) -> None:
    book.change("XN-01", "withdrawn", "2026-04-20", on("04-20"))
    (row,) = laid_out(book, season.ASSOCIATION).rows
    assert (row.list, row.about) == ("doubtful", ("unsupported",))


def test_a_season_and_a_commune_narrow_the_desk(book: Season) -> None:
    found = laid_out(book, season.ASSOCIATION, season=season.SEASON, commune=season.COMMUNE)
    assert len(found.rows) == 1
    assert not laid_out(book, season.ASSOCIATION, season="HT-2026").rows
    assert not laid_out(book, season.ASSOCIATION, commune="31249").rows


def test_what_was_declined_is_over_and_says_why(book: Season, web: ASGIApp) -> None:
    book.apply(APPLICATION, on("04-18"))
    no = acts.DeclineApplication(
        application=APPLICATION, reason="records_differ", paper="9/TB", decided_on="2026-04-19"
    )
    book.take(Step("no", on("04-19"), season.act(no, season.CONFIRMER)))
    (row,) = laid_out(book, season.CONFIRMER).of("over")
    assert (row.state, row.about, row.next) == ("declined", ("records_differ",), "answered")
    page = get(web, f"{WORK}/applications/{APPLICATION}").text
    assert "This application has its answer." in page
    assert "<form" not in page.partition("<main")[2]


SEED = Seed(origin="demo.rice.example/x", size=7, root=bytes(32), on="2026-04-20", of="areas - DX")
NAMES = [f"VN-CTOR-{n:04}" for n in range(40)]


def test_the_same_seed_draws_the_same_whatever_order_it_is_given_in() -> None:
    drawn = draw(SEED, NAMES, 5)
    assert drawn == draw(SEED, reversed(NAMES), 5) == draw(SEED, NAMES * 2, 5)
    assert len(set(drawn)) == 5
    assert draw(SEED, NAMES, 9)[:5] == drawn, "a larger sample holds the smaller one"
    assert draw(SEED, NAMES, 400) == draw(SEED, NAMES, 40)


@pytest.mark.parametrize(
    "change", [{"root": b"\1" * 32}, {"on": "2026-04-21"}, {"size": 8}, {"of": "areas - HT"}]
)
def test_another_root_day_or_scope_draws_another(change: dict[str, object]) -> None:
    assert draw(structs.replace(SEED, **change), NAMES, 8) != draw(SEED, NAMES, 8)


def test_a_draw_can_be_made_again_after_the_log_has_grown(book: Season, web: ASGIApp) -> None:
    before = book.ledger.published().size
    asked = f"{WORK}/sample?what=lines&area={season.AREA_1}&season={season.SEASON}&n=3"
    first = get(web, f"{asked}&on=2026-04-19&size={before}").text
    book.change("XN-01", "suspended", "2026-04-20", on("04-20"))
    assert book.ledger.published().size > before
    assert get(web, f"{asked}&on=2026-04-19&size={before}").text == first
    assert get(web, f"{asked}&on=2026-04-19").text != first


@pytest.mark.parametrize(
    "query", ["n=0", "n=201", "n=x", "on=2026-02-30", "size=-1", "size=x", "what=people"]
)
def test_a_sample_that_cannot_be_drawn_is_refused(web: ASGIApp, query: str) -> None:
    assert get(web, f"{WORK}/sample?{query}").status == 400


def test_a_sample_of_no_checkpoint_is_not_found(web: ASGIApp) -> None:
    assert get(web, f"{WORK}/sample?size=2").status == 404


def test_the_dossier_links_every_figure_to_its_entries(book: Season, web: ASGIApp) -> None:
    page = get(web, f"{WORK}/areas/{season.AREA_1}/{season.SEASON}").text
    known = book.ledger.mentions(f"harvested:{season.AREA_1}/{season.SEASON}")
    assert all(f'href="/entries/{index}"' in page for index in known)
    assert get(web, f"{WORK}/areas/NOWHERE/{season.SEASON}").status == 404
    assert get(web, "/workplace/nobody/certify").status == 404


def wanted(**more: object) -> dict[str, object]:
    kid = season.key(season.ASSOCIATION).public.kid
    fields = {
        "attestation": GRANT,
        "state": "suspended",
        "from_on": "2026-04-19",
        "reason": "complaint",
        "paper": "7/2026",
        "decided_by": season.ASSOCIATION,
    }
    by = [f"{season.ASSOCIATION}/{kid}"]
    return {"kind": "change_attestation", "fields": fields, "by": by, **more}


def test_a_draft_is_the_bytes_that_the_rules_read(book: Season, web: ASGIApp) -> None:
    answer = draft_of(web, season.ASSOCIATION, json.dumps(wanted()).encode())
    assert answer.status == 200, answer.text
    draft = parse_draft(answer.text.encode())
    assert draft.purpose == "change_attestation"
    assert json.loads(draft.unsigned.payload)["state"] == "suspended"
    assert len(draft.missing) == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (wanted(kind="register_actor"), 400),
        (wanted(by=[]), 400),
        (wanted(by=[f"{season.CONFIRMER}/x"]), 400),
        (wanted(by=[f"{season.ASSOCIATION}/unknown"]), 404),
        (wanted(more=1), 400),
        (wanted(fields={"state": "suspended"}), 400),
    ],
)
def test_a_draft_that_cannot_be_written_is_refused_with_its_code(
    web: ASGIApp, asked: object, status: int
) -> None:
    answer = draft_of(web, season.ASSOCIATION, json.dumps(asked).encode())
    assert answer.status == status, answer.text
    assert json.loads(answer.text)["words"]["vi"]


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 100_000, b"\xff", b"x" * 70_000])
def test_a_body_that_is_no_question_is_refused(web: ASGIApp, body: bytes) -> None:
    answer = draft_of(web, season.ASSOCIATION, body)
    assert answer.status == 400


def test_a_certificate_has_a_public_page_in_every_language(book: Season, web: ASGIApp) -> None:
    book.change("CN-01", "suspended", "2026-04-19", on("04-19"))
    for language in ("vi", "en", "zh", "ja", "fr", "id"):
        answer = get(web, f"/certificates/CN-01?lang={language}")
        assert answer.status == 200
        assert "CN-01" in answer.text
    page = get(web, "/certificates/CN-01?lang=en").text
    for told in ("Suspended", "20 bags", "What became of it"):
        assert told in page
    assert get(web, "/certificates/CN-99").status == 404
