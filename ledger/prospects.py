"""What can be done next with a lot, a pallet or a container: every step tried by the rules.

A step is tried as an event that one of the organisation's keys states now, of all of the thing and
of nothing else; `rice.judge` says whether it would be taken, and why not. So nobody is told here
what the ledger would not say itself. Masses and goods of a trial are chosen so that only what is
about the thing can be refused: whoever states the step says how much came of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from ledger.errors import Detail, LedgerError, Words
from ledger.log.encoding import format_time
from ledger.log.statement import SignatureEntry, Statement
from ledger.rice import events
from ledger.rice.acts import Jwk
from ledger.rice.case import Meaning, Place
from ledger.rice.events import AnyEvent
from ledger.rice.facts import Actor, Container, Fact, Founding, Key, Lot, Pallet, Product, find
from ledger.rice.judge import RuleError, judge
from ledger.rice.members import container_uri
from ledger.store.store import Reading

Thing = Lot | Pallet | Container
Details = dict[str, Detail | Words]

_KID = "trial"
_EVENT = "urn:uuid:00000000-0000-4000-8000-000000000000"
_NAME = "TRIAL-0000000000"
_SSCC = "https://id.gs1.org/00/000000000000000000"
_BOX = "ZZZU0000000"
_DIGEST = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
_LOCAL = timezone(timedelta(hours=7))
_ACTORS = frozenset({"actor", "consignee", "holder"})
_OFFICE = "event_office_not_held"
_DRY_PPT = 140
_WHITE_PPT = 600
_TOLD = frozenset({"lot_unbalanced", "claim_lost"})
"""What a trial may warn of: the rest is about amounts, which a trial makes up."""


@dataclass(frozen=True, slots=True)
class Prospect:
    """One step, why it would be refused if it would, and what it would be warned of."""

    kind: str
    refusal: LedgerError | None
    cautions: tuple[str, ...] = ()


def prospects(view: Reading, thing: Thing, actor: Actor, now: datetime) -> list[Prospect]:
    """Return the steps of an organisation's offices that this thing is for, likeliest first."""
    tried = (_try(view, kind, event, actor, now) for kind, event in _steps(view, thing, actor, now))
    return [one for one in tried if one is not None]


def receivable_g(lot: Lot, tolerance_ppt: int) -> int:
    """Return the most that a receiver's scale may show for a lot on its way."""
    return lot.left_g + lot.left_g * tolerance_ppt // 1000


def _try(view: Reading, kind: str, event: AnyEvent, actor: Actor, now: datetime) -> Prospect | None:
    """Return what would become of a step; nothing where it is the work of another office."""
    size = view.head().size
    try:
        signed = _Signed(view, actor, now)
        decision = judge(_meaning(event, signed.origin), Place(size, now), signed)
    except RuleError as refusal:
        refusal.details = _with_names(view, refusal.details)
        return None if refusal.code == _OFFICE else Prospect(kind, refusal)
    return Prospect(kind, None, tuple(one.code for one in decision.warnings if one.code in _TOLD))


def _with_names(view: Reading, details: Details) -> Details:
    """Return the details of a refusal with organisations called by name, as people speak."""
    named = dict(details)
    for member in _ACTORS & details.keys():
        actor = find(view, Actor, f"actor:{details[member]}")
        if actor is not None:
            named[member] = Words(actor.name.en, actor.name.vi)
    return named


class _Signed:
    """The facts of a snapshot, and a key of the organisation with which trials are signed."""

    def __init__(self, view: Reading, actor: Actor, now: datetime) -> None:
        founding = find(view, Founding, "ledger:")
        assert founding is not None, "a ledger begins with its founding"
        self.origin = founding.origin
        self._view = view
        self._key = Key(
            kid=_KID,
            actor=actor.id,
            jwk=Jwk(kty="OKP", crv="Ed25519", x=""),
            admin=False,
            enrolled_index=0,
            enrolled_at=format_time(now),
            not_after=format_time(now + timedelta(days=1)),
        )

    def get(self, key: str, /) -> Fact | None:
        """Return the fact under a key, or nothing."""
        return self._key if key == self._key.key else self._view.get(key)


def _meaning(event: AnyEvent, origin: str) -> Meaning:
    signed = SignatureEntry(kid=_KID, alg="", signing_input=b"", signature=b"")
    statement = Statement(b"", b"", "epcis-event+jws", "event", origin, b"", (signed,))
    return Meaning(statement, event, (_KID,))


