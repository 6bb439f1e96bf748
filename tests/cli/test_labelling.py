from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
from PIL import Image

from ledger.cli.exits import Exit
from ledger.keyring import SAMPLE_KEYS
from ledger.labels import gate
from ledger.labels.gate import read_symbols
from ledger.labels.prints import Picture
from tests.cli.talk import Rice, Told, Words

LOT = "L260411A"


def symbols_of(file: Path) -> list[bytes]:
    """Return what the symbols on printed pages say."""
    pages = pypdfium2.PdfDocument(file.read_bytes())
    pictures = [np.array(page.render(scale=203 / 72).to_pil().convert("L")) for page in pages]
    return [said for picture in pictures for said in read_symbols(picture)]


@pytest.fixture
def words(demo: Told) -> Words:
    return ("label", LOT, "--keys", SAMPLE_KEYS, "--ledger", demo["folder"])


def test_pictures_read_back(rice: Rice, demo: Told, words: Words, tmp_path: Path) -> None:
    bags = ("--from", 412, "--to", 413, "--resolver", "http://127.0.0.1:8000")
    result = rice(*words, *bags, "--format", "png", "--out", tmp_path / "pictures")
    assert result.exit_code == Exit.DONE, result.output
    first, second = sorted((tmp_path / "pictures").iterdir())
    with Image.open(first) as picture:
        assert read_symbols(np.array(picture.convert("L"))) == [demo["bag_url"].encode()]
    assert first.name.startswith("0000412-")
    assert second.name.startswith("0000413-")
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]
    bags = ("--from", 414, "--to", 415, "--layout", "roll-100x50")
    drawn = rice(*words, *bags, "--format", "svg", "--out", tmp_path / "drawn")
    assert drawn.exit_code == Exit.DONE
    assert len(list((tmp_path / "drawn").glob("*.svg"))) == 2


def test_links_may_be_private(rice: Rice, demo: Told, words: Words, tmp_path: Path) -> None:
    bags = ("--from", 416, "--to", 416, "--resolver", "http://127.0.0.1:8000", "--private")
    result = rice(*words, *bags, "--format", "png", "--out", tmp_path / "private")
    assert result.exit_code == Exit.DONE, result.output
    (file,) = (tmp_path / "private").iterdir()
    with Image.open(file) as picture:
        (said,) = read_symbols(np.array(picture.convert("L")))
    code = file.stem.partition("-")[2]
    assert said == f"http://127.0.0.1:8000/v/{code}".encode()


def test_sheets_begin_where_the_last_ones_ended(rice: Rice, words: Words, tmp_path: Path) -> None:
    bags = ("--from", 420, "--to", 424, "--copies", 2)
    places = ("--layout", "a4-2x4", "--skip", 3, "--used", "5", "--used", "7-8")
    printed = rice(*words, *bags, *places, "--out", tmp_path / "labels.pdf")
    assert printed.exit_code == Exit.DONE, printed.output
    assert "5 labels of lot L260411A" in printed.stdout
    assert "5 symbols were read back" in printed.stdout
    assert "panel of 45 mm" in printed.stderr
    said = symbols_of(tmp_path / "labels.pdf")
    assert (len(said), len(set(said))) == (10, 5)
    assert len(pypdfium2.PdfDocument((tmp_path / "labels.pdf").read_bytes())) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["labels.pdf"]


def test_a_thermal_printer_gets_every_label(rice: Rice, words: Words, tmp_path: Path) -> None:
    out = tmp_path / "labels.zpl"
    result = rice(*words, "--from", 430, "--to", 432, "--format", "zpl", "--out", out)
    assert result.exit_code == Exit.DONE, result.output
    assert out.read_text("ascii").count("^XA^PW799^LL400") == 3


def test_a_sample_is_told_as_one(rice: Rice, words: Words, tmp_path: Path) -> None:
    bags = ("--from", 2_000, "--to", 4_999, "--layout", "a4-3x8", "--verify", "sample")
    result = rice(*words, *bags, "--out", tmp_path / "labels.pdf")
    assert result.exit_code == Exit.DONE, result.output
    assert "3000 labels" in result.stdout
    assert "1001 symbols were read back" in result.stdout


