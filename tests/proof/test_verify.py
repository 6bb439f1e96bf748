"""Prove, then bend: nothing in a bundle can be changed without being seen, and nothing raises."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.proof.bundle import Bundle, format_state, parse_state, read_bundle, write_bundle
from ledger.proof.replay import _DRAW_CODES, _FINDING_OF, _MARK_CODES
from ledger.proof.rules import HEADLINES, RULES
from ledger.proof.trust import Trust, read_trust, write_trust
from ledger.proof.verdict import AXES, Verdict
from ledger.proof.verify import verify, verify_bytes
from ledger.rice.rulebook import RULES as RULEBOOK
from tests.vectors import make, scenes
from tests.vectors import small_harvest as season
from tests.vectors.scenes import CASES

FOLDER = make.FOLDER / "one-bag"
DATA = (FOLDER / "bundle.json").read_bytes()
TRUST_DATA = (FOLDER / "trust.json").read_bytes()
BUNDLE = read_bundle(DATA)
TRUST = read_trust(TRUST_DATA)
AT = season.JUDGED
CALM = {"verified", "superseded_after_packing", "expired_after_packing", "not_certified"}
"""Headlines that let somebody rely on a record."""


def headline(bundle: Bundle, trust: Trust = TRUST, at: datetime = AT) -> str:
    return verify(bundle, trust, at).headline


def is_seen(data: bytes) -> bool:
    return verify_bytes(data, TRUST, AT).headline not in CALM


def signed_spans() -> Iterator[range]:
    """Yield where statements and the state stand: most of the file, each under one signature."""
    for text in (BUNDLE.state, *(entry.statement for entry in BUNDLE.entries)):
        spelled = json.dumps(text, ensure_ascii=False)[1:-1].encode()
        start = DATA.index(spelled)
        yield range(start, start + len(spelled))


def test_the_bundle_that_is_bent_here_is_good() -> None:
    assert headline(BUNDLE) == "verified"
    assert write_bundle(BUNDLE) == DATA


def test_no_byte_of_a_bundle_is_decoration() -> None:
    """Every byte that is under no signature of its own; of signed texts, the ends and samples."""
    inside = [span[8:-8] for span in signed_spans()]
    assert sum(map(len, inside)) > len(DATA) // 2
    dense = set(range(len(DATA))).difference(*inside)
    sparse = {at for span in inside for at in span[::64]}
    for at in sorted(dense | sparse):
        bent = DATA[:at] + bytes([DATA[at] ^ 1]) + DATA[at + 1 :]
        assert is_seen(bent), f"byte {at}: {DATA[at - 20 : at + 20]!r}"


@pytest.mark.parametrize("bit", range(8))
def test_no_bit_of_a_note_or_number_is_decoration(bit: int) -> None:
    first = DATA.index(b'"gtin"')
    for at in range(first, max(first, DATA.index(b'"entries"'))):
        assert is_seen(DATA[:at] + bytes([DATA[at] ^ 1 << bit]) + DATA[at + 1 :])
    for name in (b'"index":', b'"proof":[', b'"salt":"', b'"serial":"', b'"lot":"'):
        at = DATA.index(name) + len(name)
        for place in range(at, at + 8):
            bent = DATA[:place] + bytes([DATA[place] ^ 1 << bit]) + DATA[place + 1 :]
            assert is_seen(bent), (name, place)


@pytest.mark.parametrize("at", range(len(BUNDLE.entries)))
def test_no_entry_can_be_left_out_doubled_or_moved(at: int) -> None:
    entries = BUNDLE.entries
    shorter = entries[:at] + entries[at + 1 :]
    for changed in (shorter, (*shorter, entries[at]), (*entries[: at + 1], *entries[at:])):
        if changed != entries:
            assert headline(structs.replace(BUNDLE, entries=changed)) == "damaged"


def test_no_hash_can_be_added_doubled_dropped_or_lent() -> None:
    hashes = BUNDLE.hashes
    other = encoding.encode_base64(bytes(32))
    for changed in (
        (*hashes, other),
        (*hashes, hashes[0]),
        hashes[:-1],
        (hashes[1], hashes[0], *hashes[2:]),
    ):
        assert headline(structs.replace(BUNDLE, hashes=changed)) == "damaged"
    first, second, *rest = BUNDLE.entries
    swapped = (
        structs.replace(first, proof=second.proof),
        structs.replace(second, proof=first.proof),
        *rest,
    )
    assert headline(structs.replace(BUNDLE, entries=swapped)) == "damaged"


@pytest.mark.parametrize("at", range(len(BUNDLE.entries)))
def test_no_proof_can_be_longer_shorter_or_point_nowhere(at: int) -> None:
    entry = BUNDLE.entries[at]
    for proof in ((*entry.proof, 0), entry.proof[:-1], (*entry.proof[:-1], 2**53 - 1)):
        entries = list(BUNDLE.entries)
        entries[at] = structs.replace(entry, proof=proof)
        assert headline(structs.replace(BUNDLE, entries=tuple(entries))) == "damaged"


def test_an_empty_bundle_is_damaged() -> None:
    assert headline(structs.replace(BUNDLE, entries=(), hashes=())) == "damaged"


@pytest.mark.parametrize(
    "changes",
    [
        {"lot": "L260410B"},
        {"lot": "a/b"},
        {"lot": "Cần Thơ"},
        {"lot": "\n"},
        {"batch": ""},
        {"number": 8},
        {"gtin": season.RICE},
        {"gtin": "0" * 14},
        {"gtin": "00000000000001"},
    ],
)
def test_evidence_speaks_of_no_other_lot_than_its_own(changes: dict[str, object]) -> None:
    assert headline(structs.replace(BUNDLE, **changes)) == "damaged"


@pytest.mark.parametrize(
    "changes",
    [
        {"salt": ""},
        {"salt": "no base64"},
        {"path": ()},
        {"path": BUNDLE.path[::-1]},
        {"serial": ""},
        {"serial": "ọ" * 16},
    ],
)
def test_a_serial_without_its_own_proof_is_unknown(changes: dict[str, object]) -> None:
    assert headline(structs.replace(BUNDLE, **changes)) == "unknown_code"


def test_time_decides_only_how_fresh_the_record_is() -> None:
    fresh = timedelta(hours=72)
    moments = {
        season.SIGNED - timedelta(minutes=5, seconds=1): "cannot_check",
        season.SIGNED - timedelta(minutes=5): "verified",
        season.SIGNED + fresh: "verified",
        season.SIGNED + fresh + timedelta(seconds=1): "cannot_check",
    }
    assert {at: headline(BUNDLE, at=at) for at in moments} == moments


def test_what_is_known_to_be_bad_stays_bad_when_it_is_old() -> None:
    late = AT + timedelta(days=365)
    for name in (
        "recalled",
        "withdrawn-since",
        "on-hold",
        "overdrawn-silo_fail",
        "salt-changed_fail",
    ):
        data = (make.FOLDER / name / "bundle.json").read_bytes()
        assert verify_bytes(data, TRUST, late).headline == verify_bytes(data, TRUST, AT).headline


def test_whoever_replays_the_log_can_show_that_a_state_was_false() -> None:
    """A recall left out of a signed state: the verdict cannot see it, the log's signature can."""
    made = CASES["state-leaves-out-recall"]()
    bundle = read_bundle(made.bundle)
    state = scenes.stated(bundle)
    recall = season.steps()
    assert verify(bundle, TRUST, AT).headline == "verified"
    listed = state.entries[f"lot:{scenes.BAGS_URI}"]
    assert len(recall) not in listed
    assert len(recall) < state.size, "the log had recorded the recall at the size it signed for"


