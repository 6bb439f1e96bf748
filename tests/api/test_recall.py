"""A recall over HTTP: said at the one door, then on every bag's page with the next checkpoint."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from api.main import create_app
from ledger.rice import acts
from ledger.rice.labels import label_at
from ledger.rice.scopes import read_scope
from ledger.service import Ledger
from tests.api import one_bag
from tests.api.conftest import serving
from tests.small_season import Clock, sealed, words
from web.pages import make_pages

RECALLED = {"vi": "Sản phẩm bị thu hồi", "en": "Recalled - do not use or sell"}
ISSUED = {"vi": "Có hồ sơ, chưa chứng nhận", "en": "Issued, not certified"}


@pytest.fixture
def client(small_ledger: Ledger, clock: Clock) -> Iterator[httpx.Client]:
    app = create_app(small_ledger, pages=make_pages(small_ledger), clock=clock)
    with serving(app) as client:
        yield client


def recall(lots: tuple[str, ...], *ranges: acts.BagRange, scope: str) -> bytes:
    act = acts.Recall(
        lots=lots,
        reason=acts.LocalText(vi="Dư lượng thuốc", en="Pesticide residue"),
        contact="0292 000 000",
        scope=read_scope(scope),
        bag_ranges=ranges,
    )
    return sealed(act, one_bag.MILL)


def send(client: httpx.Client, data: bytes) -> int:
    answer = client.post("/entries", content=data, headers={"content-type": "application/jose"})
    assert answer.status_code == 201, answer.text
    index: int = answer.json()["index"]
    return index


def page(client: httpx.Client, number: int, language: str) -> str:
    serial = label_at(one_bag.BATCH, one_bag.SECRET, number).serial
    path = f"/01/{one_bag.PACKED}/10/P1/21/{serial}"
    answer = client.get(path, params={"lang": language}, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def test_the_page_says_recalled_as_soon_as_the_log_has_signed_it(
    client: httpx.Client, small_ledger: Ledger
) -> None:
    scope = "area:VN-CTO-0001/DX-2026"
    listed = client.get("/trace", params={"scope": scope}).json()
    lots = tuple(row["lot"] for row in listed["lots"])
    assert one_bag.LOT in lots
    index = send(client, recall(lots, scope=scope))
    for language, headline in ISSUED.items():
        assert f"<h1>{headline}</h1>" in page(client, 42, language), "no checkpoint covers it yet"
    small_ledger.publish()
    for language, headline in RECALLED.items():
        told = page(client, 42, language)
        assert f"<h1>{headline}</h1>" in told
        assert {"vi": "Dư lượng thuốc", "en": "Pesticide residue"}[language] in told
        assert "0292 000 000" in told
    shown = client.get(f"/recall/{index}", params={"lang": "en"})
    assert "Pesticide residue" in shown.text
    assert "VN-CTO-0001" in shown.text


def test_a_recall_by_number_leaves_the_other_bags_as_they_were(
    client: httpx.Client, small_ledger: Ledger
) -> None:
    some = acts.BagRange(batch="P1", first=40, last=49)
    send(client, recall((one_bag.LOT,), some, scope="labels:P1"))
    small_ledger.publish()
    for number in (40, 42, 49):
        told = page(client, number, "en")
        assert RECALLED["en"] in told
        assert "40 \u2013 49" in told
    for number in (1, 39, 50, 100):
        assert f"<h1>{ISSUED['en']}</h1>" in page(client, number, "en")


def test_a_hold_by_scope_shows_and_ends(client: httpx.Client, small_ledger: Ledger) -> None:
    lots = (one_bag.SILO, one_bag.LOT)
    scope = read_scope(f"lot:{one_bag.SILO}")
    held = sealed(acts.Hold(lots=lots, reason=words("Chờ"), scope=scope), one_bag.MILL)
    index = send(client, held)
    small_ledger.publish()
    assert "<h1>Tạm giữ</h1>" in page(client, 42, "vi")
    cleared = acts.ClearHold(lots=lots, hold_index=index, reason=words("Đạt"))
    send(client, sealed(cleared, one_bag.MILL))
    small_ledger.publish()
    assert f"<h1>{ISSUED['vi']}</h1>" in page(client, 42, "vi")


def test_a_trace_begins_with_anything_that_has_a_name(client: httpx.Client) -> None:
    forward = client.get("/trace", params={"scope": "area:VN-CTO-0001"}).json()
    assert forward["direction"] == "forward"
    assert [row["batch"] for row in forward["labels"]] == ["P1"]
    back = client.get("/trace", params={"scope": "labels:P1", "direction": "back"}).json()
    assert [row["area"] for row in back["areas"]] == ["VN-CTO-0001"]
    cut = client.get("/trace", params={"scope": "area:VN-CTO-0001", "limit": "1"}).json()
    assert (len(cut["links"]), cut["is_whole"]) == (1, False)
    for scope, status, code in (
        ("area:VN-CTO-0009", 404, "nothing_named"),
        ("farm:1", 400, "scope_unreadable"),
    ):
        answer = client.get("/trace", params={"scope": scope})
        assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_lot_says_who_lost_its_claim(client: httpx.Client) -> None:
    assert client.get(f"/lots/{one_bag.PACKED}/P1").json()["claims_lost"] == []
