"""No order of accepted events makes rice, has a lot in two places, or claims an uncovered gram.

Any of the steps of a lot, right and wrong, by anybody; any earlier one declared wrong again, with
or without another in its place.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from msgspec import structs

from ledger.rice import events
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.events import AnyEvent, Correction, Event, FieldWork
from ledger.rice.facts import (
    Container,
    Harvested,
    Lot,
    Pallet,
)
from tests.tables import play, sscc
from tests.world import SEASON, attested, did, lot, season

WHO = ("htx", "may", "may-2", "mua")
CONTAINERS = ("ZZDU2632040", "ZZDU6120628")
BEGUN = """
    confirm  xa  A001  ok
    grant  hh  A001  ok
    harvest  htx  A001  L1  40000  14.0  may  ok
    receive  may  L1  40000  14.0  htx  ok
    harvest  htx  A002  L2  40000  14.0  may  ok
    receive  may  L2  40000  14.0  htx  ok
    dry  may  L1:20000  S1  19000  14.0  ok
    mill  may  S1:10000  H1:6000,C1:1000  14.0  segregated  ok
    mill  may  L2:10000  H2:6000,C2:1000  14.0  segregated  ok
    pack  may  H1:2000  P1  400x5  segregated  A001  ok
    pack  may  H2:2000  P2  400x5  segregated  -  ok
    pallet  may  P1  1  40  ok