@pytest.mark.parametrize("name", CASES)
def test_no_case_is_believed_by_a_reader_of_another_ledger(name: str) -> None:
    other = structs.replace(TRUST, founding=encoding.encode_base64(bytes(32)))
    data = (make.FOLDER / name / "bundle.json").read_bytes()
    assert verify_bytes(data, other, AT).headline == "damaged"


def test_every_rule_of_the_rulebook_counts_under_a_check_of_the_verdict() -> None:
    codes = {rule.code for rule in RULEBOOK if not rule.warns}
    assert _FINDING_OF.keys() <= codes
    assert codes >= _DRAW_CODES | _MARK_CODES
    assert set(_FINDING_OF.values()) <= RULES.keys()


def assert_whole(verdict: Verdict) -> None:
    assert verdict.headline in HEADLINES
    assert [finding.rule for finding in verdict.findings] == list(RULES)
    assert tuple(verdict.axes) == AXES


@given(data=st.binary(max_size=200))
def test_any_bytes_are_judged(data: bytes) -> None:
    verdict = verify_bytes(data, TRUST, AT)
    assert_whole(verdict)
    assert verdict.headline == "damaged"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(value=JSON)
def test_any_json_is_judged(value: object) -> None:
    assert_whole(verify_bytes(json.dumps(value).encode(), TRUST, AT))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_bundle_with_anything_in_it_changed_is_judged_and_not_believed(
    draw: st.DataObject,
) -> None:
    """Any member is replaced by any value; whatever comes out is judged, and never found good."""
    tree = json.loads(DATA)
    node, keys = tree, list[tuple[Any, Any]]()
    while isinstance(node, dict | list) and node and (not keys or draw.draw(st.booleans())):
        names = sorted(node) if isinstance(node, dict) else list(range(len(node)))
        key = draw.draw(st.sampled_from(names))
        keys.append((node, key))
        node = node[key]
    parent, key = keys[-1]
    values = [JSON, st.integers(0, 60), st.sampled_from(list(BUNDLE.hashes))]
    if isinstance(node, str):
        values.append(st.text(max_size=40).map(node.__add__))
        values.append(st.just(node[:-1]))
    changed = draw.draw(st.one_of(values))
    if changed == node:
        return
    parent[key] = changed
    data = json.dumps(tree, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    verdict = verify_bytes(data.encode("utf-8", "surrogatepass"), TRUST, AT)
    assert_whole(verdict)
    assert verdict.headline not in CALM


@settings(max_examples=200, deadline=None)
@given(at=st.integers(0, len(DATA) - 1), cut=st.integers(0, 40), put=st.binary(max_size=40))
def test_a_bundle_with_bytes_cut_and_put_is_judged_and_not_believed(
    at: int, cut: int, put: bytes
) -> None:
    bent = DATA[:at] + put + DATA[at + cut :]
    verdict = verify_bytes(bent, TRUST, AT)
    assert_whole(verdict)
    assert bent == DATA or verdict.headline not in CALM


@given(data=st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
def test_a_trust_file_is_read_or_refused(data: bytes) -> None:
    for read in (read_trust, read_bundle):
        with pytest.raises(LedgerError):
            read(data)


@pytest.mark.parametrize(
    "changes",
    [
        {"policy": "quorum none\n"},
        {"policy": ""},
        {"policy": "log nonsense\nquorum none\n"},
        {"policy": TRUST.policy.replace("quorum none", "quorum w1")},
        {"fresh_hours": 0},
        {"founding": "AAAA"},
        {"trust": "rice-ledger/trust@v2"},
    ],
)
def test_trust_that_could_not_be_used_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(LedgerError):
        read_trust(write_trust(structs.replace(TRUST, **changes)))


STATE = format_state(scenes.stated(BUNDLE))


def test_a_state_has_one_spelling() -> None:
    assert format_state(parse_state(STATE)) == STATE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("rice-ledger/state@v1", "rice-ledger/state@v2"),
        ("\nledger: 0\n", "\nledger: 00\n"),
        ("\nledger: 0\n", "\nledger: 0 0\n"),
        ("\nledger: 0\n", "\nledger: 1 0\n"),
        ("\nledger: 0\n", "\nledger:  0\n"),
        ("\nledger: 0\n", "\nledger: 25\n"),
        ("\nledger: 0\n", "\nledger: 0\nledger: 0\n"),
        ("\nledger: 0\n", "\nledger: 0\n\n"),
        ("2026-05-02T02:00:00.000Z", "2026-05-02T02:00:00Z"),
        ("2026-05-02T02:00:00.000Z", "2026-02-30T02:00:00.000Z"),
        ("\n25\n", "\n025\n"),
    ],
)
def test_a_state_in_another_spelling_is_refused(old: str, new: str) -> None:
    assert STATE.count(old) == 1
    with pytest.raises(LedgerError):
        parse_state(STATE.replace(old, new))


@given(st.text(max_size=60) | st.text(alphabet="0123456789 \n:abc", max_size=60).map(STATE.__add__))
def test_any_state_is_read_or_refused(text: str) -> None:
    try:
        state = parse_state(text)
    except LedgerError:
        return
    assert format_state(state) == text
