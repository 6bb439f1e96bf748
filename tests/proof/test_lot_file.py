"""Lot files: every vector judged whole, every byte bent, and whatever facts there may be."""

from __future__ import annotations

import hmac
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import get_args, get_type_hints
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from ledger.errors import LedgerError, MalformedError
from ledger.log import encoding
from ledger.proof.lot_file import (
    DIGEST_BYTES,
    ITERATIONS,
    MAXIMUM_BYTES,
    Batch,
    Stop,
    Voided,
    code_digest,
    digests_hash,
    read_lot_file,
    write_lot_file,
)
from ledger.proof.marked import read_numbers, spell_numbers
from ledger.proof.offline import OfflineVerdict, judge_code, write_offline_verdict
from ledger.proof.rules import LIMITS, OFFLINE_HEADLINES, VOIDED, WHYS
from ledger.proof.trust import read_trust
from ledger.proof.verdict import Party
from ledger.rice import acts
from ledger.rice.acts import LocalText
from ledger.rice.scopes import BagRange
from tests.vectors import small_harvest as season
from tests.vectors_lotfile import make
from tests.vectors_lotfile.cases import CASES, Made, code_of, scene

FOLDERS = sorted(path for path in make.FOLDER.iterdir() if (path / "file.lot").exists())
KEY = season.key("log")


def asked(made: Made, file: bytes | None = None) -> OfflineVerdict:
    data = made.file if file is None else file
    return judge_code(data, made.code, read_trust(made.trust), made.at)


def judged(folder: Path) -> OfflineVerdict:
    at = encoding.parse_time((folder / "at.txt").read_text().rstrip("\n"))
    code = (folder / "code.txt").read_text(encoding="utf-8").rstrip("\n")
    trust = read_trust((folder / "trust.json").read_bytes())
    return judge_code((folder / "file.lot").read_bytes(), code, trust, at)


VERDICTS = {folder.name: judged(folder) for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_vector_is_judged_as_it_says(folder: Path) -> None:
    assert write_offline_verdict(VERDICTS[folder.name]) == (folder / "verdict.json").read_bytes()


@pytest.mark.parametrize("name", CASES)
def test_a_vector_is_made_again_byte_for_byte(name: str) -> None:
    folder = make.FOLDER / name
    made = make.files(name)
    assert {path.name for path in folder.iterdir()} == made.keys()
    for file, data in made.items():
        assert (folder / file).read_bytes() == data, file


def test_every_folder_is_a_case_and_every_case_a_folder() -> None:
    assert [folder.name for folder in FOLDERS] == sorted(CASES)


def test_every_headline_and_every_why_occurs() -> None:
    assert {verdict.headline for verdict in VERDICTS.values()} == OFFLINE_HEADLINES.keys()
    assert {verdict.why for verdict in VERDICTS.values()} - {""} == WHYS.keys()


@pytest.mark.parametrize("name", VERDICTS)
def test_a_name_tells_whether_the_file_is_believed(name: str) -> None:
    verdict = VERDICTS[name]
    assert name.endswith("_fail") == (verdict.headline == "damaged")
    assert (verdict.headline == "issued") == name.startswith("issued")
    assert bool(verdict.as_of) == (verdict.headline != "damaged")
    assert verdict.limits == tuple(LIMITS)


def test_every_reason_to_cancel_a_label_has_words() -> None:
    reasons = get_args(get_type_hints(acts.VoidLabels)["reason"])
    assert tuple(VOIDED) == reasons


@pytest.mark.parametrize("headline", OFFLINE_HEADLINES)
def test_nothing_good_or_bad_is_said_without_its_date(headline: str) -> None:
    words = OFFLINE_HEADLINES[headline]
    for said in (words.en, words.vi):
        assert ("{since}" in said) == (
            headline not in {"damaged", "cannot_check", "mistyped", "not_in_lot"}
        )
    filled = words.about.words().fill({"since": "2026-05-02"})
    assert "{" not in filled.en + filled.vi


def test_no_byte_of_a_lot_file_is_decoration() -> None:
    made = CASES["issued-anew"]()
    for place in range(len(made.file)):
        for bit in (1, 0x80):
            bent = made.file[:place] + bytes([made.file[place] ^ bit]) + made.file[place + 1 :]
            assert asked(made, bent).headline == "damaged", f"byte {place}"


def test_a_lot_file_that_is_cut_or_longer_is_refused() -> None:
    made = CASES["issued"]()
    for length in range(len(made.file)):
        assert asked(made, made.file[:length]).headline == "damaged"
    for more in (b"\n", b"\0", bytes(DIGEST_BYTES)):
        assert asked(made, made.file + more).why in {"unreadable", "not_signed"}
    assert asked(made, bytes(MAXIMUM_BYTES + 1)).why == "unreadable"


def test_every_bag_is_found_and_no_other_code() -> None:
    made = scene().made()
    trust = read_trust(made.trust)
    for number in range(1, season.BAGS + 1):
        verdict = judge_code(made.file, code_of(number), trust, made.at)
        assert verdict.headline == "issued"
        assert verdict.bag is not None
        assert (verdict.bag.number, verdict.bag.count) == (number, season.BAGS)


@given(
    st.binary(max_size=300)
    | st.binary(max_size=60).map(lambda data: b"rice-ledger/lot-file@v1\n" + data)
)
def test_noise_is_judged_and_not_raised(data: bytes) -> None:
    assert asked(CASES["issued"](), data).why == "unreadable"


@given(st.text(max_size=60))
@settings(max_examples=50)
def test_whatever_is_typed_is_judged_and_not_raised(code: str) -> None:
    made = scene().made()
    verdict = judge_code(made.file, code, read_trust(made.trust), made.at)
    assert verdict.headline in {"mistyped", "not_in_lot"}


def test_a_digest_is_what_the_document_says() -> None:
    """RFC 8018 section 5.2 by hand: HMAC again and again, every result joined by XOR."""
    salt, serial = bytes(range(16)), "00CVVWZJPJSSN1N0"
    last = hmac.digest(serial.encode(), salt + b"\0\0\0\1", sha256)
    joined = int.from_bytes(last, "big")
    for _ in range(ITERATIONS - 1):
        last = hmac.digest(serial.encode(), last, sha256)
        joined ^= int.from_bytes(last, "big")
    assert code_digest(salt, serial) == joined.to_bytes(32, "big")[:DIGEST_BYTES]


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20
)
TEXT = NAMES.map(lambda text: normalize("NFC", text))
WORDS = st.builds(LocalText, vi=TEXT, en=TEXT)


