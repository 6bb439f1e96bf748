"""What is written down of troubles: enough to find them, and nothing that anybody said."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.main import create_app
from api.watch import Watch
from ledger.keyring import SampleKeyring
from ledger.operation.journal import JsonLines, TextLines, note
from ledger.operation.metrics import Metrics
from ledger.service import Ledger, utc_now
from tests.api import one_bag
from tests.conversation import ask, browse
from tests.small_season import ORIGIN
from web.pages import make_pages

BAG = f"/01/{one_bag.PACKED}/10/P1/21/{one_bag.SERIAL}"

SECRET = f"secret of {one_bag.SERIAL}"


class Lines(logging.StreamHandler[io.StringIO]):
    """Everything that is logged, as a server writes it."""

    def __init__(self) -> None:
        super().__init__(io.StringIO())
        self.setFormatter(JsonLines())

    @property
    def text(self) -> str:
        """Return all of it."""
        return self.stream.getvalue()

    def events(self, name: str) -> list[dict[str, Any]]:
        """Return the events of one name."""
        found = [json.loads(line) for line in self.text.split("\n") if line]
        return [one for one in found if one["event"] == name]


@pytest.fixture
def lines() -> Iterator[Lines]:
    handler, level = Lines(), logging.root.level
    logging.root.addHandler(handler)
    logging.root.setLevel(logging.INFO)
    yield handler
    logging.root.removeHandler(handler)
    logging.root.setLevel(level)


@pytest.fixture
def watched(book: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    ledger = Ledger.open(book, SampleKeyring(ORIGIN).key("log"))

    def stumble(*_: object) -> None:
        raise ZeroDivisionError(SECRET)

    monkeypatch.setattr(ledger, "judge", stumble)
    monkeypatch.setattr(ledger, "bundle", stumble)
    app = create_app(ledger, pages=make_pages(ledger))
    yield Watch(app, Metrics(ledger, None, utc_now))
    ledger.close()


def test_a_trouble_is_shown_by_the_number_under_which_it_is_written(
    watched: Watch, lines: Lines
) -> None:
    page = browse(watched, BAG)
    data = ask(watched, f"/bundles/{one_bag.PACKED}/P1/{one_bag.SERIAL}")
    assert (page.status, data.status) == (500, 500)
    told, requests = lines.events("trouble"), lines.events("request")
    assert [one["route"] for one in requests] == ["/{path:path}", "/bundles/{gtin}/{lot}/{serial}"]
    for answer, trouble, request in zip((page, data), told, requests, strict=True):
        assert re.fullmatch("[0-9a-f]{4}-[0-9a-f]{4}", trouble["reference"])
        assert trouble["reference"] in answer.text
        assert request["reference"] == trouble["reference"]
        assert trouble["kinds"] == ["ZeroDivisionError"]
        assert any(frame.endswith("stumble") for frame in trouble["frames"])
    for secret in ("secret", one_bag.SERIAL, one_bag.PACKED):
        assert secret not in lines.text
    assert page.raised is None


def test_lines_of_libraries_keep_their_template_and_no_more(lines: Lines) -> None:
    try:
        raise KeyError("nguyen")
    except KeyError:
        logging.getLogger("somebody").exception("lost %s\nsecond line", "nguyen")
    (line,) = lines.events("library")
    assert line["template"] == "lost %s"
    assert line["kinds"] == ["KeyError"]
    assert "nguyen" not in lines.text


def test_an_event_is_one_line_whatever_is_in_it(lines: Lines) -> None:
    note("odd", code='a"b\nc\u2028')
    assert lines.events("odd")[0]["code"] == 'a"b\nc\u2028'
    assert lines.text.count("\n") == 1
    record = logging.LogRecord("x", logging.INFO, "", 0, "odd", None, None)
    assert TextLines().format(record).count("\n") == 0
