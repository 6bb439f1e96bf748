"""JavaScript's rules answer every statement as Python's do, details and changed facts included."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import tests.world
from ledger.rice.rulebook import RULES
from tests.rice.test_rulebook import broken
from tests.verifier.node import printed_by_node
from tests.verifier.recording import Recorder
from tests.verifier.stories import Story

RUNNER = Path(__file__).with_name("judge_cases.mjs")
LISTING = """
import { RULES } from "./web/static/verifier/rice/rulebook.js";
console.log(JSON.stringify(RULES.map(({ code, about }) => [code, about.toSorted()])));
"""


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a file to which all that is judged in worlds from now on is recorded."""
    path = tmp_path / "cases.jsonl"
    with path.open("w", encoding="utf-8", buffering=1) as sink:
        monkeypatch.setattr(tests.world, "judge", Recorder(sink).judge)
        yield path


def assert_judged_alike(cases: Path) -> None:
    """Have Node judge recorded cases; each must come to what it came to in Python."""
    printed_by_node(RUNNER, cases)


def test_the_rules_stand_in_the_same_order_and_are_about_the_same_statements() -> None:
    listed = json.loads(printed_by_node("--input-type=module", "--eval", LISTING))
    refusing = [rule for rule in RULES if not rule.warns]
    assert listed == [
        [rule.code, sorted(kind.__name__ for kind in rule.about)] for rule in refusing
    ]


def test_every_statement_by_which_a_rule_can_be_broken_is_judged_alike(cases: Path) -> None:
    worlds = [broken(rule) for rule in RULES]
    assert len(worlds) == len(RULES)
    recorded = [json.loads(line) for line in cases.read_text(encoding="utf-8").splitlines()]
    refused = {case["code"] for case in recorded if "code" in case}
    assert refused >= {rule.code for rule in RULES if not rule.warns}
    assert_judged_alike(cases)


def test_a_case_that_came_to_something_else_is_told(cases: Path) -> None:
    broken(RULES[-1])
    first, *others = cases.read_text(encoding="utf-8").splitlines()
    case = json.loads(first)
    case["puts"][0]["index"] += 1
    cases.write_text("\n".join([json.dumps(case), *others]), encoding="utf-8")
    with pytest.raises(AssertionError, match="1 wrong"):
        assert_judged_alike(cases)


@pytest.mark.parametrize("seed", range(4))
def test_a_season_drawn_from_a_seed_is_judged_alike(cases: Path, seed: int) -> None:
    Story(seed).go_on(100)
    assert_judged_alike(cases)
