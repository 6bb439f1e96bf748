"""Every rule about certificates has a vector in which a log lets it be broken, and one that obeys.

Which rules these are follows from the rulebook: those that count on the certification axis of a
verdict, and those that ask only of what certifiers, accreditors and owners of schemes say, or of a
mark, wherever they count. So a new rule fails here until there are vectors for it. A rule that only
warns is no reason in any verdict.
"""

from __future__ import annotations

from functools import cache
from typing import get_args

import pytest
from msgspec import json

from ledger.log.statement import parse_statement
from ledger.proof.bundle import read_bundle
from ledger.proof.replay import _FINDING_OF
from ledger.proof.rules import RULES as CHECKS
from ledger.proof.verdict import Verdict
from ledger.rice import attestations, certifying_acts
from ledger.rice.anchors import Accredited
from ledger.rice.case import Body, open_meaning
from ledger.rice.credentials import Attested
from ledger.rice.rulebook import RULES, Rule
from ledger.rice.trust_acts import ChangeAccreditation
from tests.vectors import make
from tests.vectors.scenes import CASES

CERTIFYING = frozenset({Attested, Accredited, ChangeAccreditation}) | {
    kind for kind in get_args(Body) if kind.__module__ == certifying_acts.__name__
}


def check_of(rule: Rule) -> str:
    """Return the check of a verdict that a broken rule counts under."""
    return _FINDING_OF.get(rule.code, "offices_held")


def is_about_certificates(rule: Rule) -> bool:
    asked_of_marks = rule.check.__module__ == attestations.__name__
    on_axis = CHECKS[check_of(rule)].axis == "certification"
    return not rule.warns and (on_axis or asked_of_marks or rule.about <= CERTIFYING)


NEVER_SOUND = {certifying_acts.DeclineApplication}
"""What is declined supports no bag: a bundle has it only where a grant answers it all the same."""
ASKED = tuple(rule for rule in RULES if is_about_certificates(rule))
VERDICTS = {
    name: json.decode((make.FOLDER / name / "verdict.json").read_bytes(), type=Verdict)
    for name in CASES
}


@cache
def kind_of(statement: str) -> type[Body]:
    return type(open_meaning(parse_statement(statement.encode())).body)


@cache
def kinds_in(name: str) -> frozenset[type[Body]]:
    bundle = read_bundle((make.FOLDER / name / "bundle.json").read_bytes())
    return frozenset(kind_of(entry.statement) for entry in bundle.entries)


def broken_in(code: str, check: str) -> list[str]:
    """Return the vectors whose verdict names a rule as the reason of a check that fails."""
    return [
        name
        for name, verdict in VERDICTS.items()
        if any(
            (found.rule, found.result, found.details.get("code")) == (check, "fail", code)
            for found in verdict.findings
        )
    ]


def obeyed_in(kinds: frozenset[type[Body]]) -> list[str]:
    """Return the vectors that are not refused, with a statement of one of these kinds in them."""
    return [name for name in VERDICTS if not name.endswith("_fail") and kinds & kinds_in(name)]


@pytest.mark.parametrize("rule", ASKED, ids=lambda rule: rule.code)
def test_a_log_that_breaks_this_rule_alone_is_found_out(rule: Rule) -> None:
    found = broken_in(rule.code, check_of(rule))
    assert found
    assert all(name.endswith("_fail") for name in found)
    # What rests on an entry that is not believed falls with it, so other checks may fail too.
    assert any(set(CASES[name]().let_in) == {rule.code} for name in found)


@pytest.mark.parametrize(
    "rule", [rule for rule in ASKED if rule.about != NEVER_SOUND], ids=lambda rule: rule.code
)
def test_what_this_rule_asks_of_may_be_said(rule: Rule) -> None:
    assert obeyed_in(rule.about)


def test_rules_about_certificates_are_found_wherever_they_count() -> None:
    codes = {rule.code for rule in ASKED}
    assert {"criterion_not_met", "claim_above_verified", "mark_custody_refused"} <= codes
    assert {"application_unfit", "scheme_version_taken", "accreditation_unknown"} <= codes
    assert not {"key_ended", "exceeds_lot", "office_not_held", "water_unmeasured"} & codes


def test_a_rule_without_vectors_is_missed() -> None:
    assert broken_in("criterion_not_met", "criteria_met")
    assert not broken_in("criterion_not_met", "quota_kept")
    assert not broken_in("no_such_rule", "criteria_met")
    assert not obeyed_in(frozenset())
