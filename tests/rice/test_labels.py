from __future__ import annotations

import hashlib
import hmac
import itertools
import random
from dataclasses import replace

import pytest

from ledger.errors import CorruptedError, LedgerError, MalformedError, ProofError
from ledger.log.merkle import leaf_hash, prove_inclusion, read_from, root_of
from ledger.rice.digital_link import parse_digital_link
from ledger.rice.labels import (
    ALPHABET,
    HASH_LENGTH_BYTES,
    MAXIMUM_COUNT,
    SERIAL_LENGTH,
    LabelBatch,
    check_character,
    check_membership,
    commit,
    format_code,
    label_at,
    label_leaf,
    labels_between,
    parse_serial,
    prove_membership,
    read_code,
)

SECRET = bytes(range(32))
GTIN = "09521234000303"
BATCH = LabelBatch(GTIN, "DX26-0001", 1_000)


@pytest.mark.parametrize(
    ("data", "expected"), [("7K3MZQ0WP9TB", "D"), ("0123456789AB", "V"), ("ZZZZZZZZZZZZ", "R")]
)
def test_check_character_of_worked_examples(data: str, expected: str) -> None:
    assert check_character(data) == expected


def test_every_slip_of_one_character_and_every_swap_is_noticed() -> None:
    for number in range(1, 1_001, 97):
        serial = label_at(BATCH, SECRET, number).serial
        for place, sign in itertools.product(range(SERIAL_LENGTH), ALPHABET):
            bent = serial[:place] + sign + serial[place + 1 :]
            assert_mistyped(serial, bent)
        for one, other in itertools.combinations(range(SERIAL_LENGTH), 2):
            signs = list(serial)
            signs[one], signs[other] = signs[other], signs[one]
            assert_mistyped(serial, "".join(signs))


def assert_mistyped(serial: str, bent: str) -> None:
    if bent == serial:
        assert read_code(bent) == serial
        return
    with pytest.raises(MalformedError) as refusal:
        read_code(bent)
    assert refusal.value.code == "code_mistyped"


def test_a_code_is_read_as_people_type_it() -> None:
    for label in labels_between(BATCH, SECRET, 1, 100):
        printed = format_code(label.serial)
        assert printed == "-".join(label.serial[at : at + 4] for at in (0, 4, 8, 12))
        assert read_code(printed) == label.serial
        assert read_code(f" {format_code(label.serial, ' ').lower()} ") == label.serial
        for instead_of_zero, instead_of_one in itertools.product("oO", "iIlL"):
            typed = printed.replace("0", instead_of_zero).replace("1", instead_of_one)
            assert read_code(typed) == label.serial


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "code_length"),
        ("0000-YV3G-XANC-JG6", "code_length"),
        ("0000-YV3G-XANC-JG633", "code_length"),
        ("0000-YV3G-XANC-JGU3", "code_sign"),
        ("0000-YV3G-XANC-JG6\u0131", "code_sign"),
        ("0000-YV3G-XANC-JG6\u017f", "code_sign"),
        ("0000-YV3G-XANC-JG6\uff13", "code_sign"),
    ],
)
def test_what_is_no_code_is_told_apart_from_a_slip(typed: str, code: str) -> None:
    with pytest.raises(MalformedError) as refusal:
        read_code(typed)
    assert refusal.value.code == code


def test_a_serial_in_a_link_has_one_spelling() -> None:
    serial = label_at(BATCH, SECRET, 412).serial
    assert parse_serial(serial) == serial
    for other in (serial.lower(), format_code(serial), serial[:-1], serial + "0"):
        with pytest.raises(MalformedError):
            parse_serial(other)


def test_serials_follow_from_the_secret_alone() -> None:
    labels = list(labels_between(BATCH, SECRET, 1, BATCH.count))
    assert len({label.serial for label in labels}) == BATCH.count
    assert len({label.salt for label in labels}) == BATCH.count
    for number in (1, 2, 412, 1_000):
        text = f"rice-ledger/bag@v1\n{GTIN}\nDX26-0001\n1000\n{number - 1}\n"
        derived = hmac.digest(SECRET, text.encode(), "sha256")
        bits = (number - 1) << 55 | int.from_bytes(derived[:7], "big") >> 1
        data = "".join(ALPHABET[bits >> shift & 31] for shift in range(70, -1, -5))
        label = label_at(BATCH, SECRET, number)
        assert label.serial == data + check_character(data)
        assert label.salt == derived[-16:]
        assert BATCH.number_of(label.serial) == number
    for other in (replace(BATCH, lot="DX26-0002"), replace(BATCH, gtin="09521234000105")):
        assert label_at(other, SECRET, 412).serial != label_at(BATCH, SECRET, 412).serial


def test_the_number_takes_a_fifth_character_beyond_a_million() -> None:
    small, large = replace(BATCH, count=1_048_576), replace(BATCH, count=1_048_577)
    assert (small.number_length, large.number_length) == (4, 5)
    for batch in (small, large, replace(BATCH, count=MAXIMUM_COUNT)):
        for number in (1, batch.count):
            serial = label_at(batch, SECRET, number).serial
            assert len(serial) == SERIAL_LENGTH
            assert batch.number_of(serial) == number


def test_a_batch_that_cannot_be_printed_is_refused() -> None:
    for changes in (
        {"count": 0},
        {"count": MAXIMUM_COUNT + 1},
        {"gtin": "09521234000304"},
        {"lot": ""},
        {"lot": "Lô 1"},
        {"lot": "A\nB"},
        {"lot": "x" * 21},
    ):
        with pytest.raises(MalformedError):
            replace(BATCH, **changes)
    for number in (0, 1_001, -1):
        with pytest.raises(MalformedError):
            label_at(BATCH, SECRET, number)
    with pytest.raises(MalformedError):
        label_at(BATCH, SECRET[:31], 1)


