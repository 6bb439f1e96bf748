"""Office files over HTTP: a report for what can be read, a plain refusal for everything else."""

from __future__ import annotations

import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import httpx
import openpyxl
import pytest

from ledger.service import Ledger
from tests.drawn import serving
from tests.office_tools import COOPERATIVE, SEASON, SLIPS, before_slips
from web.site import make_site
from web.workplace.imports import BODY_LENGTH_MAX, TEMPLATES, UNPACKED_LENGTH_MAX

PATH = f"/workplace/{COOPERATIVE}/imports"


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with before_slips(Path(tmp_path_factory.mktemp("desk")) / "ledger") as made:
        yield made


@pytest.fixture(scope="module")
def client(ledger: Ledger) -> Iterator[httpx.Client]:
    with (
        serving(make_site(ledger)) as address,
        httpx.Client(base_url=address, timeout=60, headers={"Accept-Language": "en"}) as made,
    ):
        yield made


def send(client: httpx.Client, name: str, content: bytes, **more: object) -> httpx.Response:
    body = {"name": name, "season": SEASON, "file": b64encode(content).decode(), **more}
    return client.post(PATH, content=json.dumps(body).encode())


def workbook(*lines: list[str]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.active.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bomb() -> bytes:
    """Return a small workbook whose sheet unpacks into more than anybody reads."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (UNPACKED_LENGTH_MAX + 1))
    return out.getvalue()


def lying_bomb() -> bytes:
    """Return a workbook that says it unpacks into little, and does not."""
    with zipfile.ZipFile(io.BytesIO(workbook(["GTIN", "Tên hàng"]))) as known:
        members = {name: known.read(name) for name in known.namelist()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data + b" " * 5_000_000 if "sheet1" in name else data)
    packed = out.getvalue()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        length = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    return packed.replace(length.to_bytes(4, "little"), (10).to_bytes(4, "little"))


def test_a_file_is_reported_row_by_row_and_nothing_of_it_is_kept(
    ledger: Ledger, client: httpx.Client
) -> None:
    before = ledger.size
    answer = send(client, "weigh_tickets.csv", SLIPS.read_bytes())
    assert answer.status_code == 200
    assert "VN-CTOR-0191 is not registered" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert ledger.size == before


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bomb(), "import_bundle_large"),
        (lying_bomb(), "import_unreadable"),
        (b"PK\x03\x04" + b"\0" * 40, "import_unreadable"),
        (SLIPS.read_bytes().replace(b"PC26-0001", b"PC26\x00001"), "import_unreadable"),
        (SLIPS.read_bytes() + b"x" * 7_000_000, "import_unreadable"),
        (b"\xff\xfe\x00\x00", "import_unreadable"),
        (b"", "import_heading_missing"),
    ],
)
def test_hostile_files_get_a_plain_refusal(client: httpx.Client, content: bytes, code: str) -> None:
    answer = send(client, "weigh_tickets.csv", content)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code
    assert answer.json()["detail"]


def test_what_is_too_long_is_refused_before_it_is_read(client: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(BODY_LENGTH_MAX // 1_000_000 + 2):
            yield b" " * 1_000_000

    answer = client.post(PATH, content=endless())
    assert (answer.status_code, answer.json()["code"]) == (400, "oversized")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "form_unread"),
        (b"\xff", "form_unread"),
        (b"[" * 100_000, "form_unread"),
        (b'{"name":"a.csv","season":"DX-2026","file":"%%"}', "form_unread"),
        (b'{"name":"a.csv","season":"DX-2026","file":"","also":1}', "form_unread"),
        (b'{"name":"a.txt","season":"DX-2026","file":""}', "import_kind_unknown"),
    ],
)
def test_what_no_page_sends_is_refused(client: httpx.Client, body: bytes, code: str) -> None:
    answer = client.post(PATH, content=body)
    assert 400 <= answer.status_code < 500
    assert answer.json()["code"] == code


def test_a_season_that_is_none_is_refused(client: httpx.Client) -> None:
    answer = send(
        client, "weigh_tickets.csv", SLIPS.read_bytes(), season="DX-\uff12\uff10\uff12\uff16"
    )
    assert answer.json()["code"] == "import_season_unread"


def test_what_stands_in_a_cell_is_text_on_the_page(client: httpx.Client) -> None:
    evil = SLIPS.read_bytes().replace(b",24.5,", b',"<script>alert(1)</script>",', 1)
    answer = send(client, "weigh_tickets.csv", evil)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert" in answer.text


def test_every_template_can_be_had_and_names_no_formula(client: httpx.Client) -> None:
    for kind in TEMPLATES:
        ending = "geojson" if kind == "planting_areas" else "csv"
        answer = client.get(f"{PATH}/templates/{kind}.{ending}")
        assert answer.status_code == 200, kind
        if ending == "csv":
            cells = [cell for line in answer.text.splitlines() for cell in line.split(",")]
            assert not [cell for cell in cells if cell.strip('"').startswith(("=", "+", "@"))]
    assert client.get(f"{PATH}/templates/farmers_private.csv").status_code == 404
    assert client.get(f"{PATH}/templates/products.exe").status_code == 404
