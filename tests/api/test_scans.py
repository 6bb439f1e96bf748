from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from api.main import create_app
from ledger.proof.rules import HEADLINES
from ledger.rice.labels import check_character
from ledger.scans.scan_log import SCANS
from ledger.scans.scans import Scans
from ledger.scans.settings import ScanSettings
from ledger.service import Ledger
from tests.api.conftest import serving
from tests.api.one_bag import LOT, PACKED, SERIAL
from tests.small_season import Clock
from web.pages import make_pages
from web.scan_watch import watched

SETTINGS = ScanSettings(
    devices=3, places=2, address_header="x-forwarded-for", place_header="x-place"
)
PAGE = f"/01/{PACKED}/10/P1/21/{SERIAL}"
NOTE = f"/scans/{PACKED}/P1/{SERIAL}"
BUNDLE = f"/bundles/{PACKED}/P1/{SERIAL}"
_BODY = "0002" + SERIAL[4:-1]
UNKNOWN = f"/scans/{PACKED}/P1/{_BODY}{check_character(_BODY)}"


@pytest.fixture
def scans(small_ledger: Ledger, clock: Clock) -> Iterator[Scans]:
    made = Scans(small_ledger.folder, SETTINGS, clock)
    yield made
    made.close()


@pytest.fixture
def client(small_ledger: Ledger, clock: Clock, scans: Scans) -> Iterator[httpx.Client]:
    pages = watched(make_pages(small_ledger), scans)
    with serving(create_app(small_ledger, pages=pages, scans=scans, clock=clock)) as client:
        yield client


def crowd(client: httpx.Client, scans: Scans) -> None:
    for phone, place in enumerate(("VN-CT", "VN-SG", "VN-CT")):
        headers = {
            "user-agent": "Mozilla/5.0",
            "accept": "text/html",
            "x-forwarded-for": f"203.0.113.{phone}",
            "x-place": place,
        }
        assert client.get(PAGE, headers=headers).status_code == 200
    scans.flush()


def test_a_note_stands_beside_the_verdict(client: httpx.Client, scans: Scans) -> None:
    before = client.get(NOTE).json()
    assert before["note"] is None
    assert before["is_counted"]
    crowd(client, scans)
    after = client.get(NOTE).json()
    assert after["headline"] == before["headline"]
    assert after["headline"] in HEADLINES
    note = after["note"]
    assert (note["code"], note["devices"], note["places"], note["since"]) == (
        "seen_in_places",
        3,
        ["VN-CT", "VN-SG"],
        "2026-03-10",
    )
    assert note["title"]["en"] == "Seen in several places"
    assert note["words"]["en"] == "Seen on 3 devices in 2 provinces since 10 Mar"
    assert note["words"]["vi"] == "Đã quét trên 3 thiết bị ở 2 tỉnh, thành từ 10/03"


def test_the_evidence_and_the_verdict_know_nothing_of_scans(
    client: httpx.Client, scans: Scans, small_ledger: Ledger
) -> None:
    before = client.get(BUNDLE).json()
    verdict = small_ledger.judge(PACKED, "P1", SERIAL)
    asked = {one.rule: one.result for one in verdict.findings}
    crowd(client, scans)
    assert client.get(BUNDLE).json().keys() == before.keys()
    again = small_ledger.judge(PACKED, "P1", SERIAL)
    assert again.headline == verdict.headline
    assert {one.rule: one.result for one in again.findings} == asked
    assert "seen_in_places" not in client.get(BUNDLE).text
    assert (small_ledger.folder / SCANS).exists()


def test_programs_guess_no_codes_either(client: httpx.Client) -> None:
    answers = [client.get(UNKNOWN).status_code for _ in range(21)]
    assert answers == [404] * 20 + [429]
    busy = client.get(BUNDLE)
    assert busy.status_code == 429
    assert 1 <= int(busy.headers["retry-after"]) <= 3
    assert busy.json()["code"] == "too_many_scans"
    assert client.get(BUNDLE, headers={"x-forwarded-for": "198.51.100.1"}).status_code == 200
    assert client.get("/checkpoint").status_code == 200


def test_a_ledger_without_scans_says_so(small_ledger: Ledger, clock: Clock) -> None:
    with serving(create_app(small_ledger, clock=clock)) as client:
        told = client.get(NOTE).json()
        assert (told["is_counted"], told["note"]) == (False, None)
        assert [client.get(UNKNOWN).status_code for _ in range(30)] == [404] * 30


def test_a_lot_is_named_in_the_file_as_in_the_ledger(client: httpx.Client, scans: Scans) -> None:
    crowd(client, scans)
    assert scans._log is not None
    assert len(scans._log.of(LOT, 42)) == 3


def test_nobody_has_the_files_of_lots_made_as_fast_as_they_can_ask(client: httpx.Client) -> None:
    for lot, answered, allowed in (("P1", 200, 60), ("P9", 404, 20)):
        path = f"/lots/{PACKED}/{lot}/lotfile"
        told = [client.get(path).status_code for _ in range(3 * allowed)]
        assert set(told[:allowed]) == {answered}
        assert set(told[allowed:]) <= {answered, 429}
        assert 429 in told
