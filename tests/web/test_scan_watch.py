from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from ledger.proof.rules import HEADLINES
from ledger.rice.labels import check_character
from ledger.scans.scan_log import SCANS
from ledger.scans.scans import Scans
from ledger.scans.settings import ScanSettings
from tests.certified_season import Season
from tests.conversation import Answer, ask
from tests.verdicts import BAG, LOT, PATH, SERIAL, UNKNOWN_SERIAL, Bench
from tests.web import resolved
from web.pages import make_pages
from web.scan_watch import watched

PHONE = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 Mobile"
SETTINGS = ScanSettings(
    devices=4,
    places=3,
    address_header="x-forwarded-for",
    place_header="x-place",
    staff_tokens=(sha256(b"kho-12").hexdigest(),),
)
PLACES = ("VN-CT", "VN-SG", "VN-HN", "VN-DN")
UNKNOWN = PATH.replace(SERIAL, UNKNOWN_SERIAL)
LINE = "Seen on 4 devices in 4 provinces since 3 May"


class Clock:
    now = datetime(2026, 5, 3, 8, 15, 27, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


class Street:
    """People on a street who scan bags of one ledger."""

    def __init__(self, folder: Path, settings: ScanSettings = SETTINGS) -> None:
        self.clock = Clock()
        self.scans = Scans(folder, settings, self.clock)
        self.bench = Bench()
        self.app: ASGIApp = watched(make_pages(self.bench), self.scans)

    def scan(self, phone: int, place: str = "", path: str = PATH, **headers: str) -> Answer:
        told = {
            "user_agent": PHONE,
            "x_forwarded_for": f"203.0.113.{phone}",
            "x_place": place,
            "accept": "text/html",
            "accept_language": "en",
        }
        method = headers.pop("method", "GET")
        answer = ask(self.app, path, method, **(told | headers))
        self.scans.flush()
        return answer

    def crowd(self) -> Answer:
        """Return what the fifth phone sees after four in four places."""
        for phone, place in enumerate(PLACES):
            self.scan(phone, place)
        return self.scan(0, PLACES[0])


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    made = Street(tmp_path)
    yield made
    made.scans.close()


def test_a_bag_seen_in_many_places_says_so_and_why(street: Street) -> None:
    text = street.crowd().text
    assert LINE in text
    assert "One bag is in one place: its label may have been copied" in text
    assert text.index("The packer states") < text.index(LINE) < text.index("Where it grew")
    vietnamese = street.scan(0, PLACES[0], accept_language="vi").text
    assert "Đã quét trên 4 thiết bị ở 4 tỉnh, thành từ 03/05" in vietnamese
    assert "Hãy so bao với trang này" in vietnamese


def test_a_few_scans_are_nobody_elses_business(street: Street) -> None:
    for _ in range(20):
        assert "data-note" not in street.scan(1, "VN-CT").text
    for phone in range(3):
        assert "data-note" not in street.scan(phone, "VN-CT").text


@pytest.mark.parametrize("code", [code for code in HEADLINES if code != "unknown_code"])
def test_the_line_stands_beside_every_verdict_and_changes_none(street: Street, code: str) -> None:
    street.bench = Bench(code)
    street.app = watched(make_pages(street.bench), street.scans)
    text = street.crowd().text
    assert f'data-headline="{code}"' in text
    verdict = street.bench.judge(BAG.gtin, LOT, SERIAL)
    assert (LINE in text) == (verdict.bag is not None and code != "mistyped")


@pytest.mark.parametrize(
    "headers",
    [
        {"user_agent": "facebookexternalhit/1.1"},
        {"method": "HEAD"},
        {"sec_purpose": "prefetch"},
        {"cookie": "staff=kho-12"},
        {"sec_gpc": "1"},
    ],
)
def test_who_is_no_buyer_is_not_counted(street: Street, headers: dict[str, str]) -> None:
    for phone, place in enumerate(PLACES):
        street.scan(phone, place, **headers)
    assert "data-note" not in street.scan(0, PLACES[0]).text


def test_the_page_says_what_is_kept_unless_nothing_is(street: Street, tmp_path: Path) -> None:
    assert "deleted after 90 days" in street.scan(1).text
    street.scans.close()
    quiet = Street(tmp_path, ScanSettings(counting=False))
    assert not list(tmp_path.iterdir()), "what was counted is deleted"
    text = quiet.crowd().text
    assert "Opening this page is counted" not in text
    assert "data-note" not in text
    assert not list(tmp_path.iterdir())


def test_a_page_sets_no_cookie(street: Street) -> None:
    assert "set-cookie" not in street.crowd().headers


def test_the_line_goes_when_its_days_are_over(street: Street) -> None:
    assert LINE in street.crowd().text
    street.clock.now += timedelta(days=30)
    assert "data-note" not in street.scan(0, PLACES[0]).text


def test_a_broken_file_of_scans_breaks_no_page(tmp_path: Path) -> None:
    (tmp_path / SCANS).write_bytes(b"no database" * 500)
    street = Street(tmp_path)
    answer = street.crowd()
    assert answer.status == 200
    assert "Record verified" in answer.text
    street.scans.close()


def test_the_file_holds_no_address_no_agent_and_no_hour(tmp_path: Path) -> None:
    street = Street(tmp_path)
    street.crowd()
    street.scan(0, "10.0452,105.7469")
    street.scans.close()
    data = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"VN-CT" in data
    for told in ("203.0.113", "Mozilla", "Android", "SM-A155F", "08:15", "15:15", ":27", SERIAL):
        assert told.encode() not in data, told
    assert int(street.clock.now.timestamp()).to_bytes(4, "big") not in data
    assert street.scans._tokens._salt not in data


def test_guessing_is_refused_in_words_and_others_are_not(street: Street) -> None:
    answers = [street.scan(9, path=UNKNOWN).status for _ in range(21)]
    assert answers == [404] * 20 + [429]
    busy = street.scan(9, path=f"/check?code={SERIAL}")
    assert busy.status == 429
    assert int(busy.headers["retry-after"]) in range(1, 4)
    assert "One moment please" in busy.text
    assert "It says nothing about the bag" in busy.text
    assert "content-security-policy" in busy.headers
    program = street.scan(9, path=UNKNOWN, accept="application/json")
    assert program.status == 429
    assert '"too_many_scans"' in program.text
    assert int(program.headers["retry-after"]) in range(1, 4)
    assert "Xin chờ một lát" in street.scan(9, accept_language="vi").text
    assert street.scan(9, cookie="staff=kho-12").status == 200
    assert street.scan(8).status == 200
    assert street.scan(9, path="/").status == 200


@pytest.mark.parametrize("accept", ["*/*", "application/linkset+json"])
def test_guessing_is_refused_also_where_the_lot_is_answered_for(
    tmp_path: Path, accept: str
) -> None:
    book = Season(tmp_path / "book")
    scans = Scans(tmp_path, SETTINGS, book.ledger._clock)
    app = watched(make_pages(book.ledger), scans)
    guess = resolved.BAG.replace(resolved.SERIAL, UNKNOWN_SERIAL)
    known = [ask(app, resolved.BAG, accept=accept).status for _ in range(25)]
    guessed = [ask(app, guess, accept=accept).status for _ in range(21)]
    assert len(set(known)) == len(set(guessed[:20])) == 1
    assert guessed[20] == 429
    scans.close()
    book.ledger.close()


@pytest.mark.parametrize("path", ["/01/09521234000303/21/21", "/x/21/21", f"{PATH}/21"])
def test_a_path_that_ends_in_the_key_of_serials_is_answered(street: Street, path: str) -> None:
    assert street.scan(1, path=path).status in {400, 404}


def test_a_warehouse_scans_a_hundred_bags_through_one_address(street: Street) -> None:
    verdict = street.bench.judge(BAG.gtin, LOT, SERIAL)
    street.bench.judge = lambda *_: verdict  # type: ignore[method-assign]
    bodies = [f"00CV7K3MZQ0W{number:03}" for number in range(100)]
    paths = [PATH.replace(SERIAL, body + check_character(body)) for body in bodies]
    assert {street.scan(9, path=path).status for path in paths} == {200}


def test_a_device_of_staff_is_known_by_a_cookie_it_fetched(street: Street) -> None:
    answer = street.scan(1, path="/staff?token=kho-12", x_forwarded_proto="https")
    assert answer.status == 200
    assert "This device is no longer counted" in answer.text
    cookie = answer.headers["set-cookie"].lower()
    for part in ("staff=kho-12", "httponly", "samesite=strict", "secure", "path=/"):
        assert part in cookie
    refused = street.scan(1, path="/staff?token=kho-13")
    assert refused.status == 404
    assert "set-cookie" not in refused.headers
    guesses = [street.scan(2, path="/staff?token=a").status for _ in range(21)]
    assert guesses[-1] == 429


def test_pages_that_nobody_watches_show_no_line() -> None:
    text = ask(make_pages(Bench()), PATH, accept="text/html").text
    assert "data-note" not in text
    assert "được đếm" not in text