def test_a_link_carries_the_serial_to_any_resolver() -> None:
    serial = label_at(BATCH, SECRET, 1).serial
    path = f"/01/{GTIN}/10/DX26-0001/21/{serial}"
    for resolver in ("https://gao.example.vn", "http://127.0.0.1:8000", "https://a.example/gao"):
        assert BATCH.link(serial, resolver) == resolver + path
    for resolver in (
        "",
        "gao.example.vn",
        "ftp://a.example",
        "https://a.example?x=",
        "https://a b",
    ):
        with pytest.raises(MalformedError):
            BATCH.link(serial, resolver)


def test_a_link_without_a_gtin_is_no_digital_link() -> None:
    serial = label_at(BATCH, SECRET, 1).serial
    link = BATCH.private_link(serial, "https://gao.example.vn")
    assert link == f"https://gao.example.vn/v/{serial}"
    with pytest.raises(MalformedError):
        parse_digital_link(link)
    with pytest.raises(MalformedError):
        BATCH.private_link(serial, "gao.example.vn")


@pytest.mark.parametrize("count", [*range(1, 8), 63, 64, 65, 127, 128, 129, 192, 193, 450])
def test_every_bag_of_a_batch_proves_itself(count: int) -> None:
    batch = replace(BATCH, count=count)
    commitment = commit(batch, SECRET)
    leaves = [label_leaf(batch, label) for label in labels_between(batch, SECRET, 1, count)]
    assert commitment.root == root_of(leaves)
    for number in range(1, count + 1):
        membership = prove_membership(batch, SECRET, commitment.shelf, number)
        check_membership(commitment.root, batch, membership)
        assert batch.number_of(membership.serial) == number
        path = prove_inclusion(number - 1, count, read_from(leaves))
        assert membership.path == tuple(path)


def test_a_leaf_is_the_hash_of_a_tagged_text() -> None:
    label = replace(label_at(BATCH, SECRET, 1), salt=bytes(16))
    text = f"rice-ledger/label@v1\n{GTIN}\nDX26-0001\n{label.serial}\nAAAAAAAAAAAAAAAAAAAAAA==\n"
    assert label_leaf(BATCH, label) == leaf_hash(text.encode())
    assert label_leaf(BATCH, label) == hashlib.sha256(b"\0" + text.encode()).digest()


def test_no_bent_proof_holds() -> None:
    commitment = commit(BATCH, SECRET)
    chance = random.Random(9)
    for number in (1, 2, 64, 65, 960, 961, 999, 1_000):
        true = prove_membership(BATCH, SECRET, commitment.shelf, number)
        assert true.path
        for place, hash_ in enumerate(true.path):
            at = chance.randrange(HASH_LENGTH_BYTES)
            flipped = hash_[:at] + bytes([hash_[at] ^ 1 << chance.randrange(8)]) + hash_[at + 1 :]
            for path in (
                (*true.path[:place], flipped, *true.path[place + 1 :]),
                (*true.path[:place], *true.path[place + 1 :]),
                (*true.path[:place], hash_, *true.path[place:]),
                (*true.path[:place], hash_[:-1], *true.path[place + 1 :]),
            ):
                assert_not_committed(commitment.root, BATCH, replace(true, path=path))
        for salt in (bytes(16), true.salt + b"\0", true.salt[:-1], b""):
            assert_not_committed(commitment.root, BATCH, replace(true, salt=salt))
        other = label_at(BATCH, SECRET, number % 1_000 + 1)
        assert_not_committed(commitment.root, BATCH, replace(true, serial=other.serial))
        assert_not_committed(bytes(32), BATCH, true)
        for batch in (replace(BATCH, lot="X"), replace(BATCH, gtin="09521234000105")):
            assert_not_committed(commitment.root, batch, true)


def assert_not_committed(root: bytes, batch: LabelBatch, membership: object) -> None:
    with pytest.raises(ProofError) as refusal:
        check_membership(root, batch, membership)  # type: ignore[arg-type]
    assert refusal.value.code == "label_not_committed"


def test_a_proof_is_of_a_batch_of_that_many_bags_only() -> None:
    commitment = commit(BATCH, SECRET)
    last = prove_membership(BATCH, SECRET, commitment.shelf, 1_000)
    for count in (999, 500, 1_025, 2_000_000):
        with pytest.raises(LedgerError):
            check_membership(commitment.root, replace(BATCH, count=count), last)


def test_a_shelf_that_does_not_fit_the_secret_is_noticed() -> None:
    commitment = commit(BATCH, SECRET)
    number = 700
    path = prove_membership(BATCH, SECRET, commitment.shelf, number).path
    for hash_ in (*path[6:], commitment.root):
        at = commitment.shelf.index(hash_)
        bent = commitment.shelf[:at] + bytes([hash_[0] ^ 1]) + commitment.shelf[at + 1 :]
        with pytest.raises(CorruptedError):
            prove_membership(BATCH, SECRET, bent, number)
    for shelf in (b"", commitment.shelf[:-1], commitment.shelf[HASH_LENGTH_BYTES:]):
        with pytest.raises(CorruptedError):
            prove_membership(BATCH, SECRET, shelf, number)
    with pytest.raises(CorruptedError):
        prove_membership(BATCH, bytes(32), commitment.shelf, number)


def test_progress_ends_at_the_count() -> None:
    told: list[int] = []
    commit(replace(BATCH, count=40_000), SECRET, told.append)
    assert told == [16_384, 32_768, 40_000]
