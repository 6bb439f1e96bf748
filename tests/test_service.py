"""Conversations with a ledger: what it takes, what it refuses, what it proves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from ledger.errors import (
    ConflictError,
    CorruptedError,
    LedgerError,
    MalformedError,
    NotFoundError,
    RefusedError,
)
from ledger.log.checkpoint import cosign_checkpoint, open_checkpoint
from ledger.log.merkle import check_consistency, leaf_hash, root_of
from ledger.log.note import parse_vkey
from ledger.log.policy import parse_policy
from ledger.log.proof_file import check_proof, parse_proof
from ledger.log.statement import STATEMENT_LENGTH_MAX
from ledger.log.tiles import parse_bundle
from ledger.rice import acts
from ledger.rice.acts import Scope
from ledger.rice.facts import Actor, Lot, find
from ledger.sequencer import Answer, Receipt
from ledger.service import Ledger
from tests.small_season import (
    AREA,
    ORIGIN,
    SEASON,
    START,
    Clock,
    drying,
    founding,
    harvest,
    key_of,
    lot,
    offered,
    opening,
    receiving,
    registration,
    sealed,
    words,
)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(tmp_path: Path, database_url: str, clock: Clock) -> Iterator[Ledger]:
    made = Ledger.create(
        tmp_path / "ledger", key_of("log"), founding=founding(), database=database_url, clock=clock
    )
    assert codes(made.append(opening())) == ["ok"] * len(opening())
    yield made
    made.close()


def codes(answers: list[Answer]) -> list[str]:
    return [answer.code if isinstance(answer, LedgerError) else "ok" for answer in answers]


def code(ledger: Ledger, statement: bytes) -> str:
    return codes(ledger.append([statement]))[0]


def receipt(answer: Answer) -> Receipt:
    assert isinstance(answer, Receipt), answer
    return answer


def test_a_season_begins(ledger: Ledger) -> None:
    assert ledger.size == 1 + len(opening())
    with ledger.reading() as view:
        actor = find(view, Actor, "actor:htx")
        assert actor is not None
        assert [role.role for role in actor.roles] == ["cooperative"]
        assert [fact.key for fact in view.facts_of("actor", limit=3)] == [
            *("actor:chi-cuc", "actor:htx", "actor:nha-may"),
        ]
        assert [fact.key for fact in view.facts_of("actor", after="actor:nha-may")] == ["actor:so"]


def test_a_receipt_says_where_a_statement_stands(ledger: Ledger) -> None:
    got = receipt(ledger.append([harvest(1)])[0])
    entry = ledger.entry(got.index)
    assert got.leaf_hash == leaf_hash(ledger.leaf(got.index))
    assert (entry.statement_digest, entry.recorded_at) == (got.digest, got.recorded_at)
    assert ledger.find(got.digest) == got.index
    assert ledger.receipt(got.index) == got
    assert ledger.statement(got.index) == harvest(1)


def test_the_same_bytes_get_the_same_receipt(ledger: Ledger) -> None:
    first, again = ledger.append([harvest(1), harvest(1)])
    assert receipt(first) == receipt(again) == receipt(ledger.append([harvest(1)])[0])
    assert ledger.size == 2 + len(opening())


def test_the_same_event_in_other_bytes_is_refused(ledger: Ledger) -> None:
    assert code(ledger, harvest(1)) == "ok"
    assert code(ledger, harvest(1, mass_g=999_000)) == "said_before"


REFUSED = {
    "a letter, not a statement": (b"Kinh gui So", "malformed_statement"),
    "nothing at all": (b"", "malformed_statement"),
    "too long to read": (b"e" * (STATEMENT_LENGTH_MAX + 1), "oversized"),
    "a second beginning": (founding(name="Sổ khác"), "founding_comes_first"),
    "a key nobody has": (registration("x", (), "a stranger"), "key_unknown"),
    "one root key of two": (registration("x", ("registrar",), "root 1"), "root_quorum"),
    "an office that may not register": (registration("x", (), "htx"), "office_not_held"),
    "a name that is taken": (registration("htx", (), "so"), "name_taken"),
    "keys of two offices": (registration("x", (), "so", "htx"), "one_speaker"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(ledger: Ledger, case: str) -> None:
    statement, expected = REFUSED[case]
    before = ledger.size
    assert code(ledger, statement) == expected
    assert ledger.size == before


def test_a_statement_for_another_ledger_is_refused(ledger: Ledger) -> None:
    goods = acts.RegisterProduct(gtin="08936000000028", form="bran", name=words("Cám"))
    assert code(ledger, sealed(goods, "nha-may", origin="demo.rice.example/ht-2026")) == (
        "other_ledger"
    )
    assert code(ledger, sealed(goods, "nha-may")) == "ok"


def test_a_changed_statement_is_refused(ledger: Ledger) -> None:
    head, payload, signature = harvest(1).split(b".")
    other = harvest(2).split(b".")[1]
    assert code(ledger, b".".join([head, other, signature])) == "signature_bad"
    assert code(ledger, b".".join([head, payload, signature])) == "ok"


def test_a_key_that_fits_every_message_is_never_enrolled(ledger: Ledger) -> None:
    weak = acts.NewKey(
        jwk=acts.Jwk(kty="OKP", crv="Ed25519", x="AQ" + "A" * 41),
        admin=True,
        not_after="2030-01-01T00:00:00Z",
    )
    act = acts.EnrolKey(actor="htx", key=weak)
    assert code(ledger, sealed(act, "htx")) == "key_small_order"


def test_a_key_counts_from_its_entry_until_it_is_revoked(ledger: Ledger) -> None:
    phone = offered(key_of("phone"), admin=False)
    enrol = sealed(acts.EnrolKey(actor="htx", key=phone), "htx", "phone")
    goods = acts.RevokeKey(kid=key_of("phone").public.kid, reason="lost")
    by_phone = harvest(1, signer="phone")
    assert code(ledger, by_phone) == "key_unknown"
    # Enrolled, used and revoked in one batch: each counts for what comes after it.
    answers = ledger.append([enrol, by_phone, sealed(goods, "htx"), harvest(2, signer="phone")])
    assert codes(answers) == ["ok", "ok", "ok", "key_ended"]
    # What it said before stands, and sending it again still gets the receipt.
    assert ledger.append([by_phone]) == [answers[1]]


def test_a_bad_statement_in_a_batch_harms_no_other(ledger: Ledger) -> None:
    answers = ledger.append([harvest(1), b"?", harvest(1, mass_g=5), harvest(2)])
    assert codes(answers) == ["ok", "malformed_statement", "said_before", "ok"]
    assert ledger.size == 3 + len(opening())


def test_together_all_land_or_none(ledger: Ledger) -> None:
    before = ledger.size
    bad = ledger.append([harvest(1), harvest(1, mass_g=5), harvest(2)], together=True)
    assert codes(bad) == ["refused_together", "said_before", "refused_together"]
    assert isinstance(bad[0], ConflictError)
    assert ledger.size == before
    with ledger.reading() as view:
        assert find(view, Lot, f"lot:{lot(1)}") is None
    good = ledger.append([harvest(1), harvest(2)], together=True)
    assert codes(good) == ["ok", "ok"]
    assert ledger.append([harvest(2), harvest(1)], together=True) == good[::-1]


def test_a_refused_group_leaves_nothing_behind_in_its_batch(ledger: Ledger) -> None:
    """The group shares its transaction with statements before and after it."""
    first = ledger.submit([harvest(1)])
    group = ledger.submit([harvest(2), harvest(3), b"?"], together=True)
    last = ledger.submit([harvest(3), harvest(2)])
    assert codes(first.result() + last.result()) == ["ok"] * 3
    assert codes(group.result())[2] == "malformed_statement"
    ledger.publish()
    assert [receipt(one).index for one in first.result() + last.result()] == [7, 8, 9]


def test_eight_threads_append_at_once(ledger: Ledger) -> None:
    batches = [[harvest(100 * who + n, mass_g=1000) for n in range(40)] for who in range(8)]
    with ThreadPoolExecutor(8) as threads:
        answers = [one for got in threads.map(ledger.append, batches) for one in got]
    assert codes(answers) == ["ok"] * 320
    indexes = [receipt(answer).index for answer in answers]
    assert sorted(indexes) == list(range(1 + len(opening()), 321 + len(opening())))
    for start in range(0, 320, 40):
        assert indexes[start : start + 40] == sorted(indexes[start : start + 40])
    ledger.publish()


def test_the_clock_of_the_log_never_goes_backwards(ledger: Ledger, clock: Clock) -> None:
    first = receipt(ledger.append([harvest(1)])[0])
    clock.now = START - timedelta(days=1)
    assert receipt(ledger.append([harvest(2)])[0]).recorded_at == first.recorded_at


def test_a_warning_is_kept_with_the_entry(ledger: Ledger) -> None:
    ledger.append([harvest(1)])
    got = receipt(ledger.append([receiving(1, mass_g=990_000)])[0])
    assert [warning.code for warning in got.warnings] == ["receipt_differs"]
    assert ledger.receipt(got.index) == got


def test_lots_are_traced_both_ways(ledger: Ledger) -> None:
    ledger.append([harvest(1), harvest(2), receiving(1), receiving(2)])
    assert codes(ledger.append([drying((1, 2), 3)])) == ["ok"]
    back = ledger.affected(Scope(kind="lot", id=lot(3)), "back")
    assert [(link.source, link.target) for link in back.links] == [
        *((lot(1), lot(3)), (lot(2), lot(3))),
    ]
    assert ledger.affected(Scope(kind="lot", id=lot(1))).links == back.links[:1]
    assert not ledger.affected(Scope(kind="lot", id=lot(3))).links
    cut = ledger.affected(Scope(kind="area", id=AREA, season=SEASON))
    assert cut.starts == (lot(1), lot(2))
    assert len(ledger.mentions(f"lot:{lot(1)}")) == 3


def test_publishing_says_what_is_stored(ledger: Ledger) -> None:
    ledger.append([harvest(n, mass_g=1000) for n in range(300)])
    note = ledger.publish()
    said = open_checkpoint(note, [parse_vkey(ledger.log_key)])
    leaves = [leaf_hash(ledger.leaf(index)) for index in range(ledger.size)]
    assert (said.origin, said.size, said.root) == (ORIGIN, len(leaves), root_of(leaves))
    assert ledger.publish() == ledger.checkpoint() == note


def test_every_published_size_is_proved_consistent(ledger: Ledger) -> None:
    for n in range(0, 600, 120):
        ledger.append([harvest(n + at, mass_g=1000) for at in range(120)])
        ledger.publish()
    signed = ledger.checkpoints.all()
    assert len(signed) == 6
    for old in signed:
        for new in signed[signed.index(old) :]:
            path = ledger.prove_consistency(old.size, new.size)
            check_consistency(old.root, old.size, new.root, new.size, path)


def test_an_entry_is_proved_once_it_is_published(ledger: Ledger) -> None:
    index = receipt(ledger.append([harvest(1)])[0]).index
    with pytest.raises(NotFoundError) as refused:
        ledger.tlog_proof(index)
    assert refused.value.code == "not_published"
    ledger.publish()
    policy = parse_policy(f"log {ledger.log_key}\nquorum none\n")
    check_proof(parse_proof(ledger.tlog_proof(index)), ledger.leaf(index), policy)


def test_tiles_and_bundles_reach_as_far_as_is_published(ledger: Ledger) -> None:
    ledger.publish()
    size = ledger.size
    ledger.append([harvest(1)])
    assert len(ledger.tile(0, 0, size)) == 32 * size
    assert parse_bundle(ledger.entry_bundle(0, size)) == [ledger.leaf(n) for n in range(size)]
    for unpublished in (ledger.tile, lambda _, index, width: ledger.entry_bundle(index, width)):
        with pytest.raises(NotFoundError):
            unpublished(0, 0, size + 1)


def test_cosignatures_are_kept_beside_the_note(ledger: Ledger) -> None:
    note = ledger.publish()
    cosigned = cosign_checkpoint(note, "witness.example", key_of("witness"), 1_772_000_000)
    ledger.add_cosignature(cosigned)
    assert ledger.checkpoint() == cosigned
    assert ledger.published().note == note
    with pytest.raises(ConflictError):
        ledger.add_cosignature(note)


def test_the_publisher_publishes_until_it_is_stopped(ledger: Ledger) -> None:
    stop = threading.Event()
    thread = threading.Thread(target=ledger.publish_every, args=(0.01, stop))
    thread.start()
    ledger.append([harvest(1)])
    while ledger.published().size < ledger.size:
        assert thread.is_alive()
    stop.set()
    thread.join()


def test_a_ledger_goes_on_where_it_was(tmp_path: Path, ledger: Ledger) -> None:
    got = ledger.append([harvest(1)])
    ledger.publish()
    ledger.close()
    again = Ledger.open(tmp_path / "ledger", key_of("log"), clock=Clock())
    assert again.append([harvest(1)]) == got
    assert code(again, harvest(2)) == "ok"
    again.close()


def test_without_the_log_key_nothing_is_signed(tmp_path: Path, ledger: Ledger) -> None:
    reader = Ledger.open(tmp_path / "ledger")
    assert reader.checkpoint() == ledger.checkpoint()
    with pytest.raises(NotFoundError) as refused:
        reader.publish()
    assert refused.value.code == "log_key_missing"
    reader.close()


def test_a_ledger_is_founded_only_by_a_founding_act(tmp_path: Path) -> None:
    with pytest.raises(RefusedError):
        Ledger.create(tmp_path / "a", key_of("log"), founding=opening()[0], clock=Clock())
    with pytest.raises(MalformedError):
        Ledger.create(tmp_path / "a", key_of("log"), founding=b"?", clock=Clock())
    assert not (tmp_path / "a").exists()


def test_a_folder_holds_one_ledger(tmp_path: Path) -> None:
    Ledger.create(tmp_path, key_of("log"), founding=founding(), clock=Clock()).close()
    with pytest.raises(ConflictError) as refused:
        Ledger.create(tmp_path, key_of("log"), founding=founding(), clock=Clock())
    assert refused.value.code == "folder_taken"
    with pytest.raises(NotFoundError):
        Ledger.open(tmp_path / "nowhere")


def test_another_log_key_is_not_taken_for_this_one(tmp_path: Path, ledger: Ledger) -> None:
    with pytest.raises(LedgerError):
        Ledger.open(tmp_path / "ledger", key_of("another log"))


def test_two_processes_take_turns(tmp_path: Path, ledger: Ledger) -> None:
    """Two ledgers over one database: what one writes, the other judges on."""
    other = Ledger.open(tmp_path / "ledger", key_of("log"), clock=Clock())
    statements = [harvest(n, mass_g=1000) for n in range(60)]
    with ThreadPoolExecutor(2) as threads:
        mine = threads.submit(lambda: [ledger.append([one])[0] for one in statements])
        theirs = threads.submit(lambda: [other.append([one])[0] for one in statements[::-1]])
    assert mine.result() == theirs.result()[::-1]
    assert ledger.size == 60 + 1 + len(opening())
    ledger.publish()
    other.close()


def test_a_database_that_is_not_the_ledgers_own_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "ledger"
    one = Ledger.create(folder, key_of("log"), founding=founding(), clock=Clock())
    one.close()
    (tmp_path / "old.db").write_bytes((folder / "ledger.db").read_bytes())
    two = Ledger.open(folder, key_of("log"), clock=Clock())
    two.append(opening())
    two.publish()
    two.close()
    (folder / "ledger.db").write_bytes((tmp_path / "old.db").read_bytes())
    with pytest.raises(CorruptedError) as refused:
        Ledger.open(folder, key_of("log"))
    assert refused.value.code == "past_differs"
