"""The rulebook applied: what a statement changes if it stands here, or why it may not."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from ledger.errors import Detail, RefusedError, Words
from ledger.rice import (
    actors,
    acts,
    areas,
    attestations,
    corrections,
    diary,
    lots,
    papers,
    sayings,
)
from ledger.rice.case import (
    NO_PAST,
    Body,
    Case,
    CaseOf,
    Caution,
    Link,
    Meaning,
    Outcome,
    Past,
    Place,
    bodies_of,
    open_case,
)
from ledger.rice.corrections import touched
from ledger.rice.events import Correction, Event, Fertilising, FieldWork, Harvest, Spraying
from ledger.rice.facts import Fact, Facts, Promised, Said
from ledger.rice.refolding import LOT_FOLDS, Refolding
from ledger.rice.rulebook import RULES, Rule


@dataclass(frozen=True, slots=True)
class Decision:
    """What an accepted statement changes, and what those who rely on it should know."""

    puts: Mapping[str, Fact]
    links: tuple[Link, ...]
    warnings: tuple[Caution, ...]
    unlinked: tuple[tuple[str, int], ...]


class RuleError(RefusedError):
    """A refusal by one rule of the rulebook."""

    def __init__(self, rule: Rule, details: Mapping[str, Detail]) -> None:
        self.rule = rule
        super().__init__(rule.code, **details)

    @property
    def words(self) -> Words:
        """What the rule says, with the details filled in."""
        return self.rule.refused.fill(self.details)

    @property
    def accepted(self) -> Words:
        """What the rule would accept."""
        return self.rule.accepted.fill(self.details)


def judge(meaning: Meaning, place: Place, facts: Facts, past: Past = NO_PAST) -> Decision:
    """Return what a statement changes if it stands at ``place``; raise `RuleError` if it may not.

    ``past`` is asked only where an event is declared wrong, or stands for one that was. Signatures
    are the caller's to verify, with the keys the case names.
    """
    case = open_case(meaning, place, facts, past)
    if isinstance(case.body, Event) and not isinstance(case.body, Correction):
        promised = case.find(Promised, f"said:{case.body.event_id}")
        if promised is not None:
            return _judge_in_place(case, promised)
    warnings = _judged(case)
    outcome = _folded(case, _FOLDS_OF[type(case.body)])
    if isinstance(case.body, Correction) and (starts := touched(case.body.wrong)):
        said = case.know(Said, f"said:{case.body.event_id}")
        at = said.index if said.stands_for is None else said.stands_for
        for fact in Refolding(case, case.body.event_id, starts).run(at):
            outcome.put(fact)
    return Decision(outcome.puts, tuple(outcome.links), tuple(warnings), tuple(outcome.unlinked))


def _judge_in_place(case: Case, promised: Promised) -> Decision:
    """Judge an event where the one it stands for stood, and work out again what came of both."""
    wrong = case.past.entry(promised.stands_for)[1].body
    assert isinstance(case.body, Event)
    assert isinstance(wrong, Event)
    refolding = Refolding(case, "", touched(wrong) | touched(case.body))
    warnings: list[Caution] = []
    outcome = Outcome()

    def amend() -> None:
        there = replace(case, facts=refolding)
        warnings.extend(_judged(there))
        own = _folded(there, _FOLDS_OF[type(case.body)])
        outcome.links += own.links
        for key, fact in own.puts.items():
            if not key.startswith(_WORKED_OUT):
                outcome.puts[key] = fact
        refolding.fold(there)

    for fact in refolding.run(promised.stands_for, amend):
        outcome.put(fact)
    return Decision(outcome.puts, tuple(outcome.links), tuple(warnings), ())


def _judged(case: Case) -> list[Caution]:
    """Return what the rules warn of; raise the first refusal."""
    warnings = []
    for rule in _RULES_ABOUT[type(case.body)]:
        details = rule.check(case)
        if details is None:
            continue
        if not rule.warns:
            raise RuleError(rule, details)
        warnings.append(Caution(rule.code, details))
    return warnings


def _folded(case: Case, folds: Sequence[Callable[[CaseOf[Any], Outcome], None]]) -> Outcome:
    outcome = Outcome()
    for fold in folds:
        fold(case, outcome)
    return outcome


def fact_keys(meaning: Meaning) -> set[str]:
    """Return keys of facts that judging this will surely ask for, so they can be read together."""
    body = meaning.body
    wanted = {"ledger:"}
    wanted.update(f"said:{name}" for name in sayings.said_ids(meaning))
    wanted.update(f"key:{kid}" for kid in meaning.kids)
    for member, kind in _ONE_OF:
        value = getattr(body, member, "")
        if value and isinstance(value, str):
            wanted.add(f"{kind}:{value}")
    for member, kind in _SEVERAL_OF:
        values = getattr(body, member, ())
        for value in values if isinstance(values, tuple) else ():
            wanted.add(f"{kind}:{value if isinstance(value, str) else value[0]}")
    if isinstance(body, Event):
        wanted.update(f"product:{lots.gtin_of(lot_id)}" for lot_id, _ in lots.births_of(body))
    if isinstance(body, Harvest):
        wanted.add(f"harvested:{body.area}/{body.season}")
    if isinstance(body, FieldWork):
        wanted.add(f"diary:{body.area}/{body.season}")
    if isinstance(body, acts.SignBaseline):
        wanted.add(f"baseline:{body.area}/{body.season}")
    if isinstance(body, acts.PresentPaper):
        wanted.add(f"paper:{body.paper}")
    if isinstance(body, acts.EnrolHousehold):
        wanted.add(f"household:{body.household}/{body.area}")
    if isinstance(body, Fertilising | Spraying):
        wanted.add(f"applied:{diary.folded(body.product)}/{body.season}")
    return wanted


_ONE_OF = (
    ("actor", "actor"),
    ("area", "area"),
    ("attestation", "attestation"),
    ("batch", "labels"),
    ("buyer", "actor"),
    ("carried_by", "did"),
    ("consigned_to", "did"),
    ("container", "container"),
    ("contract", "contract"),
    ("cooperative", "actor"),
    ("grant", "attestation"),
    ("handed_over_by", "did"),
    ("issued_to_did", "did"),
    ("issuer", "actor"),
    ("issuer_did", "did"),
    ("lot", "lot"),
    ("pallet", "pallet"),
    ("scheme", "scheme"),
    ("seller", "actor"),
    ("verifier", "actor"),
)
_SEVERAL_OF = (
    ("areas", "area"),
    ("bags", "lot"),
    ("inputs", "lot"),
    ("lots", "lot"),
    ("outputs", "lot"),
    ("pallets", "pallet"),
    ("units", "pallet"),
)
"""Members of bodies that name facts: by themselves, or each with an amount beside it."""

_FOLDS: tuple[Callable[[CaseOf[Any], Outcome], None], ...] = (
    sayings.fold,
    sayings.register_product,
    actors.found,
    actors.change_settings,
    actors.register,
    actors.grant_role,
    actors.end_role,
    actors.enrol_key,
    actors.revoke_key,
    areas.register,
    areas.change,
    areas.inspect,
    papers.sign_contract,
    papers.sign_baseline,
    papers.present,
    papers.enrol,
    papers.record_erasure,
    areas.count,
    attestations.fold,
    diary.write,
    diary.apply,
    corrections.take_back,
    *LOT_FOLDS,
)
"""What accepted statements change, each about the kinds of statement in its signature."""

_WORKED_OUT = ("lot:", "pallet:", "container:")
"""Facts that a corrected event does not change by itself, but by all that is worked out again."""

_RULES_ABOUT = {
    kind: tuple(rule for rule in RULES if kind in rule.about) for kind in get_args(Body)
}
_FOLDS_OF = {
    kind: tuple(fold for fold in _FOLDS if kind in bodies_of(fold)) for kind in get_args(Body)
}