def test_what_was_spoiled_is_printed_again_and_what_is_void_is_not(
    rice: Rice, demo: Told, tmp_path: Path
) -> None:
    folder = shutil.copytree(demo["folder"], tmp_path / "book")
    out, book = tmp_path / "labels.pdf", ("--ledger", folder)
    words = ("label", LOT, "--keys", SAMPLE_KEYS, *book)
    bags = ("--from", 500, "--to", 509)
    assert rice(*words, *bags, "--out", out).exit_code == Exit.DONE
    first = out.read_bytes()
    again = rice(*words, *bags, "--out", out)
    assert (again.exit_code, "[labels_printed]" in again.stderr) == (Exit.TAKEN, True)
    assert out.read_bytes() == first
    spoil = ("prints", "spoil", LOT, *book, "--bags", "502-503", "--bags", "507")
    assert "3 labels of lot L260411A" in rice(*spoil, "--why", "kẹt giấy").stdout
    void = ("void-labels", LOT, *book, "--bags", "503-504", "--reason", "lost")
    voided = rice(*void, "--key", SAMPLE_KEYS / "luong-thuc-song-hau-xanh.json")
    assert voided.exit_code == Exit.DONE, voided.output
    reprint = rice(*words, *bags, "--spoiled", "--out", out)
    assert "2 labels of lot L260411A" in reprint.stdout, reprint.output
    assert len(symbols_of(out)) == 2
    nothing = rice(*words, *bags, "--spoiled", "--out", out)
    assert (nothing.exit_code, "[labels_cancelled]" in nothing.stderr) == (Exit.NO, True)
    voided = rice(*words, "--from", 503, "--to", 503, "--out", out)
    assert (voided.exit_code, "[labels_cancelled]" in voided.stderr) == (Exit.NO, True)
    unknown = rice("prints", "spoil", LOT, *book, "--bags", "5999-6000")
    assert (unknown.exit_code, "[labels_not_printed]" in unknown.stderr) == (Exit.NO, True)
    beyond = rice("prints", "spoil", LOT, *book, "--bags", "6000-6001")
    assert (beyond.exit_code, "[code_beyond_batch]" in beyond.stderr) == (Exit.UNREADABLE, True)
    told = json.loads(rice("prints", "show", LOT, *book, "--json").stdout)
    shown = [
        (one["first"], one["last"], one["state"], one["why"])
        for one in told["labels"]
        if 500 <= one["first"] <= 509
    ]
    assert shown == [
        (500, 501, "printed", "a4-2x4, pdf"),
        (502, 502, "printed", "a4-2x4, pdf"),
        (503, 503, "spoiled", "kẹt giấy"),
        (504, 506, "printed", "a4-2x4, pdf"),
        (507, 507, "printed", "a4-2x4, pdf"),
        (508, 509, "printed", "a4-2x4, pdf"),
    ]
    lines = rice("prints", "show", LOT, *book).stdout.splitlines()
    assert any(line.startswith("503\tspoiled\t") for line in lines)
    assert f"{told['left']} of 6000 bags" in lines[-1]


def test_a_symbol_that_does_not_read_stops_the_job_and_leaves_nothing(
    rice: Rice,
    demo: Told,
    words: Words,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads: list[int] = []

    def blind_at_the_third(picture: Picture) -> list[bytes]:
        reads.append(1)
        return [] if len(reads) == 3 else read_symbols(picture)

    monkeypatch.setattr(gate, "read_symbols", blind_at_the_third)
    for form in ("pdf", "zpl", "png", "svg"):
        reads.clear()
        bags = ("--from", 600, "--to", 609, "--format", form)
        result = rice(*words, *bags, "--out", tmp_path / form)
        assert (result.exit_code, "[symbol_unread]" in result.stderr) == (Exit.NO, True)
        assert "bag 602" in result.stderr
        assert list(tmp_path.iterdir()) == []
    monkeypatch.undo()
    whole = rice(*words, "--from", 600, "--to", 609, "--out", tmp_path / "labels.pdf")
    assert whole.exit_code == Exit.DONE, "what was not released was not recorded either"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        (("--keys", "."), "key_file_missing"),
        (("--from", 6001), "code_beyond_batch"),
        (("--from", 5990, "--to", 6001), "code_beyond_batch"),
        (("--from", 710, "--to", 709), "sheet_empty"),
        (("--skip", 8), "sheet_skip"),
        (("--used", "9"), "sheet_place"),
        (("--used", "x"), "malformed"),
        (("--used", "1-8"), "sheet_full"),
        (("--resolver", "x"), "link_unreadable"),
        (("--layout", "a5"), "grid_unreadable"),
        (("--layout", "3x9,label=70x37"), "grid_off_page"),
        (("--layout", "6x14,label=35x21"), "symbol_too_large"),
        (("--layout", "a4-3x8", "--module", 1), "symbol_too_large"),
        (("--layout", "1x1,label=56x40"), "symbol_leaves_no_words"),
        (("--module", 0.3), "module_too_small"),
    ],
)
def test_labels_that_are_not_printed(
    rice: Rice, words: Words, tmp_path: Path, more: Words, code: str
) -> None:
    out = tmp_path / "labels.pdf"
    result = rice(*words, "--from", 700, "--to", 705, *more, "--out", out)
    assert f"[{code}]" in result.stderr, result.output
    assert result.exit_code in {Exit.ABSENT, Exit.UNREADABLE}
    assert not list(tmp_path.iterdir())


def test_a_lot_without_labels(rice: Rice, demo: Told, tmp_path: Path) -> None:
    for words in (
        ("label", "L0", "--keys", SAMPLE_KEYS, "--out", tmp_path / "labels.pdf"),
        ("prints", "show", "L0"),
    ):
        result = rice(*words, "--ledger", demo["folder"])
        assert (result.exit_code, "[labels_unknown]" in result.stderr) == (Exit.ABSENT, True)


@pytest.mark.parametrize(
    "more",
    [
        ("--format", "png", "--copies", 2),
        ("--format", "svg", "--skip", 1),
        ("--module", "nan"),
        ("--module", "inf"),
        ("--dpi", 150),
    ],
)
def test_what_no_printer_does(rice: Rice, words: Words, tmp_path: Path, more: Words) -> None:
    result = rice(*words, *more, "--out", tmp_path / "labels")
    assert result.exit_code == Exit.USAGE
    assert not list(tmp_path.iterdir())


def test_small_modules_are_warned_of(rice: Rice, words: Words, tmp_path: Path) -> None:
    bags = ("--from", 720, "--to", 721, "--module", 0.5)
    result = rice(*words, *bags, "--out", tmp_path / "labels.pdf")
    assert result.exit_code == Exit.DONE
    assert "below 0.75 mm" in result.stderr
