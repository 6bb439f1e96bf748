"""A packer's labels after printing: put to use, cancelled, issued anew; bags sold and opened."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from ledger.cli.exits import Exit
from ledger.cli.opening import opened
from ledger.keyring import SAMPLE_KEYS
from ledger.rice.labels import LabelBatch, label_at
from tests.cli.talk import Rice, Told

MILL = SAMPLE_KEYS / "luong-thuc-song-hau-xanh.json"
LOT = "https://id.gs1.org/01/09521234000303/10/L260411A"


@pytest.fixture
def book(demo: Told, tmp_path: Path) -> Path:
    """A demo of our own, to cancel labels in."""
    shutil.copytree(demo["folder"], tmp_path / "book")
    return tmp_path / "book"


def listed(rice: Rice, book: Path, lot: str = "L260411A") -> Any:  # noqa: ANN401  (any JSON value)
    told = rice("labels", lot, "-l", book, "--json")
    assert told.exit_code == Exit.DONE, told.output
    return json.loads(told.stdout)


def refused(told: Any) -> str:  # noqa: ANN401  (what the runner returns)
    assert told.exit_code != Exit.DONE, told.output
    return str(told.stderr.rstrip().rpartition("[")[2].removesuffix("]"))


def test_as_many_labels_are_issued_anew_as_were_cancelled(rice: Rice, book: Path) -> None:
    anew = ("issue-labels", "lot:09521234000303/L260411A", "--keys", SAMPLE_KEYS, "-l", book)
    assert refused(rice(*anew)) == "labels_all_issued"
    at = ("-l", book, "--key", MILL)
    void = ("void-labels", "L260411A", *at, "--bags", "5-9,12", "--bags", "20")
    told = rice(*void, "--reason", "damaged")
    assert told.exit_code == Exit.DONE, told.output
    assert "7 labels may now be issued anew for lot 09521234000303/L260411A" in told.stdout
    assert refused(rice(*void, "--reason", "lost")) == "labels_voided"
    assert refused(rice(*anew, "--count", "8")) == "labels_outnumber_bags"
    told = rice(*anew, "--waiting")
    assert told.exit_code == Exit.DONE, told.output
    assert "7 labels are issued as batch L260411A-2" in told.stdout
    used = rice("activate-labels", "L260411A-2", *at, "--bags", "1-3")
    assert used.exit_code == Exit.DONE, used.output
    more = rice("void-labels", "L260411A-2", *at, "--bags", "3-4", "--reason", "stolen", "--json")
    assert json.loads(more.stdout.splitlines()[-1]) == {"left": 2, "lot": LOT}
    first, second = listed(rice, book)["batches"]
    assert (first["voided"], first["in_use"], first["waiting"]) == ({"damaged": 7}, 5_993, 0)
    assert (second["voided"], second["in_use"], second["waiting"]) == ({"stolen": 2}, 2, 3)
    assert listed(rice, book, "L260411A-2")["left"] == 2
    assert "damaged 7" in rice("labels", "L260411A", "-l", book).stdout
    third = rice(*anew, "--count", "1", "--batch", "L260411A-anew", "--json")
    assert json.loads(third.stdout)["receipt"]["warnings"] == []
    assert refused(rice(*anew, "--batch", "L260411A-2")) == "batch_taken"


def test_a_label_issued_anew_is_found_by_its_code(rice: Rice, book: Path, tmp_path: Path) -> None:
    at = ("-l", book, "--key", MILL)
    rice("void-labels", "L260411A", *at, "--bags", "5", "--reason", "misprinted")
    rice("issue-labels", "L260411A", "--keys", SAMPLE_KEYS, "-l", book)
    with opened(book) as ledger, ledger.reading() as view:
        disclosed = view.disclosure("labels", "L260411A-2")
    assert disclosed is not None
    serial = label_at(LabelBatch.of_lot(LOT, 1), disclosed[:32], 1).serial
    assert rice("publish", "--ledger", book).exit_code == Exit.DONE
    out = tmp_path / "bag.json"
    told = rice("bundle", serial, "-l", book, "--out", out)
    assert told.exit_code == Exit.DONE, told.output
    assert json.loads(out.read_bytes())["batch"] == "L260411A-2"


def test_bags_are_marked_and_counted(rice: Rice, book: Path) -> None:
    before = listed(rice, book)["batches"][0]
    mark = ("mark-bags", "L260411A", "-l", book, "--key", MILL)
    told = rice(*mark, "--bags", "1001-1600,4000", "--state", "sold", "--json")
    assert told.exit_code == Exit.DONE, told.output
    assert len(told.stdout.splitlines()) == 2
    assert rice(*mark, "--bags", "1001", "--state", "opened").exit_code == Exit.DONE
    assert rice(*mark, "--bags", "1002-1003", "--state", "unsold").exit_code == Exit.DONE
    assert refused(rice(*mark, "--bags", "1001", "--state", "sold")) == "bag_mark_unfit"
    late = ("--bags", "7", "--state", "sold", "--at", "2099-01-01T00:00:00Z")
    assert refused(rice(*mark, *late)) == "act_in_future"
    after = listed(rice, book)["batches"][0]
    assert after["sold"] - before["sold"] == 598
    assert after["opened"] - before["opened"] == 1


def test_a_mark_on_bags_of_others_names_the_unit_they_came_in(rice: Rice, book: Path) -> None:
    buyer = ("--key", SAMPLE_KEYS / "demo-kome-jp.json", "-l", book, "--state", "sold")
    for unit in ("CSQU3054383", "095212340000000015"):
        told = rice("mark-bags", "L260411A", "--bags", "7", *buyer, "--unit", unit)
        assert refused(told) == "bag_not_own"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("labels", "lot:09521234000303/L269999A"), "name_unknown"),
        (("labels", "area:VN-CTOR-0001/DX-2026"), "labels_unknown"),
        (("labels", "N9"), "nothing_named"),
        (("activate-labels", "N9", "--bags", "1", "--key", MILL), "bags_unknown"),
        (("activate-labels", "L260411A", "--bags", "1,x", "--key", MILL), "malformed"),
        (("activate-labels", "L260411A", "--bags", "1-6001", "--key", MILL), "bags_unknown"),
    ],
)
def test_what_is_no_batch_or_bag_of_it(
    rice: Rice, demo: Told, words: tuple[object, ...], code: str
) -> None:
    assert refused(rice(*words, "-l", demo["folder"])) == code
