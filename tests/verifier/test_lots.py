"""What JavaScript reckons of rice, and of the labels on its bags, beside what Python does."""

from __future__ import annotations

import json
import random
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

import tests.world
from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.statement import parse_statement
from ledger.proof.bundle import gather
from ledger.proof.marked import read_numbers, spell_numbers
from ledger.proof.replay import Replay
from ledger.rice import labels, mass
from ledger.rice.case import Place, open_meaning
from ledger.rice.facts import Lot
from ledger.rice.labels import LabelBatch, Membership
from tests.rice import test_corrections, test_other_steps
from tests.rice import test_lots as rice_test_lots
from tests.tables import play
from tests.verifier.node import printed_by_node
from tests.verifier.recording import Recorder, plain
from tests.verifier.stories import BEGUN, Story
from tests.world import season

HERE = Path(__file__).parent
SEEDS = range(6)
_T15 = 10**15
HUGE = f"""
    pack  may  H1:1000  P9  {10**9}x5  segregated  -                      mass_gained
    pack  may  H1:1000  P9  {10**9}x{_T15}  segregated  -                 bag_differs
    mill  may  S2:1000  H9:{_T15},B9:{_T15}  14.0  segregated             mass_gained
    rework  may  H1:1000  H9:{_T15},B9:{_T15},C9:{_T15}  segregated       mass_gained
    harvest  htx  A001  L9  {_T15}  0.0  may                              yield_above_limit
    receive  may  L2  {_T15}  0.0  htx                                    not_consigned
    dry  may  L1:{_T15}  S2  {_T15}  0.0                                  exceeds_lot
    dry  may  L1:1000  S2  {_T15}  0.0                                    mass_gained
    count  may  S2  {_T15}                                                counted_above_books
    load  may  1,P1:{10**9}  ZZDU2632040                                  exceeds_lot
"""
STEPS = 100
BATCH = LabelBatch("09521234000303", "DX26-0001", 1_000)
SECRET = bytes(range(32))

Call = tuple[str, str, list[Any]]
"""A module, a function of it, and what it is given."""


def node(program: str, *arguments: object, asked: Iterable[object] = ()) -> str:
    """Return what a program of this folder prints when it is asked, a line of JSON for each."""
    given = "\n".join(json.dumps(one, default=_bytes) for one in asked)
    return printed_by_node(HERE / program, *arguments, given=given)


def called(calls: Iterable[Call]) -> list[dict[str, Any]]:
    """Return what Node answers to each call."""
    return [json.loads(line) for line in node("call.mjs", asked=calls).splitlines()]


def _bytes(value: bytes) -> dict[str, str]:
    return {"bytes": b64encode(value).decode()}


def outcome(ask: Callable[[], object]) -> dict[str, Any]:
    """Return what Python answers, as Node's answers are spelled."""
    try:
        return {"returned": ask()}
    except LedgerError as refusal:
        return {"refused": refusal.code, "details": refusal.details}


def assert_alike(asked: list[tuple[Call, Callable[[], object]]]) -> None:
    """Ask both; every answer must be the same, the order of members included."""
    by_node = called(call for call, _ in asked)
    assert len(by_node) == len(asked)
    for (call, ask), answer in zip(asked, by_node, strict=True):
        assert json.dumps(answer) == json.dumps(outcome(ask)), call


def _grams(chance: random.Random, most: int) -> int:
    """Return any figure, small ones and round ones as often as large ones."""
    return chance.choice([chance.randint(0, 9), chance.randint(0, 10**6), chance.randint(0, most)])


def _origin(chance: random.Random) -> dict[str, int]:
    names = [f"{chance.choice('AB01')}{chance.randint(0, 30)}/DX-2026" for _ in range(9)]
    return {
        name: max(1, _grams(chance, 10**10)) for name in names[: chance.choice([1, 1, 2, 3, 9])]
    }


