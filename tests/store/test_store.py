"""A store keeps what one writer at a time adds, and shows each reader one moment of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import func, select, update

from ledger.errors import ConflictError, CorruptedError, NotFoundError
from ledger.rice.facts import Did, Fact, encode_fact
from ledger.store import store as kept
from ledger.store.store import EMPTY, FACT, HEAD, VERSION, Addition, Head, Store
from ledger.store.tables import SCHEMA_VERSION

ORIGIN = "demo.rice.example/dx-2026"


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store.create(database_url, ORIGIN)
    yield made
    made.close()


def head(size: int) -> Head:
    return Head(size, bytes([size]) * 32, "2026-03-01T08:00:00.000Z", (bytes(32),) * 2)


def did(number: int) -> Fact:
    return Did(did=f"did:web:a{number:03}", actor="a")


def add(store: Store, added: Addition) -> None:
    with store.writing() as writing:
        writing.add(added)


def addition(size: int, *facts: Fact) -> Addition:
    rows = {fact.key: (fact.key, encode_fact(fact), size - 1) for fact in facts}
    return Addition(
        head(size),
        entries=[(size - 1, b"leaf %d" % size, bytes(32), b"[]")],
        statements=[(size - 1, bytes([size]) * 32, b"statement %d" % size)],
        facts=rows,
        mentions=[(fact.key, size - 1) for fact in facts],
        links=[("a", "b", size - 1, 5 * 10**12)],
        tiles={(0, 0): bytes(32 * size)},
    )


def test_a_new_store_is_empty_and_opens_again(store: Store, database_url: str) -> None:
    with store.reading() as view:
        assert view.head() == EMPTY
        assert not view.facts(["did:x"])
        assert not list(view.entries(0, 10))
    again = Store.open(database_url)
    assert again.origin == ORIGIN
    again.close()


def test_a_database_is_taken_once(store: Store, database_url: str) -> None:
    with pytest.raises(CorruptedError):
        Store.create(database_url, ORIGIN)


def test_tables_of_another_version_are_not_opened(store: Store, database_url: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(update(VERSION).values(version=SCHEMA_VERSION + 1))
    with pytest.raises(CorruptedError) as refused:
        Store.open(database_url)
    assert refused.value.code == "store_version"


def test_what_is_added_is_found(store: Store) -> None:
    add(store, addition(1, did(1), did(2)))
    add(store, addition(2, did(1)))
    with store.reading() as view:
        assert view.head() == head(2)
        assert view.facts(["did:did:web:a001", "did:none", "did:\0"]) == {did(1).key: did(1)}
        assert view.get(did(2).key) == did(2)
        assert view.get("did:none") is None
        assert view.mentions([did(1).key, did(2).key], 2) == {did(1).key: (0, 1), did(2).key: (0,)}
        assert view.mentions([did(1).key], 1) == {did(1).key: (0,)}
        assert view.links_from(["a", "b"]) == view.links_to(["b"])
        assert [link[2:] for link in view.links_to(["b"])] == [(0, 5 * 10**12), (1, 5 * 10**12)]
        assert view.places([b"\1" * 32, bytes(32)]) == {b"\1" * 32: 0}
        assert view.statement(1) == b"statement 2"
        assert [row[0] for row in view.entries_at([1, 0, 7])] == [0, 1]
        assert (len(view.tile(0, 0, 1)), len(view.tile(0, 0, 9)), view.tile(1, 0, 1)) == (
            32,
            64,
            b"",
        )
        with pytest.raises(NotFoundError):
            view.entry(2)


def test_facts_are_paged_in_order_of_their_keys(store: Store) -> None:
    add(store, addition(1, *(did(number) for number in range(7))))
    with store.reading() as view:
        pages, after = [], ""
        while page := view.facts_of("did", after, 3):
            pages.append([fact.key for fact in page])
            after = page[-1].key
    assert pages == [[did(number).key for number in some] for some in ((0, 1, 2), (3, 4, 5), (6,))]


def test_whole_tables_are_read_in_pieces(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "ROWS_AT_ONCE", 2)
    monkeypatch.setattr(kept, "KEYS_AT_ONCE", 2)
    for size in range(1, 6):
        add(store, addition(size, *(did(number) for number in range(5))))
    with store.reading() as view:
        for table in (FACT, kept.MENTION, kept.LINK):
            with store.engine.begin() as connection:
                count = connection.execute(select(func.count()).select_from(table)).scalar()
            assert len(set(view.table(table))) == count
        assert [row[0] for row in view.entries(0, 9)] == list(range(5))
        assert len(view.facts([did(number).key for number in range(5)])) == 5


def test_a_reader_sees_one_moment(store: Store) -> None:
    add(store, addition(1, did(1)))
    with store.reading() as view:
        assert view.head().size == 1
        add(store, addition(2, did(2)))
        assert view.head().size == 1
        assert view.get(did(2).key) is None


def test_nothing_is_kept_of_what_is_not_finished(store: Store) -> None:
    def fail() -> None:
        with store.writing() as writing:
            writing.add(addition(1, did(1)))
            raise NotFoundError("entry_unknown", index=0)

    with pytest.raises(NotFoundError):
        fail()
    with store.reading() as view:
        assert (view.head(), view.get(did(1).key)) == (EMPTY, None)


def test_a_head_that_moved_is_a_conflict(store: Store) -> None:
    with store.writing() as writing:
        writing._connection.execute(update(HEAD).values(size=9))
        with pytest.raises(ConflictError) as lost:
            writing.add(addition(1))
        assert lost.value.code == "head_moved"


def test_writers_wait_for_each_other(store: Store) -> None:
    entered = threading.Event()

    def second() -> None:
        with store.writing() as writing:
            entered.set()
            writing.add(addition(writing.before.size + 1))

    with store.writing() as writing:
        thread = threading.Thread(target=second)
        thread.start()
        assert not entered.wait(0.2)
        writing.add(addition(1))
    thread.join()
    with store.reading() as view:
        assert view.head().size == 2


def test_disclosures_come_and_go(store: Store) -> None:
    with store.writing() as writing:
        writing.disclose([("labels", "L1", b"secret")])
        writing.disclose([("labels", "L1", b"one"), ("labels", "L1", b"another")])
    with store.reading() as view:
        assert view.disclosure("labels", "L1") == b"another"
    with store.writing() as writing:
        writing.forget("labels", ["L1"])
    with store.reading() as view:
        assert view.disclosure("labels", "L1") is None


def test_a_database_that_is_no_ledger_is_said_to_be_none(database_url: str) -> None:
    with pytest.raises(CorruptedError) as refused:
        Store.open(database_url)
    assert refused.value.code == "store_failed"
