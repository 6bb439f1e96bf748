"""A whole season in the habits of other offices: every statement comes out the same, byte for byte.

Each seed draws, for each file, a separator, an encoding, a decimal mark, a way to write dates and
words, an order of columns, and headings from all that are known; then the season is signed again.
"""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

import openpyxl
import pytest

from ledger.demo import PROGRAMME, SEASON_FOLDER
from ledger.imports import cells
from ledger.imports.cells import Form, fold
from ledger.imports.kinds import KINDS, Column, Kind
from ledger.imports.tables import read_season
from ledger.log.keys import Ed25519SigningKey
from ledger.programme import derive
from ledger.season import Season

SEEDS = range(8)
PLAIN = str.maketrans("đĐ", "dD")


class Ring:
    """Everybody's key, made from their name."""

    def __contains__(self, holder: str, /) -> bool:
        return True

    def key(self, holder: str, /) -> Ed25519SigningKey:
        return _key(holder)

    def secret(self, holder: str, purpose: str, /) -> bytes:
        return derive(_key(holder).secret, purpose)


@cache
def _key(holder: str) -> Ed25519SigningKey:
    return Ed25519SigningKey.from_seed(sha256(holder.encode()).digest())


def told(folder: Path) -> list[bytes]:
    season = Season(read_season(folder), PROGRAMME, Ring())
    return [said.data for said in season.statements()]


@cache
def usual() -> list[bytes]:
    return told(SEASON_FOLDER)


class Office:
    """The habits of one office with one file."""

    def __init__(self, kind: Kind, draw: random.Random) -> None:
        self.kind = kind
        self.draw = draw
        self.separator = draw.choice(",;\t")
        self.mark = draw.choice(".,")
        self.day = draw.choice(("%Y-%m-%d", "%d/%m/%Y", "short"))
        self.clock = draw.choice((" %H:%M", "T%H:%M:%S", " short", " %Hh%M"))
        self.joined = draw.choice(("|", ", ", "; ", " + ", " "))
        self.grouped = draw.random() < 0.5

    def heading(self, column: Column) -> str:
        """Return a spelling of a column's heading."""
        texts = [column.heading, column.english, *column.also]
        text = self.draw.choice(texts)
        changes: list[Callable[[str], str]] = [str, str.upper, str.lower, _untoned, _underscored]
        return f"{self.draw.choice(('', ' '))}{self.draw.choice(changes)(text)}"

    def cell(self, form: Form, text: str) -> str:
        """Return a cell as this office writes it."""
        if not text:
            return self.draw.choice(("", " "))
        if form is cells.DATE:
            return self._date(_moment(text), "")
        if form is cells.MOMENT:
            return self._date(_moment(text), self.clock)
        if form.decimal:
            return text.replace(",", ".").replace(".", self.mark)
        if form in (cells.WHOLE, cells.WHOLE_KG) and self.grouped and text.isdigit():
            return f"{int(text):,}".replace(",", ".")
        if form in (cells.CODES, cells.SSCCS, cells.COUNTS):
            return self.joined.join(text.split("|"))
        if form is cells.YES_NO:
            said = {"có": ("có", "x", "X", "yes", "CÓ"), "không": ("không", "", "no", "khong")}
            return self.draw.choice(said[text])
        if form.closed is not None and "|" not in text:
            return self._word(form, text)
        return text

    def _word(self, form: Form, text: str) -> str:
        assert form.closed is not None
        for word, texts in form.closed.items():
            if fold(text) in {fold(word), *(fold(each) for each in texts)}:
                return self.draw.choice((word, *texts, *(each.upper() for each in texts)))
        return text

    def _date(self, at: datetime, clock: str) -> str:
        day = f"{at.day}/{at.month}/{at.year}" if self.day == "short" else at.strftime(self.day)
        if clock == " short":
            return f"{day} {at.hour}:{at.minute:02}"
        return day + at.strftime(clock)

    def lines(self, rows: list[list[str]]) -> list[list[str]]:
        """Return a file of this office: the columns it keeps in an order of its own, and more."""
        columns = {fold(each.heading): each for each in self.kind.columns}
        known = [columns[fold(heading)] for heading in rows[0]]
        order = list(range(len(known)))
        self.draw.shuffle(order)
        lines = [[self.heading(known[place]) for place in order]]
        lines += [[self.cell(known[place].form, row[place]) for place in order] for row in rows[1:]]
        if self.draw.random() < 0.5:
            lines = [[*line, "" if nth else "Ghi chú"] for nth, line in enumerate(lines)]
            lines = [[str(nth) if nth else "STT", *line] for nth, line in enumerate(lines)]
        return self._padded(lines)

    def _padded(self, lines: list[list[str]]) -> list[list[str]]:
        if self.draw.random() < 0.5:
            lines = [["SỔ CỦA ĐƠN VỊ"], [], *lines]
        if self.draw.random() < 0.5:
            lines = [*lines, [], [self.draw.choice(("Cộng", "Tổng cộng", "TỔNG", "Total"))]]
        return lines

    def text(self, rows: list[list[str]]) -> bytes:
        """Return the file as text."""
        out = io.StringIO(newline="")
        ends = self.draw.choice(("\r\n", "\n"))
        writer = csv.writer(out, delimiter=self.separator, lineterminator=ends)
        if self.draw.random() < 0.5:
            writer = csv.writer(out, "excel", lineterminator=ends, quoting=csv.QUOTE_ALL)
        writer.writerows(self.lines(rows))
        form = self.draw.choice(("NFC", "NFD"))
        data = unicodedata.normalize(form, out.getvalue()).encode()  # type: ignore[arg-type]
        return self.draw.choice((b"", b"\xef\xbb\xbf")) + data

    def workbook(self, rows: list[list[str]]) -> bytes:
        """Return the file as a workbook of text, as some programs write it."""
        book = openpyxl.Workbook()
        sheet = book.active
        assert sheet is not None
        for line in self.lines(rows):
            sheet.append(line)
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()


