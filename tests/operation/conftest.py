"""A small ledger in a folder, as its server finds it: with a published sample key."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.errors import LedgerError
from ledger.keyring import SampleKeyring
from ledger.service import Ledger
from tests.api import one_bag
from tests.small_season import ORIGIN, founding, opening


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The folder of a ledger with one lot from the field to its labelled bags."""
    folder = tmp_path / "book"
    ledger = Ledger.create(folder, SampleKeyring(ORIGIN).key("log"), founding=founding())
    answers = ledger.append([*opening(), *one_bag.story()])
    assert not [str(answer) for answer in answers if isinstance(answer, LedgerError)]
    ledger.disclose_labels("P1", one_bag.SECRET)
    ledger.publish()
    (folder / "log.vkey").write_text(f"{ledger.log_key}\n")
    ledger.close()
    return folder