def test_masses_and_shares_are_the_same_to_the_gram() -> None:
    chance = random.Random(20260301)
    asked: list[tuple[Call, Callable[[], object]]] = []

    def ask(name: str, function: Callable[..., object], *given: object) -> None:
        asked.append((("rice/mass", name, list(given)), partial(function, *given)))

    for _ in range(1_000):
        origin, other = _origin(chance), _origin(chance)
        left_g = sum(origin.values()) * chance.randint(100, 200) // 100
        draw_g = chance.choice([left_g, chance.randint(1, left_g)])
        ask("mass14G", mass.mass14_g, _grams(chance, 10**15), chance.randint(0, 400))
        ask("apportion", mass.apportion, _grams(chance, 10**12), origin)
        ask("take", mass.take, origin, draw_g, left_g)
        ask("add", mass.add, [origin, other])
        ask("subtract", mass.subtract, origin, mass.take(origin, draw_g, left_g))
    assert_alike(asked)


def test_bag_numbers_are_read_and_refused_alike() -> None:
    chance = random.Random(41)
    texts = ["", "=", "AA==", "A"]
    for _ in range(400):
        most = chance.choice([8, 40, 2_000])
        numbers = chance.sample(range(1, most + 1), chance.randint(1, most))
        data = b64decode(spell_numbers((number, number) for number in sorted(numbers)))
        at, bit = chance.randrange(len(data)), 1 << chance.randrange(8)
        bent = data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :]
        cut = data[: chance.randrange(len(data))]
        few = bytes(chance.choice([0, 1, 2, 128, 255]) for _ in range(chance.randint(1, 9)))
        texts += [b64encode(each).decode() for each in (data, bent, cut, few)]
    asked: list[tuple[Call, Callable[[], object]]] = []
    for text in texts:
        for count in (30, 2_000):
            read = partial(read_numbers, text, count)
            asked.append((("proof/marked", "readNumbers", [text, count]), read))
    assert_alike(asked)


def test_codes_are_read_and_refused_alike() -> None:
    chance = random.Random(32)
    typed = ["", "0000-YV3G-XANC-JG6", "0000-YV3G-XANC-JGU3", "\U0001f33e" * 16]
    signs = [*labels.ALPHABET, *"oilu\u0131\uff13!"]
    for label in labels.labels_between(BATCH, SECRET, 1, 300):
        serial = label.serial
        at = chance.randrange(16)
        bent = serial[:at] + chance.choice(signs) + serial[at + 1 :]
        typed += [serial, labels.format_code(serial).lower(), bent, labels.format_code(bent)]
    asked: list[tuple[Call, Callable[[], object]]] = []
    for text in typed:
        asked += [
            (("rice/labels", "readCode", [text]), partial(labels.read_code, text)),
            (("rice/labels", "parseSerial", [text]), partial(labels.parse_serial, text)),
            (("rice/labels", "formatCode", [text]), partial(labels.format_code, text)),
        ]
    assert_alike(asked)


