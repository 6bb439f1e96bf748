"""What would become of a draft, or of a bare payload, if everybody it is for signed it now.

Only advice: whoever prepares it may know of statements still on their way. The rules decide when it
is submitted, and again whenever the log is audited.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import get_args

from msgspec import Struct

from ledger.errors import CODES, LedgerError, MalformedError, RefusedError, Words
from ledger.log import encoding
from ledger.log.draft import NO_SIGNATURE, Draft
from ledger.log.encoding import format_time
from ledger.log.entry import parse_entry
from ledger.log.statement import (
    CREDENTIAL,
    KINDS,
    Statement,
    format_header,
    join,
    parse_statement,
)
from ledger.rice.acts import RevokeKey
from ledger.rice.case import Meaning, Place, admitted, open_meaning
from ledger.rice.certificate_facts import Scheme
from ledger.rice.comparison import METRICS, REGIME
from ledger.rice.credentials import Attested
from ledger.rice.facts import Founding, Key, find
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


class Trial(Struct, frozen=True, kw_only=True):
    """What would become of a statement: why it would be refused, or what rules would warn of.

    ``slips`` are what no rule refuses, and what whoever signs is unlikely to mean.
    """

    refusal: LedgerError | None
    cautions: tuple[LedgerError, ...] = ()
    slips: tuple[LedgerError, ...] = ()


def try_payload(
    view: Reading, typ: str, payload: bytes, kids: Sequence[str], now: datetime
) -> Trial:
    """Return what would become of a payload if the keys so named signed it now."""
    try:
        return _tried(view, open_meaning(_unsigned(view, typ, payload, kids)), now)
    except LedgerError as refusal:
        return Trial(refusal=refusal)


def foresee(view: Reading, draft: Draft, now: datetime) -> list[LedgerError]:
    """Return what is likely to go wrong with a draft; refuse one that says nothing readable."""
    trial = _tried(view, open_meaning(draft.unsigned), now)
    return [*([trial.refusal] if trial.refusal else ()), *trial.cautions, *trial.slips]


def slips_in(view: Reading, draft: Draft, now: datetime) -> list[LedgerError]:
    """Return what no rule refuses, and what whoever signs is unlikely to mean."""
    return list(_slips(view, open_meaning(draft.unsigned).body, now))


def _tried(view: Reading, meaning: Meaning, now: datetime) -> Trial:
    slips = tuple(_slips(view, meaning.body, now))
    try:
        decision = judge(meaning, Place(view.head().size, now), view, _Past(view))
    except RuleError as refusal:
        return Trial(refusal=refusal, slips=slips)
    rules = {rule.code: rule for rule in RULES}
    cautions = tuple(RuleError(rules[one.code], one.details) for one in decision.warnings)
    return Trial(refusal=None, cautions=cautions, slips=slips)


def _unsigned(view: Reading, typ: str, payload: bytes, kids: Sequence[str]) -> Statement:
    """Return the statement that keys would make of a payload, with stand-ins for signatures."""
    if typ not in KINDS:
        raise MalformedError("header_refused", what=f"typ {typ}")
    founding = find(view, Founding, "ledger:")
    ledger = founding.origin if founding and typ != CREDENTIAL else None
    headers = [format_header(typ, _algorithm_of(view, kid), kid, ledger) for kid in kids]
    filled = [(header, NO_SIGNATURE) for header in headers]
    return parse_statement(join(encoding.encode_base64url(payload), filled))


def _algorithm_of(view: Reading, kid: str) -> str:
    """Return what a key signs with; of a key that is yet to be enrolled it makes no difference."""
    key = find(view, Key, f"key:{kid.rpartition('#')[2]}")
    return admitted(key).algorithms[0] if key else "EdDSA"


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
    """Return every key that counts at a moment."""
    return (key for key in view.every(Key, "key") if key.counts_at(format_time(now)))


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
