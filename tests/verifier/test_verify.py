"""What the judge in JavaScript shares with Python's, and what it says where it cannot judge."""

from __future__ import annotations

import json

import pytest

from ledger.proof import replay
from ledger.proof.rules import RULES
from ledger.rice.rulebook import RULES as RULEBOOK
from tests.vectors import make
from tests.verifier.node import judged_by_node, printed_by_node

TABLES = """
import { readFileSync } from "node:fs";
import * as replay from "./web/static/verifier/proof/replay.js";
import { RULES, blanksOf, useRules } from "./web/static/verifier/proof/rules.js";
useRules(JSON.parse(readFileSync("ledger/proof/rules.json", "utf8")));
console.log(JSON.stringify({
  finding_of: Object.fromEntries(replay.FINDING_OF),
  draw: replay.DRAW_CODES,
  mark: replay.MARK_CODES,
  sale: replay.SALE_CODES,
  blanks: Object.fromEntries([...RULES].map(([rule, words]) => [rule, blanksOf(words)])),
}));
"""


def test_broken_rules_count_under_the_same_checks() -> None:
    told = json.loads(printed_by_node("--input-type=module", "--eval", TABLES))
    assert told["finding_of"] == replay._FINDING_OF
    assert set(told["draw"]) == replay._DRAW_CODES
    assert set(told["mark"]) == replay._MARK_CODES
    assert set(told["sale"]) == replay._SALE_CODES
    assert told["blanks"] == {rule: list(words.blanks) for rule, words in RULES.items()}


def test_no_rule_that_is_asked_of_a_part_only_warns() -> None:
    """JavaScript has only the rules that refuse."""
    warning = {rule.code for rule in RULEBOOK if rule.warns}
    assert not warning & (replay._DRAW_CODES | replay._MARK_CODES | replay._FINDING_OF.keys())


def lacking(function: str) -> str:
    """Return a script that leaves a Node without a part of WebCrypto."""
    refusal = "Promise.reject(new DOMException('no','NotSupportedError'))"
    return f"SubtleCrypto.prototype.{function}=()=>{refusal}"


@pytest.mark.parametrize("function", ["verify", "importKey"])
@pytest.mark.parametrize("name", ["one-bag", "entry-changed_fail"])
def test_a_platform_that_cannot_check_a_signature_gives_no_verdict(
    name: str, function: str
) -> None:
    """It says that it cannot tell: a record is neither good nor damaged because of it."""
    jobs = [{"folder": str(make.FOLDER / name)}]
    (answer,) = judged_by_node(jobs, before=lacking(function), may_throw=True)
    assert "verdict" not in answer
    assert "Unable: Ed25519" in answer["thrown"]


def test_what_fails_before_any_signature_is_judged_on_every_platform() -> None:
    folder = make.FOLDER / "unreadable_fail"
    (answer,) = judged_by_node([{"folder": str(folder)}], before=lacking("verify"))
    assert answer["verdict"] == (folder / "verdict.json").read_text("utf-8")
