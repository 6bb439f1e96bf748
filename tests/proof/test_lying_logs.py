"""Logs that lie at random: judged, never believed, and nothing they sign makes the judge raise."""

from __future__ import annotations

import json
from random import Random

import pytest

from ledger.errors import NotFoundError
from ledger.proof.rules import HEADLINES, RULES
from ledger.proof.verdict import Verdict
from ledger.proof.verify import verify
from tests.vectors import make, scenes, sound_cases
from tests.vectors import small_harvest as season
from tests.vectors.scenes import CASES, Scene, scene
from tests.vectors.small_harvest import Step

CALM = {"verified", "expired_after_packing", "not_certified"}


def judged(shown: Scene) -> Verdict:
    verdict = verify(shown.bundle(), shown.trust, shown.at)
    assert verdict.headline in HEADLINES
    assert [finding.rule for finding in verdict.findings] == list(RULES)
    return verdict


def shuffled(random: Random) -> list[Step]:
    """Return the season with a few statements missing, said twice, or in another's place."""
    steps = season.steps()
    for _ in range(random.randint(1, 2)):
        at = random.randrange(1, len(steps) - 1)
        other = at + random.choice((-1, 1)) if at > 1 else at + 1
        match random.choice(("miss", "twice", "swap")):
            case "miss":
                del steps[at]
            case "twice":
                steps.insert(at, steps[other])
            case _:
                steps[at], steps[other] = steps[other], steps[at]
    times = sorted(step.at for step in steps)
    return [Step(step.name, at, step.data) for step, at in zip(steps, times, strict=True)]


@pytest.mark.parametrize("seed", range(200))
def test_a_season_out_of_order_is_believed_only_if_every_entry_may_stand(seed: int) -> None:
    try:
        shown = scene(shuffled(Random(seed)))
    except AssertionError:
        return  # Not even a log without rules can make a lot out of one that nobody has named.
    try:
        bundle = shown.bundle()
    except NotFoundError:
        return  # There are no labels, and so there is no bag to ask about.
    verdict = judged(shown)
    refused = {entry.index for entry in bundle.entries} & shown.log.refused.keys()
    assert (verdict.headline in CALM) == (not refused)


@pytest.mark.parametrize("seed", range(200))
def test_a_state_that_lists_anything_is_judged(seed: int) -> None:
    """The log hides entries from the lists it signs, and adds others to them, at random."""
    random = Random(seed)
    shown = sound_cases.crowded()
    subjects = sorted(scenes.stated(shown.bundle()).entries)
    for _ in range(random.randint(1, 6)):
        subject = random.choice(subjects)
        listed = shown.log.mentioned().get(subject, ())
        if listed and random.random() < 0.5:
            shown.log.forget(subject, random.choice(listed))
        else:
            shown.log.mention(subject, random.randrange(len(shown.log.entries)))
    judged(shown)


@pytest.mark.parametrize("name", CASES)
def test_what_a_log_should_have_refused_is_never_believed(name: str) -> None:
    if CASES[name]().let_in:
        verdict = json.loads((make.FOLDER / name / "verdict.json").read_bytes())
        assert verdict["headline"] not in CALM
