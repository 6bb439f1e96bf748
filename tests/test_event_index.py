"""Events are found as a reader would find them by reading all of them, and not by less."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, update

from ledger.audit import audit
from ledger.epcis import query
from ledger.epcis.facets import milliseconds
from ledger.epcis.query import read_parameters
from ledger.epcis.refusals import LargeError
from ledger.errors import NotFoundError
from ledger.event_index import EventIndex, rows_of
from ledger.event_repository import LedgerRepository
from ledger.log import encoding
from ledger.log.entry import parse_entry
from ledger.log.statement import parse_statement
from ledger.service import Ledger
from ledger.store import events as rows
from ledger.store.events import EVENT, EVENT_HEAD, EVENT_KEY
from tests.api import one_bag
from tests.small_season import Clock, drying, founding, harvest, key_of, opening, receiving

NUMBERS = range(101, 121)


@pytest.fixture
def book(database_url: str, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with a bag's story and twenty lots that were cut and weighed."""
    ledger = Ledger.create(
        tmp_path / "book",
        key_of("log"),
        founding=founding(),
        database=database_url,
        clock=Clock(datetime(2026, 3, 10, 8, tzinfo=UTC)),
    )
    ledger.append([*opening(), *one_bag.story()])
    for number in NUMBERS:
        ledger.append([harvest(number), receiving(number)])
    ledger.append([drying(tuple(NUMBERS)[:3], 900)])
    ledger.publish()
    yield ledger
    ledger.close()


def every_event(book: Ledger) -> list[tuple[int, dict[str, Any], str]]:
    """Return index, members and recorded time of every event, by reading the whole log."""
    with book.reading() as view:
        size = view.head().size
        entries = [parse_entry(row[1]) for row in view.entries(0, size)]
        statements = [row[2] for row in view.statements(0, size)]
    return [
        (
            entry.index,
            json.loads(parse_statement(data).payload),
            encoding.format_time(entry.recorded_at),
        )
        for entry, data in zip(entries, statements, strict=True)
        if entry.kind == "event"
    ]


def answer(book: Ledger, *pairs: tuple[str, str]) -> list[str]:
    """Return the names of the events that answer a question, read page by page."""
    repository = LedgerRepository(book.events)
    found, token = [], ""
    while True:
        asked = [*pairs, ("nextPageToken", token)] if token else [*pairs]
        page = repository.find(read_parameters(asked))
        found += [json.loads(one)["eventID"] for one in page.events]
        token = page.token
        if not token:
            return found


VALUES: dict[str, str] = {
    "EQ_bizStep": "bizStep",
    "EQ_disposition": "disposition",
    "EQ_action": "action",
    "eventType": "type",
    "EQ_eventID": "eventID",
}


def holds(event: dict[str, Any], recorded: str, name: str, text: str) -> bool:
    """Whether an event answers one parameter, told from its members alone."""
    if name in VALUES:
        return event.get(VALUES[name]) in text.split("|")
    if name in query.KEYS:
        named: set[str] = set()
        for kind in query.KEYS[name]:
            value = event.get(kind, [])
            listed = [value] if isinstance(value, str) else value
            named |= {one if isinstance(one, str) else one["epcClass"] for one in listed}
        return bool(named & set(text.split("|")))
    if name.startswith("EQ_"):
        _, kind, what = name.split("_", 2)
        member = {"source": "sourceList", "destination": "destinationList"}[kind]
        return any(
            one["type"] == what and one[kind] in text.split("|") for one in event.get(member, [])
        )
    bound, _, which = name.partition("_")
    told = event["eventTime"] if which == "eventTime" else recorded
    at, limit = milliseconds(encoding.parse_instant(told)), encoding.parse_instant(text)
    return at >= milliseconds(limit) if bound == "GE" else at < milliseconds(limit)


LOTS = [one_bag.SLIP, one_bag.SILO, one_bag.MILLED, one_bag.LOT]
ASKED = st.fixed_dictionaries(
    {},
    optional={
        "EQ_bizStep": st.sampled_from(["commissioning", "receiving", "shipping|receiving"]),
        "EQ_disposition": st.sampled_from(["active", "in_progress|active", "recalled"]),
        "EQ_action": st.sampled_from(["ADD", "OBSERVE", "ADD|OBSERVE"]),
        "eventType": st.sampled_from(["ObjectEvent", "TransformationEvent"]),
        "MATCH_anyEPCClass": st.sampled_from([*LOTS, "|".join(LOTS)]),
        "MATCH_inputEPCClass": st.sampled_from(LOTS),
        "MATCH_outputEPCClass": st.sampled_from(LOTS),
        "MATCH_epcClass": st.sampled_from(LOTS),
        "EQ_source_possessing_party": st.just("did:web:demo.rice.example:actors:htx"),
        "GE_eventTime": st.sampled_from(["2026-03-01T09:00:00+07:00", "2026-03-02T00:00:00Z"]),
        "LT_eventTime": st.sampled_from(["2026-03-01T12:00:00+07:00", "2026-03-03T00:00:00Z"]),
        "GE_recordTime": st.sampled_from(["2026-03-10T08:00:20Z", "2026-03-10T08:00:30.000Z"]),
        "LT_recordTime": st.sampled_from(["2026-03-10T08:00:25Z"]),
    },
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    asked=ASKED,
    order=st.sampled_from(["eventTime", "recordTime"]),
    direction=st.sampled_from(["ASC", "DESC"]),
    page=st.integers(1, 60),
    limit=st.none() | st.integers(1, 60),
)
def test_a_question_finds_what_reading_everything_finds(
    book: Ledger, asked: dict[str, str], order: str, direction: str, page: int, limit: int | None
) -> None:
    expected = [
        (milliseconds(encoding.parse_instant(event["eventTime" if order == "eventTime" else "at"])),
         index, event["eventID"])
        for index, members, recorded in every_event(book)
        for event in [{**members, "at": recorded}]
        if all(holds(event, recorded, name, text) for name, text in asked.items())
    ]  # fmt: skip
    expected.sort(key=itemgetter(0, 1), reverse=direction == "DESC")
    pairs = [*asked.items(), ("orderBy", order), ("orderDirection", direction)]
    pairs += [("perPage", str(page))]
    if limit is not None:
        pairs.append(("eventCountLimit", str(limit)))
    assert answer(book, *pairs) == [name for _, _, name in expected][:limit]


