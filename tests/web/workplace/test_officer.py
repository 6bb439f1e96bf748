"""What an office reads and takes home: pages, map, reports and files say what the ledger says."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO

import openpyxl
import pypdfium2  # type: ignore[import-untyped]
import pytest
from httpx import Client, Response

from ledger.commune_report import ALL, UNITS, SeasonReport, season_report
from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports.farm_accounts import read_accounts
from ledger.imports.tables import Table
from ledger.keyring import SampleKeyring
from ledger.log.possession import SESSION, prove_possession
from ledger.service import Ledger
from tests.drawn import serving
from tests.workplaces import demo_ledger
from web.words import COMMUNES
from web.workplace.officer import private
from web.workplace.officer.drawing import Place, draw_bullet, draw_map
from web.workplace.officer.sheet import write_xlsx, year_sheet
from web.workplace.pages import make_work
from web.workplace.words import WorkVoice

NOW = datetime(2026, 6, 30, 2, tzinfo=UTC)
DEPARTMENT, COMMUNE = "/workplace/so-nnmt/programme", "/workplace/ubnd-thanh-an/programme"


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with demo_ledger(tmp_path_factory.mktemp("office") / "book") as ledger:
        yield ledger


@pytest.fixture(scope="module")
def report(book: Ledger) -> SeasonReport:
    with book.reading() as view:
        return season_report(view, "DX-2026", "2026-06-30")


@pytest.fixture(scope="module")
def office(book: Ledger) -> Iterator[Client]:
    headers = {"accept-language": "vi"}
    served = serving(make_work(book, lambda: NOW))
    with served as address, Client(base_url=address, headers=headers) as client:
        yield client


def sign_in(client: Client, book: Ledger, actor: str) -> None:
    """Show who asks, with the published key of an organisation."""
    nonce = client.get("/workplace/session").json()["nonce"]
    key = SampleKeyring(PROGRAMME.origin).key(actor)
    proof = prove_possession(key, holder=actor, ledger=book.origin, nonce=nonce, typ=SESSION)
    body = {"actor": actor, "nonce": nonce, "proof": proof.decode()}
    assert client.post("/workplace/session", content=json.dumps(body)).status_code == 200


def test_the_workbook_of_all_communes_holds_every_figure_and_entry(
    office: Client, report: SeasonReport
) -> None:
    answer = office.get(f"{DEPARTMENT}/reports/2026/all.xlsx")
    assert 'filename="all-2026.xlsx"' in answer.headers["content-disposition"]
    book = openpyxl.load_workbook(BytesIO(answer.content))
    communes = [row.commune for row in report.rows if row.commune != ALL]
    assert book.sheetnames == [
        "Toàn thành phố",
        *(COMMUNES[code].vi for code in communes),
        "Các mục trong sổ",
    ]
    for name, code in zip(book.sheetnames, (ALL, *communes), strict=False):
        row = report.row(code)
        assert row is not None
        lines = list(book[name].iter_rows(min_row=6, values_only=True))
        assert len(lines) == len(UNITS)
        for line, (figure, unit) in zip(lines, UNITS.items(), strict=True):
            value = row.figures[figure].value
            assert line[1] == unit
            said = None if line[2] is None else Decimal(str(line[2]))
            assert said == (None if value is None else value.normalize()), (code, figure)
    told = set(book["Các mục trong sổ"].iter_rows(min_row=2, values_only=True))
    assert len(told) == sum(
        len(figure.entries) for row in report.rows for figure in row.figures.values()
    )


def test_the_paper_of_a_commune_can_be_read_and_searched(office: Client) -> None:
    answer = office.get(f"{COMMUNE}/reports/2026/31231.pdf")
    again = office.get(f"{COMMUNE}/reports/2026/31231.pdf")
    assert answer.content == again.content
    paper = pypdfium2.PdfDocument(answer.content)
    text = paper[0].get_textpage().get_text_range()
    assert "Báo cáo lúa phát thải thấp 2026: Xã Thạnh An" in text
    assert "154,35" in text
    assert "Diện tích được cấp nhãn phát thải thấp" in text
    assert "Tính đến ngày 30/06/2026" in text
    assert len(paper) == 1
    assert len(pypdfium2.PdfDocument(office.get(f"{DEPARTMENT}/reports/2026/all.pdf").content)) == 9


def test_the_map_file_has_every_commune_as_a_point_and_nothing_of_a_household(
    office: Client, report: SeasonReport
) -> None:
    answer = office.get(f"{DEPARTMENT}/communes.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    found = json.loads(answer.content)
    assert found["type"] == "FeatureCollection"
    assert {each["id"] for each in found["features"]} == COMMUNES.keys()
    assert {each["geometry"]["type"] for each in found["features"]} == {"Point"}
    for each in found["features"]:
        lon, lat = each["geometry"]["coordinates"]
        assert 105 < lon < 107  # longitude first
        assert 9 < lat < 11
    by_code = {each["id"]: each["properties"] for each in found["features"]}
    assert sum(each["granted_ha"] for each in by_code.values()) == pytest.approx(470.45)
    assert {
        code: by_code[code]["status"] for code in ("31231", "31246", "31255", "31258", "31135")
    } == {
        "31231": "certified",
        "31246": "partly_certified",
        "31255": "in_scheme",
        "31258": "coded",
        "31135": "none",
    }
    assert by_code["31264"]["active_ha"] == pytest.approx(149.36)
    assert b'"granted_ha":65.72,' in answer.content  # as it was stated, not as a binary float
    assert not [name for name in by_code["31231"] if "household" in name]


def test_every_number_on_the_map_leads_to_its_entries(office: Client, report: SeasonReport) -> None:
    page = office.get(DEPARTMENT).text
    row = report.row("31246")
    assert row is not None
    link = f"{DEPARTMENT}/behind?figure=marked_t&amp;commune=31246&amp;season=DX-2026"
    assert link in page
    behind = office.get(link.replace("&amp;", "&")).text
    for index in row.figures["marked_t"].entries:
        assert f'href="/entries/{index}"' in behind
    assert "31,758" in behind
    many = f"{DEPARTMENT}/behind?figure=co2e_reduction_pct&season=DX-2026"
    assert office.get(f"{many}&page=17").text.count('href="/entries/') == 72
    assert office.get(f"{many}&page=99999999").status_code == 200
    for odd in ("figure=nothing&season=DX-2026", "figure=marked_t&season=DX-1999", ""):
        refused = office.get(f"{DEPARTMENT}/behind?{odd}")
        assert refused.status_code == 404


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("q=THANH+QUOI", ["0003", "0011"]),
        ("q=xa%CC%83+Tha%CC%A3nh+An", ["0001", "0002"]),
        ("q=htx+dong+sen", ["0006", "0007"]),
        ("q=ctor-0009", ["0009"]),
        ("commune=31261&state=active", ["0004", "0005"]),
        ("state=suspended", []),
        ("q=ctor-0009&season=HT-2026", ["0009"]),
        ("due=never", []),
    ],
)
def test_areas_are_found(office: Client, query: str, codes: list[str]) -> None:
    page = office.get(f"{DEPARTMENT}/areas?{query}").text
    found = sorted(code for code in (f"{n:04}" for n in range(1, 15)) if f"VN-CTOR-{code}<" in page)
    assert found == codes


def test_an_outline_is_measured_on_the_ellipsoid_and_spelled_once(office: Client) -> None:
    file = json.loads((SEASON_FOLDER / "planting_areas.geojson").read_text(encoding="utf-8"))
    feature = file["features"][0]
    one = {"type": "FeatureCollection", "features": [feature]}
    answers = [
        office.post(f"{COMMUNE}/outline", content=json.dumps(each)).json()
        for each in (one, feature, feature["geometry"])
    ]
    assert answers[0] == answers[1] == answers[2]
    assert answers[0]["area_m2"] == pytest.approx(960_800, rel=0.02)  # as its paper says
    square = {
        "type": "Polygon",
        "coordinates": [[[0, 0], [0, 0.01], [0.01, 0.01], [0.01, 0], [0, 0]]],
    }
    measured = office.post(f"{COMMUNE}/outline", content=json.dumps(square)).json()["area_m2"]
    assert measured == pytest.approx(1_113.195 * 1_105.743, rel=1e-4)  # degrees at the equator
    assert json.loads(answers[0]["outline"])[0][0][0] == ["105.263955", "10.218985"]
    bow = {
        "type": "Polygon",
        "coordinates": [[[105, 10], [106, 11], [106, 10], [105, 11], [105, 10]]],
    }
    nonsense: tuple[object, ...] = (
        *(file, bow, {"type": "Point", "coordinates": [105, 10]}, [], "x", {}),
    )
    for odd in nonsense:
        refused = office.post(f"{COMMUNE}/outline", content=json.dumps(odd))
        assert refused.status_code == 400, odd
        assert refused.json()["code"] == "outline_unreadable"
    assert office.post(f"{COMMUNE}/outline", content=b"\xff{").status_code == 400
    large = office.post(f"{COMMUNE}/outline", content=b" " * 2_000_001)
    assert large.json()["code"] == "outline_large"


def test_private_sums_are_read_by_who_signed_in_and_has_jurisdiction(
    office: Client, book: Ledger
) -> None:
    path = f"{DEPARTMENT}/prices"
    assert office.get(path).status_code == 403
    for actor in ("ubnd-thanh-an", "htx-bo-tre"):
        sign_in(office, book, actor)
        refused = office.get(path)
        assert refused.status_code == 403
        assert "data-sign-in" in refused.text
    sign_in(office, book, "so-nnmt")
    shown = office.get(path)
    assert shown.status_code == 200
    assert shown.text.count("Ít hơn 5") == 21  # four sellers: every cell, and all together
    sign_in(office, book, "ubnd-thanh-an")
    own = office.get(f"{COMMUNE}/prices").text
    assert own.count("Ít hơn 5") == 3
    assert "Toàn thành phố" not in own
    sign_in(office, book, "hiep-hoi-gao-xanh")
    owner = office.get("/workplace/hiep-hoi-gao-xanh/programme/prices")
    assert owner.status_code == 403
    assert office.delete("/workplace/session").status_code == 204


def test_accounts_are_added_up_and_not_kept(office: Client, book: Ledger) -> None:
    head = (
        "Mã hộ;Mã vùng trồng;Vụ;Diện tích (ha);Vật tư, dịch vụ mua ngoài (đồng);"
        "Tổng chi phí (đồng);Thu từ lúa (đồng)"
    )
    lines = [f"H{n};VN-CTOR-0001;DX-2026;1;20000000;25000000;45000000" for n in range(6)]
    data = "\n".join((head, *lines, "H9;VN-CTOR-0099;DX-2026;1;1;1;1", "x;y")).encode()
    with book.reading() as view:
        before = view.head().size, len(view.disclosures("household"))
    answer = office.post(f"{DEPARTMENT}/accounts/sums", content=data)
    with book.reading() as view:
        assert (view.head().size, len(view.disclosures("household"))) == before
    assert answer.status_code == 200
    assert "25.000.000" in answer.text  # value added, a hectare
    assert "80" in answer.text  # profit on cost
    assert "H1" not in answer.text
    refused = office.post(f"{DEPARTMENT}/accounts/sums", content=b"\x00")
    assert (refused.status_code, refused.headers["content-type"]) == (
        400,
        "application/problem+json",
    )


ACCOUNTS = (
    "Mã hộ;Mã vùng trồng;Vụ;Diện tích (ha);Vật tư, dịch vụ mua ngoài (đồng);"
    "Tổng chi phí (đồng);Thu từ lúa (đồng)\n"
)


def test_a_file_of_more_seasons_than_anybody_asks_about_is_refused(office: Client) -> None:
    def sent(seasons: int) -> Response:
        lines = (f"H{n};VN-CTOR-0001;v{n};1;1;1;1\n" for n in range(seasons))
        return office.post(f"{DEPARTMENT}/accounts/sums", content=(ACCOUNTS + "".join(lines)))

    assert sent(30).status_code == 200
    assert sent(31).json()["code"] == "accounts_seasons"


def test_others_are_answered_while_a_file_of_accounts_is_read(
    office: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()
    in_time: list[bool] = []

    def slowly(content: bytes) -> Table:
        in_time.append(answered.wait(5))
        return read_accounts(content)

    monkeypatch.setattr(private, "read_accounts", slowly)
    with ThreadPoolExecutor(1) as pool:
        path = f"{DEPARTMENT}/accounts/sums"
        sums = pool.submit(office.post, path, content=ACCOUNTS.encode(), timeout=20)
        while not in_time and not sums.done():
            assert office.get("/workplace/session").status_code == 200
            answered.set()
        sums.result()
    assert in_time == [True]


@pytest.mark.parametrize(
    "drawn",
    [
        b'{"type":{}}',
        b'{"type":[],"coordinates":[]}',
        b'{"type":"Feature","properties":{},"geometry":{"type":{},"coordinates":[]}}',
        b'{"type":"Feature","properties":{},"geometry":{"type":[1],"coordinates":[[]]}}',
    ],
)
def test_an_outline_of_no_kind_is_refused_in_words(office: Client, drawn: bytes) -> None:
    answer = office.post(f"{DEPARTMENT}/outline", content=drawn)
    assert (answer.status_code, answer.json()["code"]) == (400, "outline_unreadable")


def test_pages_are_for_offices_and_for_what_there_is(office: Client) -> None:
    assert office.get("/workplace/htx-bo-tre/programme").status_code == 404
    assert office.get("/workplace/nobody/programme/areas").status_code == 404
    for path in (
        *("areas/VN-CTOR-9999", "reports/1999/all", "reports/2026/99999", "reports/2026/all.doc"),
        "reports/2026/31231/x",
    ):
        assert office.get(f"{DEPARTMENT}/{path}").status_code == 404, path
    for query in ("season=x", "season=%00", "commune=%F0%9F%8C%BE", "page=-1", "lang=xx"):
        for page in ("", "/areas", "/targets"):
            assert office.get(f"{DEPARTMENT}{page}?{query}").status_code == 200


def test_circles_are_as_large_as_land_and_names_do_not_meet() -> None:
    codes = [*COMMUNES][:40]
    places = [
        Place(code, COMMUNES[code].vi, Decimal(10 * (n + 1)), Decimal(100 if n % 2 else 25))
        for n, code in enumerate(codes)
    ]
    drawn = draw_map(places)
    assert len(drawn.circles) == 40
    radii = {circle.place.commune: circle.r for circle in drawn.circles}
    assert radii[codes[39]] ** 2 / radii[codes[9]] ** 2 == pytest.approx(4, rel=0.02)
    for one in drawn.circles:
        assert 0 <= one.x <= drawn.width
        assert 0 <= one.y <= drawn.height
        assert bool(one.wedge) == bool(one.place.share_pct)
    assert draw_map([]).circles == ()


def test_what_begins_like_a_formula_is_text_in_a_workbook(report: SeasonReport) -> None:
    voice = WorkVoice("vi")
    made = year_sheet(voice, 2026, [report], "31231")
    book = openpyxl.load_workbook(BytesIO(write_xlsx(voice, [made], "=1+1")))
    assert book["Xã Thạnh An"]["A2"].data_type == "s"
    assert str(book["Xã Thạnh An"]["A2"].value).startswith("=1+1")


def test_a_bullet_reaches_its_goal_where_the_goal_is() -> None:
    bar = draw_bullet(Decimal(50), {"2025": Decimal(50), "2030": Decimal(100)})
    assert bar.length == bar.goals["2025"]
    assert bar.goals["2030"] == pytest.approx(2 * bar.length, abs=0.2)
    assert bar.goals["2030"] < bar.width
    assert draw_bullet(Decimal(-3), {}).length == 0
    assert draw_bullet(None, {"2025": Decimal(0)}).goals == {"2025": 0}
