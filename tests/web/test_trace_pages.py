"""The pages that follow rice, asked of a ledger in which a season was told."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from urllib.parse import quote

import pytest
from openpyxl import load_workbook
from starlette.types import ASGIApp

from ledger.rice import acts
from ledger.rice.scopes import read_scope
from tests.conversation import browse
from tests.kept import kept
from tests.tables import play, sscc
from tests.test_tracing import NUMBER, STORY
from tests.web.test_pages import _Tags
from tests.world import lot, season, words
from web.pages import make_pages

LOT = "/01/09521234000303/10/P1"
"""The page of the lot."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    world = season()
    play(world, STORY)
    ledger = kept(world, tmp_path_factory.mktemp("paged") / "book")
    range_ = acts.BagRange(batch="N1", first=5, last=9)
    recall = acts.Recall(
        lots=(lot("P1"),),
        reason=acts.LocalText(vi="Dư lượng", en="Residue <b>"),
        contact="1900 0000",
        scope=read_scope("labels:N1"),
        bag_ranges=(range_,),
    )
    hold = acts.Hold(lots=(lot("H1"),), reason=words("kiểm tra"), scope=read_scope("area:A001"))
    ledger.append([world.sign("xa", recall), world.sign("xa", hold)], together=True)
    yield make_pages(ledger)
    ledger.close()


@pytest.mark.parametrize(
    ("target", "status", "said"),
    [
        ("/affected", 200, ["Trace rice", 'name="name"']),
        (
            "/affected?scope=area:A001/DX-2026",
            200,
            [NUMBER, "mua", "JP", "1.9\u00a0kg"],
        ),
        ("/affected?kind=area&name=A001", 200, ["Affected list"]),
        (f"/affected?scope={quote('input:Tilt Super 300EC')}", 200, ["Affected list", "P1"]),
        (f"/affected?scope=pallet:{sscc('1')[-18:]}", 200, ["(00)", "N1"]),
        ("/affected?scope=labels:N1&back=1", 200, ["Where it came from", "Spraying: Tilt Super®"]),
        ("/affected?scope=area:A009", 404, ["This ledger has nothing called area:A009"]),
        ("/affected?scope=%00", 400, ["names nothing that can be traced"]),
        ("/affected?scope=<script>", 400, ["&lt;script&gt;"]),
        ("/affected.pdf?scope=area:A001", 404, ["There is no such page"]),
        ("/affected.csv?scope=area:A009", 404, ["This ledger has nothing"]),
        ("/affected.csv", 400, ["names nothing that can be traced"]),
        (
            "/recall/52",
            200,
            ["Recall notice", "Residue &lt;b&gt;", "5 \u2013 9", "1900 0000"],
        ),
        ("/recall/53", 200, ["Notice of a hold", "on hold"]),
        ("/recall/1", 404, ["This record recalls nothing"]),
        ("/recall/x", 404, ["There is no such page"]),
        ("/recall/052", 404, ["There is no such page"]),
        (f"/recall/{'9' * 30}", 404, ["There is no such page"]),
        (LOT, 200, ["Lot 09521234000303/P1", "1,000 bags", "Recall notice", "5 \u2013 9", "A002"]),
        (LOT, 200, ['href="/lots/09521234000303/P1/lotfile"', "Save the lot file"]),
        ("/01/09521234000303/10/P%31", 301, []),
        ("/01/09521234000303/10/P9", 404, ["Nothing is on record under this link"]),
        ("/01/09521234000303", 200, ["5\u00a0kg", "some bags recalled", "P1"]),
        ("/01/09521234000204", 200, ["Head rice", "on hold"]),
        ("/01/09521234009993", 404, ["Nothing is on record under this link"]),
    ],
)
def test_every_address_has_its_answer(
    app: ASGIApp, target: str, status: int, said: list[str]
) -> None:
    answer = browse(app, f"{target}{'&' if '?' in target else '?'}lang=en")
    assert answer.status == status
    for words_ in said:
        assert words_ in answer.text, words_
    if status != 301:
        assert "Vary" in answer.headers


@pytest.mark.parametrize("target", ["/affected?scope=area:A001", "/recall/52", LOT, "/affected"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_is_whole_and_its_headings_go_down_one_by_one(
    app: ASGIApp, target: str, language: str
) -> None:
    answer = browse(app, f"{target}{'&' if '?' in target else '?'}lang={language}")
    page = _Tags(answer.text)
    assert page.open == []
    levels = [int(tag[1]) for tag, _ in page.tags if tag in {"h1", "h2", "h3"}]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [one for tag, one in page.tags if tag in {"table", "nav"}]
    assert all("aria-label" in one or "aria-labelledby" in one for one in named)


def test_the_list_can_be_taken_along(app: ASGIApp) -> None:
    listed = browse(app, "/affected.csv?scope=area:A001&lang=vi")
    assert listed.headers["content-type"] == "text/csv; charset=utf-8"
    assert listed.headers["content-disposition"] == 'attachment; filename="affected.csv"'
    assert listed.text.startswith("\ufeffLoại,Tên,")
    assert listed.text.count(NUMBER) >= 2
    back = browse(app, "/affected.csv?scope=labels:N1&back=1&lang=en")
    assert "spraying Tilt Super® 300EC" in back.text


def test_the_workbook_opens(app: ASGIApp) -> None:
    raw: list[bytes] = []

    async def through(scope: object, receive: object, send: object) -> None:
        async def keep(message: dict[str, object]) -> None:
            if message["type"] == "http.response.body":
                raw.append(message["body"])  # type: ignore[arg-type]
                message = {**message, "body": b""}
            await send(message)  # type: ignore[operator]

        await app(scope, receive, keep)  # type: ignore[arg-type]

    assert browse(through, "/affected.xlsx?scope=area:A001&lang=en").status == 200
    sheet = load_workbook(BytesIO(b"".join(raw))).active
    assert sheet is not None
    assert sheet["A1"].value == "What"