def ranges_in(count: int) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Ranges in order, apart from each other."""

    def pairs(numbers: set[int]) -> tuple[tuple[int, int], ...]:
        ends = sorted(numbers)[: len(numbers) // 2 * 2]
        return tuple(zip(ends[::2], ends[1::2], strict=True))

    return st.sets(st.integers(1, count), max_size=8).map(pairs)


@st.composite
def batches(draw: st.DrawFn, name: str) -> tuple[Batch, bytes]:
    count = draw(st.integers(1, 50))
    data = draw(st.binary(min_size=count * DIGEST_BYTES, max_size=count * DIGEST_BYTES))
    spans = [
        Voided(first=first, last=last, reason="lost") for first, last in draw(ranges_in(count))
    ]
    said = Batch(
        batch=name,
        count=count,
        digests=digests_hash(data),
        salt=encoding.encode_base64(draw(st.binary(min_size=16, max_size=16))),
        voided=tuple(spans),
        waiting=spell_numbers(draw(ranges_in(count))),
        sold=spell_numbers(draw(ranges_in(count))),
        opened=spell_numbers(draw(ranges_in(count))),
    )
    return said, data


@st.composite
def stops(draw: st.DrawFn, batch: Batch) -> Stop:
    ranges = draw(ranges_in(batch.count))
    return Stop(
        kind=draw(st.sampled_from(["hold", "recall"])),
        by=Party(actor="may", name=draw(WORDS)),
        reason=draw(WORDS),
        contact=draw(TEXT),
        on="2026-05-01",
        entry=draw(st.integers(0, 2**53 - 1)),
        ranges=tuple(BagRange(batch=batch.batch, first=one, last=two) for one, two in ranges),
    )


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_whatever_a_log_says_of_a_lot_comes_back(data: st.DataObject) -> None:
    made = [data.draw(batches(name)) for name in ("N1", "N1-2")[: data.draw(st.integers(1, 2))]]
    facts = structs.replace(
        scene().facts,
        product=data.draw(WORDS),
        batches=tuple(batch for batch, _ in made),
        stops=tuple(data.draw(st.lists(stops(made[0][0]), max_size=3))),
    )
    file = write_lot_file(facts, [digests for _, digests in made], season.ORIGIN, KEY)
    read = read_lot_file(file)
    assert read.facts == facts
    assert read.digests == tuple(digests for _, digests in made)
    assert read.has_signed_digests()


def test_a_log_that_signs_facts_that_do_not_fit_is_not_read() -> None:
    shown = scene()
    (batch,) = shown.facts.batches
    for bent in (
        {"batches": ()},
        {"batches": (batch, batch)},
        {"as_of": "2026-05-02"},
        {"gtin": "09521234000304"},
        {"founding": "A" * 43 + "B"},
        {"batches": (structs.replace(batch, salt="A" * 21 + "B=="),)},
        {"batches": (structs.replace(batch, sold="A"),)},
        {"batches": (structs.replace(batch, opened=spell_numbers([(21, 21)])),)},
        {"packed_on": "2026-02-30"},
    ):
        facts = structs.replace(shown.facts, **bent)
        data = write_lot_file(facts, shown.digests * len(facts.batches), season.ORIGIN, KEY)
        with pytest.raises(LedgerError):
            read_lot_file(data)


def test_a_lot_with_more_than_a_file_holds_is_refused() -> None:
    shown = scene()
    (batch,) = shown.facts.batches
    marks = spell_numbers((number, number) for number in range(1, 8_000_000, 2))
    facts = structs.replace(shown.facts, batches=(structs.replace(batch, sold=marks),))
    with pytest.raises(MalformedError) as caught:
        write_lot_file(facts, shown.digests, season.ORIGIN, KEY)
    assert caught.value.code == "lot_file_oversized"


def test_a_million_labels_with_marks_all_over_are_one_file() -> None:
    shown, count = scene(), 1_000_000
    (batch,) = shown.facts.batches
    sold = Random(7).sample(range(1, count + 1), 50_000)
    digests = bytes(count * DIGEST_BYTES)
    marked = structs.replace(
        batch,
        count=count,
        digests=digests_hash(digests),
        sold=spell_numbers((number, number) for number in sorted(sold)),
    )
    facts = structs.replace(shown.facts, batches=(marked,))
    file = write_lot_file(facts, [digests], season.ORIGIN, KEY)
    assert len(file) - len(digests) < 130_000
    (read,) = read_lot_file(file).facts.batches
    numbers = [n for one, two in read.numbers(read.sold) for n in range(one, two + 1)]
    assert numbers == sorted(sold)


@given(st.sets(st.integers(1, 400)), st.integers(0, 3))
def test_numbers_have_one_spelling(numbers: set[int], more: int) -> None:
    count = max(numbers, default=1) + more
    text = spell_numbers((number, number) for number in sorted(numbers))
    ranges = read_numbers(text, count)
    assert {n for one, two in ranges for n in range(one, two + 1)} == numbers
    assert all(two + 1 < three for (_, two), (three, _) in pairwise(ranges))
    assert spell_numbers(ranges) == text
    if numbers:
        with pytest.raises(MalformedError):
            read_numbers(text, max(numbers) - 1)


@pytest.mark.parametrize(
    "data",
    [
        *("", "00", "01", "0100", "02", "020001"),
        *("0001", "000100", "00000000", "0001010001", "00818001", "0080808080", "000180"),
        *("000001", "010100", "0100000000000000000001"),
    ],
)
def test_numbers_spelled_otherwise_are_refused(data: str) -> None:
    """Nothing written out, a run of none, runs that touch, lengths that are too long or cut off."""
    with pytest.raises(MalformedError):
        read_numbers(encoding.encode_base64(bytes.fromhex(data)) or "=", 400)


@given(st.binary(max_size=12), st.integers(1, 400))
def test_any_bytes_are_numbers_in_their_one_spelling_or_none(data: bytes, count: int) -> None:
    text = encoding.encode_base64(data)
    try:
        ranges = read_numbers(text, count)
    except MalformedError:
        return
    assert spell_numbers(ranges) == text
