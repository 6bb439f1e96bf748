"""Grams are counted, never guessed: properties of the arithmetic, and of lots in any season."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ledger.rice import events
from ledger.rice.certificate_facts import (
    Attestation,
)
from ledger.rice.events import AnyEvent
from ledger.rice.facts import (
    Lot,
)
from ledger.rice.mass import add, apportion, mass14_g, subtract, take
from tests.tables import play
from tests.world import SEASON, attested, did, lot, season

grams = st.integers(0, 10**12)
origins = st.dictionaries(
    st.text("AB01", min_size=1, max_size=4), st.integers(1, 10**10), min_size=1
)


@pytest.mark.parametrize(
    ("mass_g", "moisture_ppt", "expected_g"),
    [
        (10_000_000, 250, 8_720_930),
        (10_000_000, 280, 8_372_093),
        (10_000_000, 140, 10_000_000),
        (86, 140, 86),
        (1, 141, 0),
        (0, 400, 0),
    ],
)
def test_mass_at_14_per_cent(mass_g: int, moisture_ppt: int, expected_g: int) -> None:
    assert mass14_g(mass_g, moisture_ppt) == expected_g


@given(grams, origins)
def test_shares_add_up_to_the_gram_and_are_off_by_less_than_one(
    total_g: int, weights: Mapping[str, int]
) -> None:
    shares = apportion(total_g, weights)
    whole = sum(weights.values())
    assert sum(shares.values()) == total_g
    assert list(shares) == sorted(shares)
    assert all(shares.values())
    for name, weight in weights.items():
        assert abs(shares.get(name, 0) - Fraction(total_g * weight, whole)) < 1


@given(grams, origins, st.randoms())
def test_shares_do_not_depend_on_the_order_of_names(
    total_g: int, weights: dict[str, int], random: object
) -> None:
    names = list(weights)
    random.shuffle(names)  # type: ignore[attr-defined]
    assert apportion(total_g, {name: weights[name] for name in names}) == apportion(
        total_g, weights
    )


def test_equal_remainders_go_to_the_name_that_sorts_first() -> None:
    assert apportion(2, {"b": 1, "c": 1, "a": 1}) == {"a": 1, "b": 1}


@given(origins, st.data())
def test_what_is_taken_and_what_is_left_are_what_there_was(
    origin: dict[str, int], data: st.DataObject
) -> None:
    total_g = sum(origin.values())
    left_g = data.draw(st.integers(total_g, 2 * total_g))  # wet paddy weighs more than it counts
    draw_g = data.draw(st.integers(1, left_g))
    part = take(origin, draw_g, left_g)
    rest = subtract(origin, part)
    assert add([part, rest]) == dict(sorted(origin.items()))
    assert all(part.get(name, 0) <= mass_g for name, mass_g in origin.items())
    assert 0 <= Fraction(total_g * draw_g, left_g) - sum(part.values()) < 1
    assert draw_g < left_g or not rest


def test_nothing_can_be_taken_from_nothing() -> None:
    with pytest.raises(AssertionError):
        take({"a": 1}, 2, 1)
    with pytest.raises(AssertionError):
        apportion(1, {})


Shares = dict[str, Fraction]


class Count:
    """An independent count of the same rice in fractions; only what is weighed is a whole gram."""

    def __init__(self) -> None:
        self.left: dict[str, Fraction] = {}
        self.shares: dict[str, Shares] = {}
        self.steps: dict[str, int] = {}

    def bring(self, name: str, weighed_g: int, shares: Shares, steps: int) -> None:
        before = self.shares.get(name, {})
        self.left[name] = self.left.get(name, Fraction(0)) + weighed_g
        self.shares[name] = {
            origin: before.get(origin, Fraction(0)) + shares.get(origin, Fraction(0))
            for origin in {*before, *shares}
        }
        self.steps[name] = self.steps.get(name, 0) + steps + 1

    def draw(self, name: str, draw_g: int) -> Shares:
        part = {
            origin: share * draw_g / self.left[name] for origin, share in self.shares[name].items()
        }
        self.left[name] -= draw_g
        self.shares[name] = {
            origin: share - part[origin] for origin, share in self.shares[name].items()
        }
        self.steps[name] += 1
        return part


def scaled(shares: Shares, total_g: Fraction) -> Shares:
    whole = sum(shares.values())
    return {origin: share * total_g / whole for origin, share in shares.items()}


def near(limit: int) -> st.SearchStrategy[int]:
    """Return any amount up to a little more than the limit, often close to it."""
    return st.one_of(
        st.integers(1, limit + 2),
        st.integers(max(1, limit * 9 // 10), limit + 1),
        st.just(max(1, limit * 1004 // 1000)),
    )


class Season(RuleBasedStateMachine):
    """Any order of cutting, drying, mixing, milling and packing, with honest and lying scales."""

    def __init__(self) -> None:
        super().__init__()
        self.world = season()
        play(self.world, "confirm  xa  A001+A002  ok\ngrant  hh  A001+A002  ok")
        self.count = Count()
        self.made = 0

    def name(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.made}"

    def say(self, event: AnyEvent) -> bool:
        return self.world.say("may", event).startswith("ok")

    def lot(self, name: str) -> Lot:
        return self.world.find(Lot, f"lot:{lot(name)}")

    @precondition(lambda self: len(self.lots_of("L")) < 3)
    @rule(
        area=st.sampled_from(["A001", "A002"]),
        mass_g=st.integers(1_000, 200_000),
        moisture_ppt=st.integers(140, 300),
        slip_ppt=st.integers(-20, 8),
    )
    def cut(self, area: str, mass_g: int, moisture_ppt: int, slip_ppt: int) -> None:
        """Paddy is cut and received; the mill's scale shows a little less or more."""
        name = self.name("L")
        play(
            self.world,
            f"harvest  htx  {area}  {name}  {mass_g}  {moisture_ppt / 10}  may  ok",
        )
        weighed_g = mass_g * (1000 + slip_ppt) // 1000
        event = events.Receiving(
            event_id=self.world.event_id(),
            at="2026-03-01T08:00:00+07:00",
            lot=lot(name),
            mass_g=weighed_g,
            moisture_ppt=moisture_ppt,
            handed_over_by=did("htx"),
            ticket="urn:rice:ticket:1",
        )
        if not self.say(event):
            assert weighed_g > mass_g
            return
        counted_g = min(mass14_g(mass_g, moisture_ppt), mass14_g(weighed_g, moisture_ppt))
        self.count.bring(name, weighed_g, {f"{area}/{SEASON}": Fraction(counted_g)}, 1)

    @precondition(lambda self: self.lots_of("L"))
    @rule(data=st.data())
    def dry(self, data: st.DataObject) -> None:
        """Wet lots go through a dryer, in part or whole, into a silo, new or begun."""
        draws = self.draws("L", data)
        into = data.draw(st.sampled_from([self.name("S"), "S0"]))
        moisture_ppt = data.draw(st.integers(120, 160))
        taken_g = self.taken_g(draws)
        mass_g = data.draw(near(taken_g * 860 // (1000 - moisture_ppt)))
        event = events.Drying(
            event_id=self.world.event_id(),
            at="2026-03-01T08:00:00+07:00",
            inputs=tuple((lot(name), draw_g) for name, draw_g in draws),
            lot=lot(into),
            mass_g=mass_g,
            moisture_ppt=moisture_ppt,
        )
        before = self.total_g()
        if not self.say(event):
            return
        assert self.total_g() <= before
        steps = max(self.count.steps[name] for name, _ in draws)
        drawn = self.drawn(draws)
        counted_g = min(Fraction(mass14_g(mass_g, moisture_ppt)), sum(drawn.values(), Fraction(0)))
        self.count.bring(into, mass_g, scaled(drawn, counted_g), steps)

    @precondition(lambda self: self.lots_of("S"))
    @rule(data=st.data())
    def mill(self, data: st.DataObject) -> None:
        """Paddy of one or two silos becomes head rice, broken rice and bran."""
        draws = self.draws("S", data)
        taken_g = self.taken_g(draws)
        head_g = data.draw(near(taken_g * 7 // 10))
        name = self.name("H")
        outputs = [(name, head_g)]
        bran_g = data.draw(near(taken_g // 4)) if data.draw(st.booleans()) else 0
        if bran_g:
            outputs.append((f"C{self.made}", bran_g))
        event = events.Milling(
            event_id=self.world.event_id(),
            at="2026-03-01T08:00:00+07:00",
            inputs=tuple((lot(silo), draw_g) for silo, draw_g in draws),
            outputs=tuple((lot(output), mass_g) for output, mass_g in outputs),
            moisture_ppt=data.draw(st.integers(120, 160)),
            loss_g=0,
            custody="segregated",
        )
        before = self.total_g()
        if not self.say(event):
            return
        assert self.total_g() <= before
        assert head_g * 1000 <= taken_g * 720
        steps = max(self.count.steps[silo] for silo, _ in draws)
        drawn = self.drawn(draws)
        # Two scales: by-products and rice may together weigh half a per cent more than the paddy.
        made_g, drawn_g = sum(mass_g for _, mass_g in outputs), sum(drawn.values(), Fraction(0))
        for output, mass_g in outputs:
            counted_g = min(Fraction(mass_g), mass_g * drawn_g / made_g)
            self.count.bring(output, mass_g, scaled(drawn, counted_g), steps)

    @precondition(lambda self: self.lots_of("H"))
    @rule(data=st.data())
    def pack(self, data: st.DataObject) -> None:
        """Head rice is filled into bags of 5 g, with or without the mark."""
        draws = self.draws("H", data)
        taken_g = sum(draw_g for _, draw_g in draws)
        bags = data.draw(near(taken_g // 5))
        name = self.name("P")
        marked = data.draw(st.booleans())
        event = events.Packing(
            event_id=self.world.event_id(),
            at="2026-03-01T08:00:00+07:00",
            inputs=tuple((lot(batch), draw_g) for batch, draw_g in draws),
            lot=lot(name),
            bags=bags,
            bag_g=5,
            packed_on="2026-03-01",
            best_before_on="2027-03-01",
            custody="segregated",
            grant=attested("grant", "hh", "", "A001", "A002").id if marked else "",
        )
        before = self.total_g()
        if not self.say(event):
            return
        assert bags * 5 <= taken_g
        assert self.total_g() <= before
        steps = max(self.count.steps[batch] for batch, _ in draws)
        self.count.bring(name, bags * 5, scaled(self.drawn(draws), Fraction(bags * 5)), steps)

    def lots_of(self, letter: str) -> list[str]:
        """Return the lots of a kind in which something is left."""
        return [name for name, left_g in self.count.left.items() if name[0] == letter and left_g]

    def draws(self, letter: str, data: st.DataObject) -> list[tuple[str, int]]:
        names = st.lists(st.sampled_from(self.lots_of(letter)), min_size=1, max_size=3, unique=True)
        lefts = [(name, self.lot(name).left_g) for name in data.draw(names)]
        return [
            (name, data.draw(st.one_of(st.integers(1, left_g), st.just(left_g))))
            for name, left_g in lefts
        ]

    def drawn(self, draws: list[tuple[str, int]]) -> Shares:
        total: Shares = {}
        for name, draw_g in draws:
            for origin, share in self.count.draw(name, draw_g).items():
                total[origin] = total.get(origin, Fraction(0)) + share
        return total

    def taken_g(self, draws: list[tuple[str, int]]) -> int:
        return sum(
            sum(self.lot(name).origin.values()) * draw_g // self.lot(name).left_g
            for name, draw_g in draws
        )

    def total_g(self) -> int:
        lots = [fact for fact in self.world.facts.values() if isinstance(fact, Lot)]
        return sum(sum(each.origin.values()) for each in lots if not each.consigned_to)

    @precondition(lambda self: self.count.left)
    @invariant()
    def every_lot_agrees_with_the_count_in_fractions(self) -> None:
        """Within a gram for each step that led to it, for each origin."""
        for name, left_g in self.count.left.items():
            known = self.lot(name)
            assert known.left_g == left_g
            assert all(mass_g > 0 for mass_g in known.origin.values())
            for origin, share in self.count.shares[name].items():
                assert abs(known.origin.get(origin, 0) - share) <= self.count.steps[name]
            assert set(known.origin) <= set(self.count.shares[name])

    @invariant()
    def the_grant_was_drawn_for_what_carries_the_mark(self) -> None:
        lots = [fact for fact in self.world.facts.values() if isinstance(fact, Lot)]
        marked_g = sum(each.bags * each.bag_g for each in lots if each.grant)
        grant_id = attested("grant", "hh", "", "A001", "A002").id
        grant = self.world.find(Attestation, f"attestation:{grant_id}")
        assert marked_g == grant.drawn_g <= grant.quota_g


TestSeason = Season.TestCase
TestSeason.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)


def test_scales_that_differ_do_not_add_up() -> None:
    """Half a per cent more at a weighing is forgiven; it is never counted."""
    world = season()
    play(
        world,
        """
        harvest  htx  A001  L1  100000  14.0  lai          ok
        receive  lai  L1  100500  14.0  htx                ok+receipt_differs
        hand over  lai  L1  100500  may                    ok
        receive  may  L1  100501  14.0  lai                mass_gained
        receive  may  L1  100500  14.0  lai                ok
        dry  may  L1:100500  S1  100500  14.0              ok
        dry  may  S1:100500  S2  100501  14.0              mass_gained
        dry  may  S1:100500  S2  100500  14.0              ok
        """,
    )
    assert world.find(Lot, f"lot:{lot('S2')}").origin == {"A001/DX-2026": 100_000}
