"""The rulebook applied: what a statement changes if it stands here, or why it may not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin, get_type_hints

from msgspec import Struct, structs

from ledger.errors import Detail, RefusedError, Words
from ledger.rice import (
    accreditation,
    actors,
    acts,
    applications,
    areas,
    attestations,
    certifying,
    corrections,
    diary,
    did_snapshots,
    emission_claims,
    key_life,
    lettering,
    life,
    lots,
    papers,
    sayings,
    status_places,
)
from ledger.rice.actors import Reason
from ledger.rice.anchors import Accredited
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
from ledger.rice.credentials import Attested
from ledger.rice.events import Correction, Event, Fertilising, FieldWork, Harvest, Spraying
from ledger.rice.facts import Fact, Facts, Promised, Said
from ledger.rice.refolding import LOT_FOLDS, Refolding
from ledger.rice.rulebook import RULES, Rule


class Decision(Struct, frozen=True, gc=False):
    """What an accepted statement changes, and what those who rely on it should know."""

    puts: Mapping[str, Fact]
    links: tuple[Link, ...]
    warnings: tuple[Caution, ...]
    unlinked: tuple[tuple[str, int], ...]


class RuleError(RefusedError):
    """A refusal by one rule of the rulebook."""

    def __init__(self, rule: Rule, details: Mapping[str, Detail]) -> None:
        self.rule = rule
        self.reason = details
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
    outcome = fold(case)
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
    stopped = corrections.evaded_stop(case, wrong) if promised.actor == case.speaker else None
    if stopped is not None:
        raise RuleError(_HELD, stopped)
    refolding = Refolding(case, "", touched(wrong) | touched(case.body))
    warnings: list[Caution] = []
    outcome = Outcome()

    def amend() -> None:
        there = structs.replace(case, facts=refolding)
        warnings.extend(_judged(there))
        own = fold(there)
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
    for check, rule in _OF[type(case.body)].checks:
        details = check(case)
        if details is None:
            continue
        if not rule.warns:
            raise RuleError(rule, details)
        warnings.append(Caution(rule.code, details))
    return warnings


def fold(case: Case) -> Outcome:
    """Return what a statement changes, for a caller who has asked whether it may stand."""
    outcome = Outcome()
    for change in _OF[type(case.body)].folds:
        change(case, outcome)
    return outcome


def fact_keys(meaning: Meaning) -> set[str]:
    """Return keys of facts that judging this will surely ask for, so they can be read together."""
    body = meaning.body
    of = _OF[type(body)]
    wanted = {"ledger:"}
    for name in sayings.said_ids(meaning):
        wanted.add(f"said:{name}")
    for kid in meaning.kids:
        wanted.add(f"key:{kid}")
    for member, kind in of.one:
        if value := getattr(body, member):
            wanted.add(f"{kind}:{value}")
    for member, kind in of.several:
        for value in getattr(body, member):
            wanted.add(f"{kind}:{value if isinstance(value, str) else value[0]}")
    for also in of.also:
        wanted.update(also(body))
    return wanted


_ONE_OF = (
    ("accreditation", "accreditation"),
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
    ("kid", "key"),
    ("issuer_did", "did"),
    ("licence", "attestation"),
    ("lot", "lot"),
    ("other", "actor"),
    ("pallet", "pallet"),
    ("scheme", "scheme"),
    ("seller", "actor"),
    ("statement", "attestation"),
    ("verifier", "actor"),
)
_SEVERAL_OF = (
    ("areas", "area"),
    ("bags", "lot"),
    ("inputs", "lot"),
    ("lost", "key"),
    ("lots", "lot"),
    ("outputs", "lot"),
    ("pallets", "pallet"),
    ("units", "pallet"),
)
"""Members of bodies that name facts: by themselves, or each with an amount beside it."""

_ALSO: tuple[tuple[Any, Callable[[Any], Iterable[str]]], ...] = (
    (Event, lambda body: [f"product:{lots.gtin_of(lot)}" for lot, _ in lots.births_of(body)]),
    (Harvest, lambda body: [f"harvested:{body.area}/{body.season}"]),
    (
        FieldWork,
        lambda body: [f"{kind}:{body.area}/{body.season}" for kind in ("diary", "signers")],
    ),
    (
        Attested,
        lambda body: [
            f"signers:{code}/{body.season}" for code in body.areas if body.states_emissions
        ],
    ),
    (
        Fertilising | Spraying,
        lambda body: [f"applied:{diary.folded(body.product)}/{body.season}"],
    ),
    (acts.SignBaseline, lambda body: [f"baseline:{body.area}/{body.season}"]),
    (acts.PresentPaper, lambda body: [f"paper:{body.paper}"]),
    (acts.EnrolHousehold, lambda body: [f"household:{body.household}/{body.area}"]),
    (Attested, certifying.resting_on),
    (Accredited, lambda body: [f"accredited:{body.issued_to_did}/{body.scheme}"]),
    (acts.RegisterActor, lambda body: [f"did:{body.did}"]),
    (acts.RegisterProduct, lambda body: [f"product:{body.gtin}"]),
    (acts.ClaimReduction, lambda body: [f"claimed:{body.area}/{body.season}"]),
    (Attested, lambda body: [f"related:{body.issuer_did}"]),
    (acts.IssueLabels, lambda body: [f"lettering:{body.lot}"]),
    (
        acts.ActivateLabels | acts.VoidLabels,
        lambda body: [f"labels:{one.batch}" for one in body.bag_ranges],
    ),
    (acts.MarkBags, lambda body: [f"bag:{body.batch}/{number}" for number in body.numbers]),
)
"""Facts that some kinds of statement name by several members, or by part of one."""

_FOLDS: tuple[Callable[[CaseOf[Any], Outcome], None], ...] = (
    sayings.fold,
    sayings.register_product,
    actors.found,
    actors.change_settings,
    actors.register,
    did_snapshots.snapshot,
    actors.grant_role,
    actors.end_role,
    actors.enrol_key,
    actors.revoke_key,
    key_life.recover,
    key_life.reaffirm,
    accreditation.accredit,
    accreditation.change,
    areas.register,
    areas.change,
    areas.inspect,
    papers.sign_contract,
    papers.sign_baseline,
    papers.present,
    papers.enrol,
    papers.record_erasure,
    areas.count,
    certifying.publish,
    certifying.attest,
    emission_claims.claim,
    certifying.relate,
    attestations.fold,
    life.change,
    applications.apply,
    applications.answer,
    applications.decline,
    status_places.keep_place,
    diary.write,
    diary.sign,
    diary.apply,
    corrections.take_back,
    lettering.activate,
    lettering.void,
    lettering.mark,
    *LOT_FOLDS,
)
"""What accepted statements change, each about the kinds of statement in its signature."""

_HELD = next(rule for rule in RULES if rule.code == "lot_held")

_WORKED_OUT = ("lot:", "pallet:", "container:")
"""Facts that a corrected event does not change by itself, but by all that is worked out again."""


@dataclass(frozen=True, slots=True)
class _Of:
    """What one kind of statement is held to, changes, and names: worked out once, not for each."""

    checks: tuple[tuple[Callable[[CaseOf[Any]], Reason], Rule], ...]
    folds: tuple[Callable[[CaseOf[Any], Outcome], None], ...]
    one: tuple[tuple[str, str], ...]
    several: tuple[tuple[str, str], ...]
    also: tuple[Callable[[Any], Iterable[str]], ...]


def _of(kind: type[Body]) -> _Of:
    members = get_type_hints(kind)
    texts = {name for name, of in members.items() if str in (of, *get_args(of))}
    lists = {name for name, of in members.items() if get_origin(of) is tuple}
    return _Of(
        checks=tuple((rule.check, rule) for rule in RULES if kind in rule.about),
        folds=tuple(fold for fold in _FOLDS if kind in bodies_of(fold)),
        one=tuple(pair for pair in _ONE_OF if pair[0] in texts - lists),
        several=tuple(pair for pair in _SEVERAL_OF if pair[0] in lists),
        also=tuple(also for of, also in _ALSO if issubclass(kind, of)),
    )


_OF = {kind: _of(kind) for kind in get_args(Body)}
