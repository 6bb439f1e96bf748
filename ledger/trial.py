"""What would become of a draft if it were submitted now, signed by everybody it is for.

Only advice: whoever prepares it may know of statements still on their way. The rules decide when it
is submitted, and again whenever the log is audited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import get_args

from ledger.errors import CODES, LedgerError, RefusedError, Words
from ledger.log.draft import Draft
from ledger.log.encoding import format_time
from ledger.log.entry import parse_entry
from ledger.log.statement import parse_statement
from ledger.rice.acts import RevokeKey
from ledger.rice.case import Meaning, Place, open_meaning
from ledger.rice.certificate_facts import Scheme
from ledger.rice.comparison import METRICS, REGIME
from ledger.rice.credentials import Attested
from ledger.rice.facts import Key, find
from ledger.rice.judge import RuleError, judge
from ledger.rice.rulebook import RULES
from ledger.rice.water import Regime
from ledger.store.store import Reading

CODES |= {
    "figure_unknown": Words(
        "No scheme and no computation here knows the figure {name}. Known are: {known}.",
        "Không chương trình hay phép tính nào ở đây biết số liệu {name}. Đã biết: {known}.",
    ),
    "score_unknown": Words(
        "{name} can be {known}; this says {value}.",
        "{name} có thể là {known}; ở đây ghi {value}.",
    ),
    "key_last": Words(
        "{actor} has no other key that counts: afterwards it can sign nothing, and only the"
        " founders and a new key can help (recover_key).",
        "{actor} không còn khóa nào khác có giá trị: sau đó không ký được gì nữa, chỉ các bên sáng"
        " lập cùng một khóa mới mới khôi phục được (recover_key).",
    ),
}


_REGIMES: tuple[str, ...] = get_args(Regime)


def foresee(view: Reading, draft: Draft, now: datetime) -> list[LedgerError]:
    """Return what is likely to go wrong with a draft; refuse one that says nothing readable."""
    return [*_judged(view, open_meaning(draft.unsigned), now), *slips_in(view, draft, now)]


def slips_in(view: Reading, draft: Draft, now: datetime) -> list[LedgerError]:
    """Return what no rule refuses, and what whoever signs is unlikely to mean."""
    return list(_slips(view, open_meaning(draft.unsigned).body, now))


def _judged(view: Reading, meaning: Meaning, now: datetime) -> Iterator[LedgerError]:
    try:
        decision = judge(meaning, Place(view.head().size, now), view, _Past(view))
    except RuleError as refusal:
        yield refusal
        return
    rules = {rule.code: rule for rule in RULES}
    for caution in decision.warnings:
        yield RuleError(rules[caution.code], caution.details)


def _slips(view: Reading, body: object, now: datetime) -> Iterator[LedgerError]:
    if isinstance(body, Attested):
        yield from _odd_figures(view, body)
    elif isinstance(body, RevokeKey):
        revoked = find(view, Key, f"key:{body.kid}")
        others = [one for one in _keys(view, now) if revoked and one.actor == revoked.actor]
        if revoked and [one.kid for one in others] == [body.kid]:
            yield RefusedError("key_last", actor=revoked.actor)


def _odd_figures(view: Reading, body: Attested) -> Iterator[LedgerError]:
    """Yield the figures that nothing compares, misspelled perhaps: no rule could refuse them."""
    scheme = find(view, Scheme, f"scheme:{body.scheme}")
    profiles = scheme.on(body.from_on).profiles if scheme else ()
    asked = {criterion.id for profile in profiles for criterion in profile.criteria}
    known = sorted({*METRICS, REGIME, *asked})
    for name, value in body.figures.items():
        if name not in known:
            near = get_close_matches(name, known, n=1)
            yield RefusedError("figure_unknown", name=name, known=", ".join(near or known))
        elif name == REGIME and value not in _REGIMES:
            yield RefusedError("score_unknown", name=name, known=", ".join(_REGIMES), value=value)


def _keys(view: Reading, now: datetime) -> Iterator[Key]:
    """Yield every key that counts at a moment."""
    last, moment = "", format_time(now)
    while rows := view.facts_of("key", last, 1_000):
        for fact in rows:
            if isinstance(fact, Key) and fact.revoked_index is None and fact.not_after >= moment:
                yield fact
        last = rows[-1].key


class _Past:
    """The entries so far, as the rules ask for them."""

    def __init__(self, view: Reading) -> None:
        self._view = view

    def told(self, key: str, /) -> Sequence[int]:
        """Return the entries that changed a fact, oldest first."""
        return self._view.mentions([key], self._view.head().size)[key]

    def entry(self, index: int, /) -> tuple[Place, Meaning]:
        """Return where an entry stands and what it says."""
        recorded_at = parse_entry(self._view.entry(index)[1]).recorded_at
        statement = parse_statement(self._view.statement(index))
        return Place(index, recorded_at), open_meaning(statement)