"""
AMOUNTS = st.one_of(st.integers(1, 40_000), st.just(10**6))


class Chain(RuleBasedStateMachine):
    """Two areas of a co-operative, two mills, a buyer; one of the areas is certified."""

    def __init__(self) -> None:
        super().__init__()
        self.world = season()
        play(self.world, BEGUN)
        self.made = 100
        self.said = [
            ("htx" if isinstance(meaning.body, events.Harvest) else "may", meaning.body)
            for _, meaning in self.world.entries
            if isinstance(meaning.body, AnyEvent)
        ]

    def new(self, letter: str) -> str:
        self.made += 1
        return lot(f"{letter}{self.made}")

    def lots(self, *forms: str) -> list[Lot]:
        facts = self.world.facts.values()
        found = [fact for fact in facts if isinstance(fact, Lot) and fact.form in forms]
        return [each for each in found if each.left_g or each.bags_left]

    def say(self, who: str, kind: Any, **members: Any) -> str:  # noqa: ANN401
        event = kind(event_id=self.world.event_id(), at="2026-03-01T08:00:00+07:00", **members)
        assert isinstance(event, AnyEvent)
        said = self.world.say(who, event)
        if said.startswith("ok"):
            self.said.append((who, event))
        return said

    def some(self, data: st.DataObject, *forms: str) -> tuple[str, tuple[tuple[str, int], ...]]:
        """Return one or two lots of one holder, mostly, and how much of each to take."""
        known = [each for each in self.lots(*forms) if not each.consigned_to]
        first = data.draw(st.sampled_from(known or self.lots(*forms)))
        near = [each for each in known if each.holder == first.holder] or [first]
        chosen = {first.id: first, **{e.id: e for e in data.draw(_few(near))}}
        draws = []
        for each in chosen.values():
            left = each.bags_left if each.form == "packed" else each.left_g
            some = st.integers(1, max(1, left // 3))
            amount = st.one_of(some, some, st.just(max(1, left)), AMOUNTS)
            draws.append((each.id, data.draw(amount)))
        return first.holder, tuple(draws)

    @precondition(lambda self: len(self.lots("paddy")) < 4)
    @rule(
        area=st.sampled_from(["A001", "A002"]),
        mass_g=st.integers(1_000, 40_000),
        sent=st.booleans(),
        to=st.sampled_from(["may", "may-2"]),
    )
    def harvest(self, area: str, mass_g: int, to: str, *, sent: bool) -> None:
        name = self.new("L")
        members = {
            "lot": name,
            "mass_g": mass_g,
            "moisture_ppt": 140,
            "area": area,
            "season": SEASON,
            "variety": "OM5451",
            "harvested_on": "2026-03-01",
        }
        self.say("htx", events.Harvest, **members, consigned_to=did(to) if sent else "")

    @precondition(lambda self: self.lots("paddy", "head_rice"))
    @rule(data=st.data(), to=st.sampled_from(WHO))
    def move(self, data: st.DataObject, to: str) -> None:
        """Whatever is on its way is received, mostly; else something is sent, or sent back."""
        waiting = [each for each in self.lots("paddy", "head_rice") if each.consigned_to]
        members: dict[str, Any]
        mostly: int = data.draw(st.integers(0, 4))
        if waiting and mostly:
            taken = data.draw(st.sampled_from(waiting))
            mass_g = taken.left_g * data.draw(st.integers(950, 1006)) // 1000
            self.say(
                taken.consigned_to,
                events.Receiving,
                lot=taken.id,
                mass_g=max(1, mass_g),
                moisture_ppt=140,
                handed_over_by=did(taken.holder),
                ticket="urn:rice:ticket:1",
            )
            return
        sent = data.draw(st.sampled_from(self.lots("paddy", "head_rice")))
        load = ((sent.id, sent.left_g),)
        if data.draw(st.booleans()):
            members = {"lot": sent.id, "mass_g": sent.left_g, "consigned_to": did(to)}
            self.say(sent.holder, events.Handover, **members)
        else:
            members = {"lots": load, "pallets": (), "consigned_to": did(to)}
            self.say(sent.holder, events.Return, **members, reason="refused")

    @precondition(lambda self: self.lots("paddy"))
    @rule(data=st.data(), order=st.sampled_from(["mixed", "first_in", "last_in"]))
    def keep(self, data: st.DataObject, order: str) -> None:
        """Paddy is divided, dried or stored, in a new lot or one begun."""
        who, draws = self.some(data, "paddy")
        total_g = sum(mass_g for _, mass_g in draws)
        begun = [each.id for each in self.lots("paddy")]
        into = data.draw(st.sampled_from([self.new("S"), *begun]))
        kind = data.draw(st.sampled_from([events.Dividing, events.Drying, events.Storing]))
        if kind is events.Dividing:
            part_g = data.draw(st.integers(1, total_g))
            outputs = ((self.new("L"), part_g), (into, max(1, total_g - part_g)))
            self.say(who, kind, inputs=draws[:1], outputs=outputs)
        elif kind is events.Drying:
            mass_g = data.draw(_near(total_g))
            self.say(who, kind, inputs=draws, lot=into, mass_g=mass_g, moisture_ppt=140)
        else:
            self.say(who, kind, inputs=draws, lot=into, mass_g=total_g, order=order)

    @precondition(lambda self: self.lots("paddy"))
    @rule(data=st.data())
    def mill(self, data: st.DataObject) -> None:
        who, draws = self.some(data, "paddy")
        total_g = sum(mass_g for _, mass_g in draws)
        outputs = ((self.new("H"), data.draw(_near(total_g * 6 // 10 + 1))), (self.new("C"), 5))
        who = "may" if who == "htx" else who
        self.say(
            who,
            events.Milling,
            inputs=draws,
            outputs=outputs,
            moisture_ppt=140,
            loss_g=0,
            custody="segregated",
        )

    @precondition(lambda self: self.lots("head_rice"))
    @rule(data=st.data(), mark=st.booleans())
    def make(self, data: st.DataObject, *, mark: bool) -> None:
        """Rice is blended, milled again, or filled into bags with or without the mark."""
        who, draws = self.some(data, "head_rice")
        total_g = sum(mass_g for _, mass_g in draws)
        kind = data.draw(st.sampled_from([events.Blending, events.Reworking, events.Packing]))
        made_g = data.draw(_near(total_g))
        if kind is events.Packing:
            self.fill(who, kind, draws, max(1, made_g // 5), mark=mark)
        elif kind is events.Blending:
            members = {"lot": self.new("H"), "mass_g": made_g}
            self.say(who, kind, inputs=draws, **members, loss_g=0, custody="segregated")
        else:
            outputs = ((self.new("H"), made_g), (self.new("B"), data.draw(st.integers(1, 50))))
            self.say(who, kind, inputs=draws, outputs=outputs, loss_g=0, custody="segregated")

    @precondition(lambda self: self.lots("packed"))
    @rule(data=st.data(), mark=st.booleans())
    def fill_again(self, data: st.DataObject, *, mark: bool) -> None:
        who, draws = self.some(data, "packed")
        bags = data.draw(_near(sum(bags for _, bags in draws)))
        self.fill(who, events.Repacking, draws, bags, mark=mark)

    def fill(self, who: str, kind: type[Event], draws: object, bags: int, *, mark: bool) -> None:
        self.say(
            who,
            kind,
            inputs=draws,
            lot=self.new("P"),
            bags=bags,
            bag_g=5,
            packed_on="2026-03-01",
            best_before_on="2027-03-01",
            custody="segregated",
            grant=attested("grant", "hh", "", "A001").id if mark else "",
        )

    @precondition(lambda self: self.lots("packed"))
    @rule(data=st.data(), number=st.integers(1, 3), container=st.sampled_from(CONTAINERS))
    def stack(self, data: st.DataObject, number: int, container: str) -> None:
        """Bags are stacked, pallets taken apart, loaded, sent, sent back."""
        who, draws = self.some(data, "packed")
        pallet = sscc(str(number))
        held = self.world.facts.get(f"pallet:{pallet}")
        holder = held.holder if isinstance(held, Pallet) else who
        match data.draw(st.sampled_from(["stack", "open", "load", "send", "dispatch", "back"])):
            case "stack":
                name, bags = draws[0]
                self.say(who, events.Palletising, pallet=pallet, lot=name, bags=bags)
            case "open":
                self.say(holder, events.Unpalletising, pallet=pallet)
            case "load":
                pallets = (pallet,) if held else ()
                loose = draws[:1] if data.draw(st.booleans()) or not pallets else ()
                self.say(
                    who,
                    events.Loading,
                    container=container,
                    pallets=pallets,
                    bags=loose,
                    seal="VN1",
                )
            case "send":
                sent = {"container": container, "consigned_to": did("mua"), "country": "VN"}
                self.say(who, events.Shipping, **sent, papers=())
            case "dispatch":
                self.say(holder, events.Dispatch, pallets=(pallet,), consigned_to=did("mua"))
            case _:
                self.say(
                    holder,
                    events.Return,
                    lots=(),
                    pallets=(pallet,),
                    consigned_to=did("may"),
                    reason="unsold",
                )

    @rule(data=st.data(), container=st.sampled_from(CONTAINERS), number=st.integers(1, 3))
    def arrive(self, data: st.DataObject, container: str, number: int) -> None:
        unit = data.draw(st.sampled_from([f"urn:epc:id:bic:{container}", sscc(str(number))]))
        key = f"container:{container}" if unit.startswith("urn:") else f"pallet:{unit}"
        found = self.world.facts.get(key)
        if isinstance(found, Container | Pallet) and found.consigned_to:
            self.say(
                found.consigned_to,
                events.Arrival,
                units=(unit,),
                handed_over_by=did(found.holder),
                bags=1,
                ticket="urn:rice:ticket:1",
            )

    @precondition(lambda self: self.lots("paddy", "head_rice", "packed"))
    @rule(data=st.data(), kind=st.sampled_from([events.Destruction, events.StockCount]))
    def take_stock(self, data: st.DataObject, kind: type[Event]) -> None:
        who, ((name, amount), *_) = self.some(data, "paddy", "head_rice", "packed")
        found = self.world.find(Lot, f"lot:{name}")
        unit = "bags" if found.form == "packed" else "mass_g"
        more: dict[str, object] = {unit: amount}
        if kind is events.Destruction:
            more |= {"reason": "spoiled", "evidence": "A" * 43 + "="}
        self.say(who, kind, lot=name, **more)

    @precondition(lambda self: self.said)
    @rule(data=st.data(), replaced=st.booleans())
    def correct(self, data: st.DataObject, *, replaced: bool) -> None:
        """An event is declared wrong; another weight or count may take its place."""
        place = data.draw(st.integers(0, len(self.said) - 1))
        who, wrong = self.said[place]
        assert not isinstance(wrong, Correction | FieldWork)
        name = self.world.event_id()
        event = Correction(
            event_id=wrong.event_id,
            at=wrong.at,
            wrong=wrong,
            declared_at="2026-03-01T09:00:00+07:00",
            reason="incorrect_data" if replaced else "did_not_occur",
            corrected_by=(name,) if replaced else (),
        )
        assert self.world.say(who, event).startswith("ok")
        del self.said[place]
        if not replaced:
            return
        changed: dict[str, Any] = {"event_id": name}
        for member in ("mass_g", "bags"):
            amount = getattr(wrong, member, 0)
            if isinstance(amount, int) and amount > 1:
                changed[member] = data.draw(_near(amount))
        right = structs.replace(wrong, **changed)
        if self.world.say(who, right).startswith("ok"):
            self.said.append((who, right))

    @invariant()
    def no_rice_comes_from_nowhere(self) -> None:
        """Of each area there is at most what was cut there, wherever it went."""
        there: dict[str, int] = defaultdict(int)
        for fact in self.world.facts.values():
            if isinstance(fact, Lot):
                assert all(mass_g > 0 for mass_g in fact.origin.values())
                for origin, mass_g in fact.origin.items():
                    there[origin] += mass_g
                layers = [layer.left_g for layer in fact.layers]
                assert not layers or sum(layers) == fact.left_g
                assert fact.left_g >= 0
        for origin, mass_g in there.items():
            assert mass_g <= self.world.find(Harvested, f"harvested:{origin}").mass14_g

    @invariant()
    def no_bag_is_in_two_places(self) -> None:
        stacked: dict[str, int] = defaultdict(int)
        pallets = {}
        for fact in self.world.facts.values():
            if isinstance(fact, Pallet) and fact.ended_index is None:
                stacked[fact.lot] += fact.bags
                pallets[fact.sscc] = fact
            if isinstance(fact, Container) and not fact.is_empty:
                for name, bags in fact.bags:
                    stacked[name] += bags
        for name, bags in stacked.items():
            found = self.world.find(Lot, f"lot:{name}")
            assert found.bags_left >= 0
            assert bags + found.bags_left <= found.bags
        for fact in self.world.facts.values():
            if isinstance(fact, Container) and not fact.is_empty:
                for name in fact.pallets:
                    assert name not in pallets or pallets[name].container == fact.number

    @invariant()
    def no_uncovered_gram_carries_the_mark(self) -> None:
        marked_g = 0
        for fact in self.world.facts.values():
            if isinstance(fact, Lot) and fact.grant and not fact.unbalanced:
                assert set(fact.origin) <= {f"A001/{SEASON}"}
                marked_g += sum(fact.origin.values())
        grant_id = attested("grant", "hh", "", "A001").id
        grant = self.world.find(Attestation, f"attestation:{grant_id}")
        assert marked_g <= grant.drawn_g <= grant.quota_g


def _few(lots: list[Lot]) -> st.SearchStrategy[list[Lot]]:
    return st.lists(st.sampled_from(lots), max_size=1)


def _near(limit: int) -> st.SearchStrategy[int]:
    return st.one_of(st.integers(1, limit + 2), st.integers(max(1, limit * 9 // 10), limit + 1))


TestChain = Chain.TestCase
TestChain.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
