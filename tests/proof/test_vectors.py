"""Every vector judged whole, and the set of vectors itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.log import encoding
from ledger.proof.rules import HEADLINES, RULES
from ledger.proof.trust import read_trust
from ledger.proof.verdict import Verdict, write_verdict
from ledger.proof.verify import verify_bytes
from tests.vectors import make
from tests.vectors.scenes import CASES

FOLDERS = sorted(path for path in make.FOLDER.iterdir() if (path / "bundle.json").exists())
REFUSALS = {"damaged", "unknown_code", "not_valid", "not_covered"}
UNREACHABLE = {"mistyped"}
"""Headlines that are given before there is a bundle to judge."""


def judged(folder: Path) -> Verdict:
    at = encoding.parse_time((folder / "at.txt").read_text().rstrip("\n"))
    trust = read_trust((folder / "trust.json").read_bytes())
    return verify_bytes((folder / "bundle.json").read_bytes(), trust, at)


VERDICTS = {folder.name: judged(folder) for folder in FOLDERS}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_vector_is_judged_as_it_says(folder: Path) -> None:
    assert write_verdict(VERDICTS[folder.name]) == (folder / "verdict.json").read_bytes()


@pytest.mark.parametrize("name", CASES)
def test_a_vector_is_made_again_byte_for_byte(name: str) -> None:
    folder = make.FOLDER / name
    made = make.files(name)
    assert {path.name for path in folder.iterdir()} == made.keys()
    for file, data in made.items():
        assert (folder / file).read_bytes() == data, file


def test_every_folder_is_a_case_and_every_case_a_folder() -> None:
    assert [folder.name for folder in FOLDERS] == sorted(CASES)


@pytest.mark.parametrize("name", VERDICTS)
def test_a_name_tells_whether_the_evidence_is_refused(name: str) -> None:
    assert name.endswith("_fail") == (VERDICTS[name].headline in REFUSALS)


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_fails_somewhere_and_passes_somewhere(rule: str) -> None:
    results = {
        finding.result
        for verdict in VERDICTS.values()
        for finding in verdict.findings
        if finding.rule == rule
    }
    assert {"pass", "fail"} <= results


def test_every_headline_that_a_bundle_can_have_occurs() -> None:
    assert {verdict.headline for verdict in VERDICTS.values()} == HEADLINES.keys() - UNREACHABLE


@pytest.mark.parametrize("name", VERDICTS)
def test_what_is_said_of_a_finding_has_no_blank_left(name: str) -> None:
    for finding in VERDICTS[name].findings:
        if finding.result == "unknown" and not finding.details:
            continue
        said = RULES[finding.rule].say(finding.result).fill(finding.details)
        assert "…" not in said.en + said.vi, finding


@pytest.mark.parametrize("name", VERDICTS)
def test_nothing_is_passed_after_a_check_that_stops(name: str) -> None:
    verdict = VERDICTS[name]
    stopped = [
        at
        for at, finding in enumerate(verdict.findings)
        if finding.result == "fail" and RULES[finding.rule].severity == "stop"
    ]
    for finding in verdict.findings[min(stopped, default=len(verdict.findings)) + 1 :]:
        assert finding.result == "unknown"
    assert not stopped or verdict.bag is None


@pytest.mark.parametrize("name", VERDICTS)
def test_a_bag_is_shown_only_as_it_was_signed(name: str) -> None:
    bag = VERDICTS[name].bag
    if VERDICTS[name].headline in {"verified", "not_certified"}:
        assert bag is not None
    if bag is not None and bag.number:
        assert (bag.net_g, bag.packed_on, bag.number) == (25_000, "2026-04-10", 7)
        assert {origin.area for origin in bag.origins} == {"VN-CTOR-0001", "VN-CTOR-0009"}
        assert sum(origin.share_ppt for origin in bag.origins) == 1000