@pytest.mark.parametrize("count", [0, 1, 1_048_576, 1_048_577, labels.MAXIMUM_COUNT, 2**25 + 1])
def test_batches_count_their_bags_alike(count: int) -> None:
    given = ["09521234000303", "DX26-0001", count]

    def made() -> dict[str, object]:
        batch = LabelBatch(*given)  # type: ignore[arg-type]
        return {"gtin": batch.gtin, "lot": batch.lot, "count": batch.count}

    asked: list[tuple[Call, Callable[[], object]]] = [(("rice/labels", "labelBatch", given), made)]
    if 1 <= count <= labels.MAXIMUM_COUNT:
        batch = LabelBatch(*given)  # type: ignore[arg-type]
        numbers = {1, count, count // 2 + 1}
        wide = replace(batch, count=labels.MAXIMUM_COUNT)
        for each, number in [(batch, number) for number in numbers] + [(wide, 2**25)]:
            serial = labels.label_at(each, SECRET, number).serial
            call: Call = ("rice/labels", "numberOf", [_batch(batch), serial])
            asked.append((call, partial(batch.number_of, serial)))
    assert_alike(asked)


@pytest.mark.parametrize(
    ("gtin", "lot"),
    [("09521234000304", "A"), ("09521234000303", ""), ("09521234000303", "x" * 21), ("", "Lô 1")],
)
def test_batches_that_cannot_be_printed_are_refused_alike(gtin: str, lot: str) -> None:
    given = [gtin, lot, 9]
    assert_alike([(("rice/labels", "labelBatch", given), lambda: LabelBatch(*given))])  # type: ignore[arg-type]


def _batch(batch: LabelBatch) -> dict[str, object]:
    return {"gtin": batch.gtin, "lot": batch.lot, "count": batch.count}


def _bent(true: bytes) -> list[bytes]:
    """Return bytes with each of them changed in turn, and too few or too many of them."""
    bent = [true[:at] + bytes([true[at] ^ 1]) + true[at + 1 :] for at in range(len(true))]
    return [*bent, true[:-1], true + b"\0", b""]


@pytest.mark.parametrize(("count", "number"), [(1, 1), (7, 7), (1_000, 412), (1_000, 1_000)])
def test_no_bent_membership_holds(count: int, number: int) -> None:
    batch = replace(BATCH, count=count)
    commitment = labels.commit(batch, SECRET)
    true = labels.prove_membership(batch, SECRET, commitment.shelf, number)
    tried: list[tuple[bytes, LabelBatch, Membership]] = [(commitment.root, batch, true)]
    tried += [(root, batch, true) for root in _bent(commitment.root)]
    tried += [(commitment.root, batch, replace(true, salt=salt)) for salt in _bent(true.salt)]
    for place, hash_ in enumerate(true.path):
        before, after = true.path[:place], true.path[place + 1 :]
        paths = [(*before, bent, *after) for bent in _bent(hash_)]
        paths += [(*before, *after), (*before, hash_, hash_, *after)]
        tried += [(commitment.root, batch, replace(true, path=path)) for path in paths]
    for place in range(16):
        for sign in labels.ALPHABET:
            serial = true.serial[:place] + sign + true.serial[place + 1 :]
            tried.append((commitment.root, batch, replace(true, serial=serial)))
    for size in {1, count - 1, count + 1, 2_000_000} - {0, count}:
        tried.append((commitment.root, replace(batch, count=size), true))
    other = labels.label_at(batch, SECRET, number % count + 1)
    tried.append((commitment.root, batch, replace(true, serial=other.serial)))
    asked: list[tuple[Call, Callable[[], object]]] = []
    for root, each, membership in tried:
        spelled = {
            "serial": membership.serial,
            "salt": _bytes(membership.salt),
            "path": [_bytes(hash_) for hash_ in membership.path],
        }
        call: Call = ("rice/labels", "checkMembership", [_bytes(root), _batch(each), spelled])
        asked.append((call, partial(labels.check_membership, root, each, membership)))
    assert_alike(asked)


def test_seasons_drawn_from_seeds_are_judged_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every refusal with its details, every fact, every lot that is worked out again."""
    cases = tmp_path / "cases.jsonl"
    with cases.open("w", encoding="utf-8") as sink:
        monkeypatch.setattr(tests.world, "judge", Recorder(sink).judge)
        for seed in SEEDS:
            Story(seed).go_on(STEPS)
    assert "cases, 0 wrong" in node("judge_cases.mjs", cases)


def test_every_story_of_lots_and_corrections_is_judged_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = tmp_path / "cases.jsonl"
    told = [
        story
        for module in (test_corrections, test_other_steps, rice_test_lots)
        for name, story in vars(module).items()
        if name.startswith("test_") and not signature(story).parameters
    ]
    with cases.open("w", encoding="utf-8") as sink:
        monkeypatch.setattr(tests.world, "judge", Recorder(sink).judge)
        for story in told:
            story()
    assert len(told) > 40
    assert "cases, 0 wrong" in node("judge_cases.mjs", cases)


def test_figures_beyond_what_a_double_holds_are_judged_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing limits what may be said but the rules: 10^9 bags of 10^12 g, 16 lots of 10^15 g."""
    cases = tmp_path / "cases.jsonl"
    with cases.open("w", encoding="utf-8") as sink:
        monkeypatch.setattr(tests.world, "judge", Recorder(sink).judge)
        play(season(), f"{BEGUN}{HUGE}")
    assert "cases, 0 wrong" in node("judge_cases.mjs", cases)


def test_logs_are_replayed_alike_whatever_a_bundle_speaks_of() -> None:
    """The log takes here what it should have refused, and a bundle may leave out what it needs."""
    chance = random.Random(7)
    asked, wanted = [], []
    for seed in SEEDS:
        story = Story(seed)
        story.go_on(STEPS)
        whole = [lot.key for lot in _lots(story) if lot.form == "packed"]
        for key in chance.sample(sorted(whole), min(3, len(whole))):
            subjects = _subjects(story, key)
            few = {subject for subject in subjects if chance.random() < 0.9}
            for each in (subjects, few | {"ledger:"}):
                job = _job(story, each)
                asked.append(job)
                wanted.append(_replayed(job))
    told = [json.loads(line) for line in node("replay.mjs", asked=asked).splitlines()]
    for job, expected, found in zip(asked, wanted, told, strict=True):
        assert len(found["found"]) == len(expected["found"])
        for index, broken in enumerate(expected["found"]):
            assert found["found"][index] == broken, (index, job["subjects"])
        assert found["sources"] == expected["sources"]
        for fact, other in zip(expected["facts"], found["facts"], strict=True):
            assert fact == (other and {name: other[name] for name in fact})  # there may be more
    answers = [broken for one in wanted for broken in one["found"]]
    assert len({broken["code"] for broken in answers if isinstance(broken, dict)}) > 15


def _lots(story: Story) -> list[Lot]:
    return [fact for fact in story.world.facts.values() if isinstance(fact, Lot)]


def _subjects(story: Story, key: str) -> set[str]:
    """Return what a bundle for a lot must speak of."""
    world = story.world
    known, _ = gather(
        {"ledger:", key, f"lettering:{key.partition(':')[2]}"},
        lambda wanted: {subject: tuple(world.told(subject)) for subject in wanted},
        lambda indexes: {index: world.entry(index)[1] for index in indexes},
    )
    return set(known)


def _job(story: Story, subjects: set[str]) -> dict[str, Any]:
    kinds = ("lot:", "pallet:", "container:", "labels:", "lettering:", "harvested:", "attestation:")
    return {
        "subjects": sorted(subjects),
        "said": [[encoding.format_time(at), b64encode(data).decode()] for at, data in story.heard],
        "asked": sorted(key for key in story.world.facts if key.startswith(kinds)),
    }


def _replayed(job: dict[str, Any]) -> dict[str, Any]:
    """Return what Python makes of a job, as Node answers it."""
    replay = Replay(frozenset(job["subjects"]))
    found: list[Any] = []
    for index, (at, data) in enumerate(job["said"]):
        meaning = open_meaning(parse_statement(b64decode(data)))
        try:
            broken = replay.take(meaning, Place(index, encoding.parse_time(at)))
        except Exception:  # noqa: BLE001  (a bug of ours, which is no verdict on either side)
            found.append("thrown")
            break
        found.append(
            broken and {"rule": broken.rule, "code": broken.code, "details": dict(broken.details)}
        )
    return {
        "found": found,
        "facts": [plain(replay.get(key)) for key in job["asked"]],
        "sources": [replay.sources(key.partition(":")[2]) for key in job["asked"]],
    }
