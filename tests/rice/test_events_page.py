from __future__ import annotations

from typing import get_args

from ledger.rice import acts
from ledger.rice.events import AnyEvent
from tests.rice.events_page import PAPER, WHO_ACTS, page
from tests.rice.sample_acts import ACTS
from tests.rice.sample_events import EVENTS


def test_the_page_says_what_the_code_does() -> None:
    """Where this fails, ``python -m tests.rice.events_page`` writes the page anew."""
    assert PAPER.read_text(encoding="utf-8") == page()


def test_the_page_speaks_of_every_event_and_act() -> None:
    assert {type(each) for each in EVENTS} == set(get_args(AnyEvent))
    assert {type(each) for each in ACTS} == set(get_args(acts.AnyAct))
    assert set(WHO_ACTS) == {str(type(each).__struct_config__.tag) for each in ACTS}
    headings = [line for line in page().splitlines() if line.startswith("### ")]
    assert len(headings) == len(set(headings)) == len(get_args(AnyEvent)) + len(ACTS)