def _steps(
    view: Reading, thing: Thing, actor: Actor, now: datetime
) -> Iterator[tuple[str, AnyEvent]]:
    told = {"event_id": _EVENT, "at": now.astimezone(_LOCAL).isoformat(timespec="seconds")}
    match thing:
        case Lot(holder=holder, consigned_to=awaiting):
            if awaiting == actor.id or holder != actor.id:
                yield "testing", _testing(thing, told)
                yield "receiving", _receiving(view, thing, told)
            elif not awaiting:
                yield from _Of(view, thing, actor, told).steps()
        case Pallet():
            yield from _pallet(view, thing, actor, told)
        case Container():
            yield from _container(view, thing, actor, told)


Told = Mapping[str, str]


def _receiving(view: Reading, lot: Lot, told: Told) -> AnyEvent:
    """Weighed as it was sent, and no wetter than it left."""
    total_g = sum(lot.origin.values())
    dry_ppt = 1000 - total_g * 860 // lot.left_g if lot.form == "paddy" and lot.left_g else 0
    return events.Receiving(
        **told,
        lot=lot.id,
        mass_g=lot.left_g,
        moisture_ppt=max(0, min(dry_ppt + 1, 400)) if lot.form == "paddy" else _DRY_PPT,
        handed_over_by=_did(view, lot.holder),
        ticket="urn:rice:ticket:0",
    )


def _testing(lot: Lot, told: Told) -> AnyEvent:
    return events.Testing(
        **told, lot=lot.id, mass_g=1, sample="urn:rice:sample:0", report=_DIGEST, conforms=True
    )


def _pallet(
    view: Reading, pallet: Pallet, actor: Actor, told: Told
) -> Iterator[tuple[str, AnyEvent]]:
    if pallet.holder != actor.id or pallet.consigned_to == actor.id:
        yield "arrival", _arrival(view, pallet.sscc, pallet.holder, pallet.bags, told)
        return
    if pallet.consigned_to or pallet.container:
        return
    load = events.Loading(**told, container=_BOX, pallets=(pallet.sscc,), bags=(), seal="0")
    yield "loading", load
    whom = _did(view, actor.id)
    yield "dispatch", events.Dispatch(**told, pallets=(pallet.sscc,), consigned_to=whom)
    yield "unpalletising", events.Unpalletising(**told, pallet=pallet.sscc)


def _container(
    view: Reading, one: Container, actor: Actor, told: Told
) -> Iterator[tuple[str, AnyEvent]]:
    if one.holder != actor.id or one.consigned_to == actor.id:
        bags = sum(count for _, count in one.bags) + sum(
            pallet.bags for name in one.pallets if (pallet := find(view, Pallet, f"pallet:{name}"))
        )
        yield "arrival", _arrival(view, container_uri(one.number), one.holder, bags, told)
    elif one.shipped_index is None:
        yield (
            "shipping",
            events.Shipping(
                **told,
                container=one.number,
                consigned_to=_did(view, actor.id),
                country="VN",
                papers=(),
            ),
        )


def _arrival(view: Reading, unit: str, giver: str, bags: int, told: Told) -> AnyEvent:
    return events.Arrival(
        **told,
        units=(unit,),
        handed_over_by=_did(view, giver),
        bags=bags,
        ticket="urn:rice:ticket:0",
    )


def _did(view: Reading, actor_id: str) -> str:
    actor = find(view, Actor, f"actor:{actor_id}")
    return actor.did if actor else ""


