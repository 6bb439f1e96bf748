"""Nothing private of a season stands anywhere but in the rows that can be erased.

Names and phones are those of the office's file; prices are replaced by numbers that occur nowhere
else, or any book would have them by chance. Every truth table, projection and tile, the exported
files and the archive, every statement as it was signed, and every page and route are searched.
"""

from __future__ import annotations

import csv
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlmodel import SQLModel

from api.main import create_app
from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports.rows import ContractPrice, Household
from ledger.imports.tables import read_season
from ledger.intake import take_in
from ledger.keyring import SampleKeyring
from ledger.log import encoding
from ledger.rice.terms import contract_uri
from ledger.season import Season
from ledger.service import Ledger
from ledger.store.store import DISCLOSURE
from tests.api.conftest import serving

KEYRING = SampleKeyring(PROGRAMME.origin)
FIRST_PRICE = 7_654_319
"""Prices count on from here: seven digits that no mass, place or time of the demo has."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The season's files with prices of their own."""
    folder = tmp_path_factory.mktemp("files") / "season"
    shutil.copytree(SEASON_FOLDER, folder)
    private = folder / "contracts_private.csv"
    rows = list(csv.reader(private.read_text(encoding="utf-8-sig").splitlines()))
    number = FIRST_PRICE
    for row in rows[1:]:
        for place in range(1, len(row)):
            row[place] = str(number)
            number += 1_013
    private.write_text("\n".join(",".join(row) for row in rows), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def book(folder: Path) -> Iterator[Ledger]:
    season = Season(read_season(folder), PROGRAMME, KEYRING)
    ledger = Ledger.create(
        folder.parent / "book",
        KEYRING.key("log"),
        founding=season.founding(),
        resolver="http://rice.example",
    )
    intake = take_in(ledger, season)
    assert intake.refused_rows == 12
    for batch, secret in season.label_secrets():
        if ledger.has_labels(batch.lot):
            ledger.disclose_labels(batch.lot, secret)
    ledger.publish()
    yield ledger
    ledger.close()


def spellings(text: str) -> set[str]:
    """Return the ways in which somebody may have written a name, a number or a phone."""
    plain = unicodedata.normalize("NFKD", text.replace("đ", "d").replace("Đ", "D"))
    ascii_only = plain.encode("ascii", "ignore").decode()
    escaped = encoding.canonical_json(text).decode().strip('"').encode("unicode_escape").decode()
    spelled = {text, unicodedata.normalize("NFD", text), ascii_only, escaped}
    spelled |= {one.upper() for one in spelled} | {one.lower() for one in spelled}
    spelled |= {one.replace(" ", sign) for one in spelled for sign in ("", "_", "-", "%20", "+")}
    digits = re.sub(r"\D", "", text)
    if digits:
        spelled |= {digits, f"84{digits[1:]}"}
        spelled |= {f"{int(digits):,}".replace(",", sign) for sign in ",. "}
    return {one for one in spelled if len(one) >= 6}


@pytest.fixture(scope="module")
def secrets(folder: Path) -> re.Pattern[bytes]:
    """Everything that must not be found, as one pattern: a tree of letters, for it is long."""
    tables = read_season(folder)
    texts = {row.name for row in tables["farmers_private"].of(Household)}
    texts |= {row.phone for row in tables["farmers_private"].of(Household)}
    for price in tables["contracts_private"].of(ContractPrice):
        values = (price.price_vnd_per_kg, price.bonus_vnd_per_kg, price.advance_vnd_per_ha)
        texts |= {str(value) for value in values}
    assert len(texts) > 500
    needles = {spelled.encode() for text in texts for spelled in spellings(text)}
    return re.compile(_tree(sorted(needles)))


def _tree(needles: list[bytes]) -> bytes:
    """Return a pattern of needles that looks at each byte of a text about once."""
    branches: dict[int, list[bytes]] = {}
    for needle in needles:
        if not needle:
            return b""  # one ends here, whatever follows
        branches.setdefault(needle[0], []).append(needle[1:])
    parts = [re.escape(bytes([first])) + _tree(rest) for first, rest in branches.items()]
    return b"(?:" + b"|".join(parts) + b")" if len(parts) > 1 else parts[0]


def statements(book: Ledger) -> Iterator[tuple[str, bytes]]:
    """Yield what was signed, opened: payloads travel in base64."""
    with book.reading() as view:
        for index, _, data in view.statements(0, view.head().size):
            parts = re.split(rb'[."]', data)
            opened = [encoding.decode_base64url(part.decode()) for part in parts if _is_json(part)]
            assert opened, index
            yield f"statement {index}", b"\n".join(opened)


def _is_json(part: bytes) -> bool:
    return part.startswith(b"eyJ")  # what '{"' becomes


def tables(book: Ledger) -> Iterator[tuple[str, bytes]]:
    with book.reading() as view:
        for name, table in SQLModel.metadata.tables.items():
            if table is not DISCLOSURE:
                for row in view.table(table):
                    yield name, b"\n".join(_bytes(cell) for cell in row)
            else:
                for kind, of, body in view.table(table):
                    yield f"name of a {kind}", of.encode()
                    if kind not in {"household", "contract"}:
                        yield kind, bytes(body)


def _bytes(cell: object) -> bytes:
    return bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def exported(book: Ledger, folder: Path) -> Iterator[tuple[str, bytes]]:
    book.export(folder / "export")
    for path in sorted((folder / "export").rglob("*")):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()
    archive = folder / "book.zip"
    book.archive(archive, book.log_key)
    with zipfile.ZipFile(archive) as files:
        for name in files.namelist():
            yield f"archive {name}", files.read(name)


def routes(book: Ledger) -> Iterator[str]:
    """Yield addresses of every page and route that can be read, as a stranger finds them."""
    app = create_app(book)
    with book.reading() as view:
        size = view.head().size
        kinds = ("actor", "area", "lot", "attestation")
        keys = {kind: [fact.key for fact in view.facts_of(kind, limit=60)] for kind in kinds}
    lots = [key.removeprefix("lot:https://id.gs1.org/01/").split("/10/") for key in keys["lot"]]
    samples: dict[str, list[dict[str, str]]] = {
        "index": [{"index": str(index)} for index in range(0, size, 97)],
        "actor": [{"actor": key.partition(":")[2]} for key in keys["actor"]],
        "code": [{"code": key.partition(":")[2]} for key in keys["area"]],
        "gtin": [{"gtin": gtin, "lot": lot} for gtin, lot in lots],
        "name": [{"name": key.rpartition("/")[2]} for key in keys["attestation"]],
        "path": [{"path": path} for path in ("0/000", "entries/000")],
    }
    paths: Any = app.openapi()["paths"]
    for path, methods in paths.items():
        if "get" not in methods:
            continue
        wanted = re.findall(r"\{(\w+)[:}]", path)
        filled = samples.get(wanted[0], [{}]) if wanted else [{}]
        for values in filled:
            if set(wanted) <= values.keys():
                yield path.format(**values)
    yield from ("/", "/entries?limit=1000", "/verify", "/events?perPage=500")
    for batch, lot in (("09521234000303", "L260411A"),):
        yield f"/01/{batch}/10/{lot}/21/00CVVWZJPJSSN1N0"


def test_the_search_finds_what_is_there(secrets: re.Pattern[bytes], book: Ledger) -> None:
    with book.reading() as view:
        bodies = {kind: [] for kind in ("household", "contract")}  # type: dict[str, list[bytes]]
        for kind, of, body in view.table(DISCLOSURE):
            if kind in bodies and not of.endswith("/land"):
                bodies[kind].append(bytes(body))
    assert len(bodies["contract"]) == 15
    assert all(secrets.search(body[32:]) for each in bodies.values() for body in each)
    for spelled in ("Danh Hoàng Em", "DANH HOÀNG EM", "danh-hoang-em", "0900000036", "7.654.319"):
        assert secrets.search(b"x" + spelled.encode() + b"y"), spelled
        decomposed = unicodedata.normalize("NFD", spelled)
        assert secrets.search(decomposed.encode()), decomposed


def test_nothing_private_was_signed_or_stored(secrets: re.Pattern[bytes], book: Ledger) -> None:
    searched = 0
    for where, data in (*statements(book), *tables(book)):
        assert not secrets.search(data), where
        searched += len(data)
    assert searched > 5_000_000


def test_nothing_private_leaves_the_house(
    secrets: re.Pattern[bytes], book: Ledger, tmp_path: Path
) -> None:
    names = set()
    for where, data in exported(book, tmp_path):
        assert not secrets.search(data), where
        names.add(where.partition("/")[0])
    assert len(names) > 3


def test_nothing_private_is_shown(secrets: re.Pattern[bytes], book: Ledger) -> None:
    app = create_app(book)
    answered = 0
    with serving(app) as client:
        for path in routes(book):
            answer: httpx.Response = client.get(path, follow_redirects=True)
            assert answer.status_code != 500, path
            answered += answer.status_code == 200
            assert not secrets.search(answer.content), path
    assert answered > 200


def test_after_erasing_it_is_nowhere_at_all(secrets: re.Pattern[bytes], book: Ledger) -> None:
    """The last test of this book: everything private is erased, row by row."""
    season = read_season(SEASON_FOLDER)
    references = {row.reference for row in season["farmers_private"].of(Household)}
    assert book.erase("household", *references) > len(references)
    prices = season["contracts_private"].of(ContractPrice)
    assert book.erase("contract", *(contract_uri(price.number) for price in prices)) == 15
    for file in sorted(book.folder.iterdir()):
        assert not secrets.search(file.read_bytes()), file.name
