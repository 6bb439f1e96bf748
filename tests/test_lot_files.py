"""The file of a lot as a ledger makes it, held against what the ledger says of each bag online."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pytest

from ledger import lot_files
from ledger.audit import audit_store
from ledger.errors import ConflictError, NotFoundError
from ledger.evidence import Published
from ledger.label_digests import DIGESTS
from ledger.log.checkpoint import parse_checkpoint
from ledger.log.keys import SigningKey
from ledger.log.note import parse_note
from ledger.lot_files import Gathered, gather_lot, seal_lot
from ledger.proof.lot_file import DIGEST_BYTES, read_lot_file
from ledger.proof.offline import OfflineVerdict, judge_code
from ledger.proof.trust import read_trust
from ledger.rice import acts
from ledger.rice.labels import labels_between
from tests.certified_season import LOT, Season
from tests.vectors import small_harvest as season
from tests.vectors.scenes import recall
from tests.vectors.small_harvest import Step, on

ANEW = "L260410A-2"
KNOWN_OFFLINE = {"recalled", "label_voided", "label_waiting", "on_hold", "bag_opened", "bag_sold"}
HEAD_BYTES_MAX = 2_500
MILLING = season.uri(season.RICE, "M1")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Season]:
    opened = Season(tmp_path / "ledger")
    yield opened
    opened.ledger.close()


def say(book: Season, body: acts.AnyAct, day: str = "05-01", signer: str = season.MILL) -> int:
    return book.take(Step("said", on(day), season.act(body, signer)))


def span(first: int, last: int, batch: str = season.LOT) -> acts.BagRange:
    return acts.BagRange(batch=batch, first=first, last=last)


def void(*spans: acts.BagRange) -> acts.VoidLabels:
    return acts.VoidLabels(bag_ranges=spans, reason="damaged")


def mark(state: str, *numbers: int) -> acts.MarkBags:
    return acts.MarkBags(
        batch=season.LOT,
        numbers=numbers,
        state=state,  # type: ignore[arg-type]
        marked_at="2026-05-01T09:00:00Z",
    )


def hold(lot: str) -> acts.Hold:
    return acts.Hold(lots=(lot,), reason=season.words("chờ thử", "waiting for a test"))


def offline(book: Season, file: bytes, serial: str) -> OfflineVerdict:
    return judge_code(file, serial, read_trust(book.ledger.trust()), book.clock.now)


def compare(book: Season) -> dict[int, str]:
    """Return what the file says of each bag, once that is what the ledger says, where it can be."""
    file = book.ledger.lot_file(LOT)
    said = {}
    for number in range(1, season.BAGS + 1):
        serial = season.serial(number)
        online = book.ledger.judge(season.BAGGED, season.LOT, serial).headline
        verdict = offline(book, file, serial)
        assert verdict.headline == (online if online in KNOWN_OFFLINE else "issued"), number
        said[number] = verdict.headline
    return said


def test_a_file_says_what_the_ledger_says(book: Season) -> None:
    assert set(compare(book).values()) == {"issued"}
    say(book, void(span(3, 4), span(9, 9)))
    say(book, mark("sold", 5, 6, 7, 11))
    say(book, mark("opened", 6))
    say(book, mark("unsold", 7))
    book.take(Step("recall", on("05-01", 11), recall((LOT,), bags=(10, 12))))
    said = compare(book)
    assert [number for number in said if said[number] != "issued"] == [3, 4, 5, 6, 9, 10, 11, 12]
    assert (said[3], said[5], said[6], said[11]) == (
        *("label_voided", "bag_sold", "bag_opened", "recalled"),
    )


def test_labels_anew_wait_and_are_put_to_use(book: Season) -> None:
    say(book, void(span(3, 5)))
    anew = season.labels(count=3, name=ANEW, waiting=True)
    book.take(Step("anew", on("05-01", 11), anew))
    with pytest.raises(NotFoundError) as caught:
        book.ledger.lot_file(LOT)
    assert caught.value.code == "labels_secret_missing"
    book.ledger.disclose_labels(ANEW, season.secret(ANEW))
    say(book, acts.ActivateLabels(bag_ranges=(span(2, 3, ANEW),)), "05-02")
    say(book, void(span(3, 3, ANEW)), "05-02")
    file = book.ledger.lot_file(LOT)
    labels = labels_between(season.batch(count=3), season.secret(ANEW), 1, 3)
    told = [offline(book, file, label.serial) for label in labels]
    assert [one.headline for one in told] == ["label_waiting", "issued", "label_voided"]
    assert told[1].bag is not None
    assert (told[1].bag.batch, told[1].bag.number) == (ANEW, 2)


def test_stops_of_what_is_behind_a_lot_are_stops_of_its_bags(book: Season) -> None:
    index = say(book, hold(MILLING))
    assert set(compare(book).values()) == {"on_hold"}
    book.take(Step("recall", on("05-01", 12), recall((MILLING,))))
    assert set(compare(book).values()) == {"recalled"}
    say(
        book,
        acts.ClearHold(lots=(MILLING,), hold_index=index, reason=season.words("xong", "done")),
        "05-02",
    )
    assert set(compare(book).values()) == {"recalled"}
    (stop,) = read_lot_file(book.ledger.lot_file(LOT)).facts.stops
    assert (stop.kind, stop.contact, stop.by.actor) == (
        *("recall", "0292 000 000 (demo)", season.MILL),
    )


def test_a_recall_of_some_bags_and_of_what_is_behind_them_is_one_of_all(book: Season) -> None:
    body = acts.Recall(
        lots=(LOT, MILLING),
        reason=season.words("bao ẩm", "damp bags"),
        contact="0292 000 000",
        bag_ranges=(span(2, 3),),
    )
    say(book, body)
    assert set(compare(book).values()) == {"recalled"}
    (stop,) = read_lot_file(book.ledger.lot_file(LOT)).facts.stops
    assert stop.ranges == ()


def test_a_file_takes_eight_bytes_a_bag_and_a_head(book: Season) -> None:
    file = book.ledger.lot_file(LOT)
    head = len(file) - season.BAGS * DIGEST_BYTES
    assert 0 < head < HEAD_BYTES_MAX
    facts = read_lot_file(file).facts
    assert (facts.bags, facts.bag_g, facts.packed_on) == (20, 25_000, "2026-04-10")
    assert (facts.packer.actor, facts.variety) == (season.MILL, "OM5451")
    checkpoint = parse_checkpoint(parse_note(facts.checkpoint).text)
    assert checkpoint.size == book.ledger.size


def test_digests_are_the_same_in_every_file_of_a_batch(book: Season) -> None:
    before = read_lot_file(book.ledger.lot_file(LOT))
    say(book, mark("sold", 1))
    after = read_lot_file(book.ledger.lot_file(LOT))
    assert before.digests == after.digests
    assert before.facts.as_of < after.facts.as_of


def test_no_secret_and_no_code_is_in_a_file(book: Season) -> None:
    file = book.ledger.lot_file(LOT)
    assert season.secret() not in file
    for number in range(1, season.BAGS + 1):
        assert season.serial(number).encode() not in file


def test_a_file_is_made_of_what_is_published(book: Season) -> None:
    signed = book.ledger.published()
    checkpoint = parse_checkpoint(parse_note(signed.note).text)
    say(book, mark("sold", 1))
    with book.ledger.reading() as view, pytest.raises(ConflictError) as caught:
        gather_lot(view, Published(checkpoint, signed.cosigned), book.clock.now, LOT)
    assert caught.value.code == "head_moved"


def test_a_clock_that_was_set_back_signs_nothing_before_what_is_recorded(book: Season) -> None:
    say(book, mark("sold", 1))
    recorded = book.clock.now
    book.clock.now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    facts = read_lot_file(book.ledger.lot_file(LOT)).facts
    assert facts.as_of >= f"{recorded:%Y-%m-%dT%H:%M:%S}"


@pytest.mark.parametrize(
    ("lot", "code"),
    [
        (season.uri(season.BAGGED, "L269999A"), "name_unknown"),
        (MILLING, "labels_unknown"),
    ],
)
def test_what_has_no_labels_has_no_file(book: Season, lot: str, code: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        book.ledger.lot_file(lot)
    assert caught.value.code == code


def test_digests_are_made_once_and_again_if_they_are_not_those(book: Season) -> None:
    told: list[tuple[int, int]] = []

    def digests() -> bytes:
        told.clear()
        return book.ledger.lot_file(LOT, lambda *done: told.append(done))[-season.BAGS * 8 :]

    first = digests()
    assert told == [(season.BAGS, season.BAGS)]
    assert digests() == first
    assert not told
    with book.ledger.store.writing() as writing:
        writing.disclose([(DIGESTS, season.LOT, bytes(season.BAGS * DIGEST_BYTES))])
    assert digests() == first
    assert told


def test_an_audit_knows_digests_that_are_kept_and_those_that_are_not(book: Season) -> None:
    def found() -> list[str]:
        store, key = book.ledger.store, book.ledger.log_key
        return [one.code for one in audit_store(store, book.ledger.checkpoints.all(), key).findings]

    book.ledger.publish()
    before = found()
    book.ledger.lot_file(LOT)
    assert found() == before
    for wrong in (bytes(season.BAGS * DIGEST_BYTES), b"", bytes(7)):
        with book.ledger.store.writing() as writing:
            writing.disclose([(DIGESTS, season.LOT, wrong)])
        assert found() == [*before, "row_differs"]


def test_who_asks_again_within_ten_minutes_gets_the_same_file(book: Season) -> None:
    book.ledger.publish()
    book.clock.now = datetime.fromisoformat("2026-05-03T08:12:00+00:00")
    first = book.ledger.published_lot_file(LOT)
    assert read_lot_file(first).facts.as_of == "2026-05-03T08:10:00.000Z"
    book.clock.now = datetime.fromisoformat("2026-05-03T08:19:50+00:00")
    assert book.ledger.published_lot_file(LOT) == first
    book.clock.now = datetime.fromisoformat("2026-05-03T08:20:00+00:00")
    assert book.ledger.published_lot_file(LOT) != first


def test_a_file_is_made_once_for_each_checkpoint_and_moment(
    book: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def seal(gathered: Gathered, digests: Sequence[bytes], key: SigningKey) -> bytes:
        made.append(gathered.origin)
        return seal_lot(gathered, digests, key)

    monkeypatch.setattr(lot_files, "seal_lot", seal)
    book.ledger.publish()
    book.clock.now = datetime.fromisoformat("2026-05-03T08:12:00+00:00")
    for _ in range(3):
        book.ledger.published_lot_file(LOT)
    assert len(made) == 1
    say(book, mark("sold", 1))
    book.ledger.publish()
    told = [offline(book, book.ledger.published_lot_file(LOT), season.serial(1)) for _ in range(3)]
    assert {one.headline for one in told} == {"bag_sold"}
    assert len(made) == 2
    monkeypatch.setattr(lot_files, "_HANDED_BYTES_MAX", 100)
    book.clock.now = datetime.fromisoformat("2026-05-03T08:22:00+00:00")
    for _ in range(3):
        book.ledger.published_lot_file(LOT)
    assert len(made) == 5


def test_no_file_is_handed_out_of_what_is_not_published(book: Season) -> None:
    book.ledger.publish()
    assert offline(book, book.ledger.published_lot_file(LOT), season.serial(1)).headline == "issued"
    say(book, mark("sold", 1))
    with pytest.raises(ConflictError) as caught:
        book.ledger.published_lot_file(LOT)
    assert caught.value.code == "head_moved"


def test_nobody_has_many_digests_made_by_asking(
    book: Season, monkeypatch: pytest.MonkeyPatch
) -> None:
    book.ledger.publish()
    monkeypatch.setattr(lot_files, "WAITED_FOR_MAX", season.BAGS - 1)
    with pytest.raises(ConflictError) as caught:
        book.ledger.published_lot_file(LOT)
    assert caught.value.code == "lot_file_unmade"
    book.ledger.lot_file(LOT)
    assert book.ledger.published_lot_file(LOT)


def test_digests_of_one_lot_at_a_time_are_made_for_who_asks(book: Season) -> None:
    book.ledger.publish()
    with book.ledger._lot_files._making, pytest.raises(ConflictError) as caught:
        book.ledger.published_lot_file(LOT)
    assert caught.value.code == "lot_file_in_turn"
    assert book.ledger.published_lot_file(LOT)