class _Of:
    """The steps that a lot in hand is for."""

    def __init__(self, view: Reading, lot: Lot, actor: Actor, told: Told) -> None:
        self._view = view
        self._lot = lot
        self._did = _did(view, actor.id)
        self._told = told
        self._all = ((lot.id, lot.bags_left if lot.form == "packed" else lot.left_g),)

    def steps(self) -> Iterator[tuple[str, AnyEvent]]:
        """Yield the steps for this kind of rice; none where nothing is left of it."""
        if self._all[0][1] <= 0:
            return
        is_dry = self._lot.form == "paddy" and self._lot.maker == self._lot.holder
        for kind in _FOR_DRY if is_dry else _FOR.get(self._lot.form, ()):
            event = _MAKERS[kind](self)
            if event is not None:
                yield kind, event

    def drying(self) -> AnyEvent:
        """Nothing lost: the same at 14 %."""
        return events.Drying(
            **self._told,
            inputs=self._all,
            lot=self._named(self._lot.gtin),
            mass_g=max(1, self._counted_g),
            moisture_ppt=_DRY_PPT,
        )

    def storing(self) -> AnyEvent:
        return events.Storing(
            **self._told,
            inputs=self._all,
            lot=self._named(self._lot.gtin),
            mass_g=self._lot.left_g,
            order="mixed",
        )

    def milling(self) -> AnyEvent | None:
        made = self._made("head_rice", self._counted_g * _WHITE_PPT // 1000)
        return made and events.Milling(
            **self._told,
            inputs=self._all,
            outputs=(made,),
            moisture_ppt=_DRY_PPT,
            loss_g=0,
            custody="mass_balance",
        )

    def blending(self) -> AnyEvent:
        return events.Blending(
            **self._told,
            inputs=self._all,
            lot=self._named(self._lot.gtin),
            mass_g=max(1, self._counted_g),
            loss_g=0,
            custody="mass_balance",
        )

    def reworking(self) -> AnyEvent:
        made = (self._named(self._lot.gtin), max(1, self._counted_g))
        return events.Reworking(
            **self._told, inputs=self._all, outputs=(made,), loss_g=0, custody="mass_balance"
        )

    def packing(self) -> AnyEvent | None:
        goods = self._product("packed")
        if goods is None:
            return None
        return events.Packing(
            **self._told,
            inputs=self._all,
            lot=self._named(goods.gtin),
            bags=1,
            bag_g=goods.bag_g or 1_000,
            packed_on=self._told["at"][:10],
            best_before_on=self._told["at"][:10],
            custody="mass_balance",
        )

    def repacking(self) -> AnyEvent:
        return events.Repacking(
            **self._told,
            inputs=((self._lot.id, 1),),
            lot=self._named(self._lot.gtin),
            bags=1,
            bag_g=self._lot.bag_g,
            packed_on=self._told["at"][:10],
            best_before_on=self._lot.best_before_on,
            custody="mass_balance",
        )

    def palletising(self) -> AnyEvent:
        return events.Palletising(**self._told, pallet=_SSCC, lot=self._lot.id, bags=1)

    def loading(self) -> AnyEvent:
        return events.Loading(
            **self._told, container=_BOX, pallets=(), bags=((self._lot.id, 1),), seal="0"
        )

    def handover(self) -> AnyEvent:
        return events.Handover(
            **self._told, lot=self._lot.id, mass_g=self._lot.left_g, consigned_to=self._did
        )

    def giving_back(self) -> AnyEvent:
        return events.Return(
            **self._told,
            lots=self._all,
            pallets=(),
            consigned_to=self._did,
            reason="refused",
        )

    @property
    def _counted_g(self) -> int:
        return sum(self._lot.origin.values())

    def _named(self, gtin: str) -> str:
        return f"https://id.gs1.org/01/{gtin}/10/{_NAME}"

    def _made(self, form: str, mass_g: int) -> tuple[str, int] | None:
        goods = self._product(form)
        return (self._named(goods.gtin), max(1, mass_g)) if goods else None

    def _product(self, form: str) -> Product | None:
        """Return goods of a form, whosever: a trial needs only that there are some."""
        every = self._view.every(Product, "product")
        return next((goods for goods in every if goods.form == form), None)


_MAKERS: Mapping[str, Callable[[_Of], AnyEvent | None]] = {
    "drying": _Of.drying,
    "storing": _Of.storing,
    "milling": _Of.milling,
    "blending": _Of.blending,
    "reworking": _Of.reworking,
    "packing": _Of.packing,
    "repacking": _Of.repacking,
    "palletising": _Of.palletising,
    "loading": _Of.loading,
    "handover": _Of.handover,
    "return": _Of.giving_back,
}
_FOR_DRY = ("milling", "storing", "drying", "handover", "return")
"""Paddy that its holder made a lot of itself has been through the dryer, or lies in a silo."""
_FOR: Mapping[str, tuple[str, ...]] = {
    "paddy": ("drying", "storing", "milling", "handover", "return"),
    "head_rice": ("packing", "blending", "reworking", "handover", "return"),
    "broken": ("packing", "blending", "reworking", "handover", "return"),
    "bran": ("handover", "return"),
    "husk": ("handover", "return"),
    "packed": ("palletising", "loading", "repacking"),
}