def test_an_answer_speaks_of_what_was_appended_before_the_question(book: Ledger) -> None:
    before = answer(book)
    book.append([harvest(500)])
    assert len(answer(book)) == len(before) + 1
    assert answer(book, ("MATCH_epcClass", one_bag.SLIP)) == answer(
        book, ("MATCH_epcClass", "urn:epc:class:lgtin:8936000.000001.T1")
    )


def test_two_that_catch_up_at_once_add_everything_once(book: Ledger) -> None:
    EventIndex(book.store).catch_up()
    with book.reading() as view:
        events, keys = rows_of(view, 0, 10)
    assert not rows.follow(book.store, 0, 10, events, keys)
    assert len(answer(book)) == len(every_event(book))


def test_names_and_values_are_listed_once_each(book: Ledger) -> None:
    repository = LedgerRepository(book.events)
    members = [event for _, event, _ in every_event(book)]
    lots = {
        one["epcClass"]
        for event in members
        for kind in query.ANYTHING
        for one in event.get(kind, [])
    }
    assert repository.listed("epcs", "", 1_000) == sorted(lots)
    assert repository.listed("epcs", sorted(lots)[3], 2) == sorted(lots)[4:6]
    assert repository.listed("bizSteps", "", 10) == ["commissioning", "receiving"]
    assert repository.listed("eventTypes", "", 1) == ["ObjectEvent"]
    assert repository.listed("bizLocations", "", 10) == []
    repository.check_known(("bizSteps", "cbv:BizStep-receiving"))
    with pytest.raises(NotFoundError):
        repository.check_known(("epcs", "https://id.gs1.org/01/09521234000303/10/NONE"))


def test_what_is_about_a_lot_names_it_anywhere(book: Ledger) -> None:
    repository = LedgerRepository(book.events)
    about = repository.find(read_parameters([]), ("epcs", one_bag.SLIP))
    steps = [json.loads(one)["rice:cte"] for one in about.events]
    assert steps == ["rice:drying", "rice:receiving", "rice:harvest"]
    narrowed = repository.find(read_parameters([("EQ_action", "ADD")]), ("epcs", one_bag.SLIP))
    assert len(narrowed.events) == 1
    both = repository.find(read_parameters([("EQ_bizStep", "shipping")]), ("bizSteps", "receiving"))
    assert both.events == ()


def test_more_than_the_reader_wants_is_refused(book: Ledger) -> None:
    count = len(every_event(book))
    assert len(answer(book, ("maxEventCount", str(count)), ("perPage", "100"))) == count
    with pytest.raises(LargeError):
        answer(book, ("maxEventCount", str(count - 1)))


def test_a_shown_event_is_the_signed_one_and_when_it_was_recorded(book: Ledger) -> None:
    index, members, recorded = every_event(book)[0]
    found = LedgerRepository(book.events).find(
        read_parameters([("EQ_eventID", members["eventID"])])
    )
    shown = json.loads(found.events[0])
    assert shown.pop("recordTime") == recorded
    assert shown | {"@context": members["@context"]} == members
    assert index < book.size


def test_audit_finds_the_index_sound_behind_and_whole(book: Ledger) -> None:
    assert audit(book.folder, book.log_key).ok, "an index that has not begun is nothing wrong"
    book.events.catch_up()
    book.append([harvest(501)])
    book.publish()
    assert audit(book.folder, book.log_key).ok, "nor is one that is behind"


@pytest.mark.parametrize(
    ("change", "table"),
    [
        (delete(EVENT).where(EVENT.c.step == "receiving"), "event"),
        (update(EVENT).values(disposition="recalled"), "event"),
        (update(EVENT).values(recorded_ms=0), "event"),
        (insert(EVENT_KEY).values(name="urn:x", kind="epcList", entry_index=12), "event_key"),
        (insert(EVENT_KEY).values(name="urn:x", kind="epcList", entry_index=9_999), "event"),
        (delete(EVENT_KEY).where(EVENT_KEY.c.name == one_bag.LOT), "event_key"),
        (update(EVENT_HEAD).values(size=9_999), "event_head"),
    ],
    ids=["row-gone", "value", "time", "key-more", "key-beyond", "key-gone", "head"],
)
def test_audit_names_an_index_that_does_not_follow(book: Ledger, change: Any, table: str) -> None:  # noqa: ANN401
    book.events.catch_up()
    with book.store.engine.begin() as connection:
        connection.execute(change)
    report = audit(book.folder, book.log_key)
    assert {one.code for one in report.findings} == {"row_differs"}
    assert table in {one.details["table"] for one in report.findings}


def test_who_publishes_keeps_the_index_up(book: Ledger) -> None:
    class Twice:
        """Lets two rounds happen."""

        rounds = 0

        def wait(self, _seconds: float) -> bool:
            self.rounds += 1
            return self.rounds > 2

    book.publish_every(0, Twice())  # type: ignore[arg-type]  # an event that is waited for
    with book.reading() as view:
        assert rows.indexed_size(view) == book.size