def _moment(text: str) -> datetime:
    for pattern in ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"):
        try:
            return datetime.strptime(text, pattern)  # noqa: DTZ007  (local, as offices write)
        except ValueError:
            continue
    raise AssertionError(text)


def _untoned(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.translate(PLAIN))
    return plain.encode("ascii", "ignore").decode()


def _underscored(text: str) -> str:
    return text.replace(" ", "_")


def rewritten(folder: Path, seed: int) -> None:
    """Write the season's files anew, each in the habits of some office."""
    draw = random.Random(seed)
    for kind in KINDS.values():
        source = SEASON_FOLDER / f"{kind.name}.csv"
        if not source.exists():
            continue
        text = source.read_text(encoding="utf-8-sig")
        separator = ";" if ";" in text.partition("\n")[0] else ","
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        office = Office(kind, draw)
        if draw.random() < 0.2:
            (folder / f"{kind.name}.xlsx").write_bytes(office.workbook(rows))
        else:
            (folder / f"{kind.name}.csv").write_bytes(office.text(rows))
    land = KINDS["planting_areas"]
    document = json.loads((SEASON_FOLDER / "planting_areas.geojson").read_text("utf-8"))
    headings = {each.heading: Office(land, draw).heading(each) for each in land.columns}
    for feature in document["features"]:
        named = [(headings[name], value) for name, value in feature["properties"].items()]
        draw.shuffle(named)
        feature["properties"] = dict(named)
    written = json.dumps(document, ensure_ascii=draw.random() < 0.5)
    (folder / "planting_areas.geojson").write_text(written, encoding="utf-8")
    shutil.copytree(SEASON_FOLDER / "documents", folder / "documents")


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_the_habits_the_statements_are_the_same(tmp_path: Path, seed: int) -> None:
    rewritten(tmp_path, seed)
    assert told(tmp_path) == usual()


def test_the_habits_are_not_all_alike(tmp_path: Path) -> None:
    folders = [tmp_path / str(seed) for seed in SEEDS]
    for seed, folder in zip(SEEDS, folders, strict=True):
        folder.mkdir()
        rewritten(folder, seed)
    slips = {
        path.read_bytes() for folder in folders for path in sorted(folder.glob("weigh_tickets.*"))
    }
    assert len(slips) == len(SEEDS)
    assert {path.suffix for folder in folders for path in folder.glob("d*.*")} == {".csv", ".xlsx"}
