"""Seasons drawn from a seed: whatever may be done to rice, done well, badly, and corrected."""

from __future__ import annotations

import random
from collections.abc import Callable

from msgspec import structs

from ledger.rice import events
from ledger.rice.events import Correction, Event
from ledger.rice.facts import Container, F, Key, LabelBatch, Lot, Pallet
from ledger.rice.gs1 import is_container
from ledger.rice.lots import CUSTODY
from tests.tables import _VERBS, play
from tests.world import season

BEGUN = """
    harvest  htx  A001  L1  40000  25.0  may  ok
    harvest  htx  A002  L2  40000  24.5  may  ok
    receive  may  L1  40000  25.0  htx  ok
    receive  may  L2  39990  24.5  htx  ok+receipt_differs
    confirm  xa  A001+A002  ok
    grant  hh  A001+A002  ok
    store  may  L1:20000  S1  first_in  ok
    store  may  L2:20000  S1  first_in  ok
    dry  may  L1:10000,L2:10000  S2  17400  14.0  ok
    mill  may  S2:10000  H1:5500,B1:1200,C1:1000,T1:2000  14.0  segregated  ok
    pack  may  H1:2000  P1  400x5  segregated  A001+A002  ok
    labels  may  P1  N1  100  ok
    pallet  may  P1  1  50  ok
"""
TRADERS = ("may", "may", "may", "may-2", "lai", "htx", "mua")
MOVES = (
    *("harvest", "harvest more", "receive", "receive", "hand over", "transport", "divide"),
    *("return", "destroy", "count", "count", "sample", "test"),
)
STACKING = (
    *("pallet", "pallet", "unpallet", "load", "load", "send", "dispatch", "arrive", "arrive"),
    "return",
)
_CONTAINERS = tuple(
    number
    for serial in range(6)
    for number in (f"ZZDU{serial:06d}{check}" for check in range(10))
    if is_container(number)
)


class Story:
    """A world to which chance speaks.

    ``lines`` tell what was said; ``heard`` are the statements, refused ones too, but for what
    nobody can read.
    """

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.world = season()
        self.heard = list(self.world.taken)
        self._take, self.world.take = self.world.take, self._hear  # type: ignore[method-assign]
        self.made = 10
        self.today = 1
        self.lines: list[str] = []
        play(self.world, BEGUN)

    def go_on(self, steps: int) -> None:
        """Say so many things, most of which somebody honest might."""
        says = (
            *[self._move] * 3,
            *[self._transform] * 8,
            *[self._pack] * 4,
            *[self._unit] * 6,
            self._stop,
            *[self._correct] * 3,
        )
        for _ in range(steps):
            self.today += self.chance.random() < 0.05
            told_late = self.today > 1 and self.chance.random() < 0.04
            self.world.day = f"2026-03-{self.today - told_late:02d}"
            said: Callable[[], None] = self.chance.choice(says)
            said()

    def _hear(self, data: bytes) -> str:
        said = self._take(data)
        if not said.startswith("malformed"):
            self.heard.append((self.world.now, data))
        return said

    def _say(self, who: str, verb: str, *cells: object) -> str:
        said = _VERBS[verb](self.world, who, *(str(cell) for cell in cells))
        self.lines.append(f"{verb} {who} {' '.join(map(str, cells))} -> {said}")
        return said

    def _facts(self, kind: type[F]) -> list[F]:
        return [fact for fact in self.world.facts.values() if isinstance(fact, kind)]

    def _lot(self, *forms: str) -> Lot:
        """Return a lot, more often than not one of these forms in which something is left."""
        lots = self._facts(Lot)
        fit = [each for each in lots if each.form in forms and each.left_g]
        return self.chance.choice(fit if fit and self.chance.random() < 0.95 else lots)

    def _holder(self, of: Lot) -> str:
        return of.holder if self.chance.random() < 0.95 else self.chance.choice(TRADERS)

    def _amount(self, left: int) -> int:
        """Return any part of what is left, often all of it and sometimes more."""
        most = max(1, left)
        parts = [self.chance.randint(1, most), most // 3 + 1, most // 9 + 1]
        return self.chance.choice([*parts, *parts, most, most, most + 1])

    def _draws(self, *forms: str) -> tuple[str, int, str]:
        """Return one to three draws as a table spells them, their sum, and who may make them."""
        lots = {each.id: each for each in (self._lot(*forms) for _ in range(self._few()))}
        amounts = {
            _name(each): self._amount(each.bags_left if each.form == "packed" else each.left_g)
            for each in lots.values()
        }
        text = ",".join(f"{name}:{amount}" for name, amount in amounts.items())
        return text, sum(amounts.values()), self._holder(next(iter(lots.values())))

    def _few(self) -> int:
        return self.chance.choice([1, 1, 2, 3])

    def _new(self, letter: str) -> str:
        """Return a name that is most often new."""
        if self.chance.random() < 0.1:
            return f"{letter}{self.chance.randint(1, 3)}"
        self.made += 1
        return f"{letter}{self.made}"

    def _near(self, most: int, ppt: int) -> int:
        """Return about such a share of an amount, now and then a little too much."""
        return max(1, most * self.chance.randint(ppt * 9 // 10, ppt * 101 // 100) // 1000)

    def _moisture(self) -> str:
        return f"{self.chance.choice([12, 13, 14, 14, 14, 16, 25])}.{self.chance.randint(0, 9)}"

    def _move(self) -> None:
        one = self._lot("paddy", "head_rice")
        name, who, to = _name(one), self._holder(one), self.chance.choice(TRADERS)
        left = one.bags_left if one.form == "packed" else one.left_g
        unit = " bags" if one.form == "packed" else ""
        amount = f"{self._amount(left)}{unit}"
        verb = self.chance.choice(MOVES)
        mass_g = self.chance.randint(5_000, 60_000)
        sent = [each for each in self._facts(Lot) if each.consigned_to]
        if sent and self.chance.random() < 0.4:
            taken = self.chance.choice(sent)
            weighed_g = self._near(taken.left_g, 995)
            self._say(taken.consigned_to, "receive", _name(taken), weighed_g, "25.0", taken.holder)
            return
        area = self.chance.choice(["A001", "A002"])
        halves = f"{self._new('L')}:{left // 2},{self._new('L')}:{left - left // 2}"
        cells: dict[str, tuple[object, ...]] = {
            "harvest": ("htx", area, self._new("L"), mass_g, self._moisture(), "-"),
            "harvest more": ("htx", area, name, mass_g, self._moisture()),
            "receive": (one.consigned_to or to, name, self._near(left, 1000), "25.0", one.holder),
            "hand over": (who, name, left, to),
            "transport": (one.consigned_to or who, name, "xe"),
            "divide": (who, f"{name}:{left}", halves),
            "return": (who, f"{name}:{left}", to),
            "destroy": (who, name, amount),
            "count": (who, name, f"{self._near(left, 1000)}{unit}"),
            "sample": (who, name, self.chance.randint(1, 20)),
            "test": ("lab", name, self.chance.choice(["conforms", "conforms", "fails"])),
        }
        self._say(str(cells[verb][0]), verb, *cells[verb][1:])

    def _transform(self) -> None:
        verb = self.chance.choice(["dry", "store", "store", "mill", "mill", "blend", "rework"])
        rice = verb in {"blend", "rework"}
        draws, whole, who = self._draws(*(("head_rice", "broken") if rice else ("paddy",)))
        custody = self.chance.choice(["segregated", "segregated", *CUSTODY])
        order = self.chance.choice(["first_in", "last_in", "mixed"])
        head, broken = self._near(whole, 560), self._near(whole, 120)
        milled = f"{self._new('H')}:{head},{self._new('B')}:{broken}"
        if self.chance.random() < 0.5:
            milled += f",{self._new('T')}:{self._near(whole, 200)}"
        cells: dict[str, tuple[object, ...]] = {
            "dry": (draws, self._new("S"), self._near(whole, 900), self._moisture()),
            "store": (draws, self._new("S"), order),
            "mill": (draws, milled, self._moisture(), custody),
            "blend": (draws, self._new("H"), self._near(whole, 1000), custody),
            "rework": (draws, f"{self._new('H')}:{self._near(whole, 900)}", custody),
        }
        self._say(who, verb, *cells[verb])

    def _pack(self) -> None:
        verb = self.chance.choice(["pack", "pack", "repack", "labels"])
        mark = self.chance.choice(["-", "-", "A001+A002", "A001+A002", "A001"])
        letter, bag_g = self.chance.choice([("P", 5), ("P", 5), ("Q", 10)])
        if verb == "labels":
            one = self._lot("packed")
            wanted = self._near(max(1, one.bags - one.bags_labelled), 900)
            self.made += 1
            self._say(one.maker, verb, _name(one), f"N{self.made}", wanted)
            return
        draws, whole, who = self._draws(*(("packed",) if verb == "repack" else ("head_rice",)))
        bags = max(1, self._near(whole, 1000) * (5 if verb == "repack" else 1) // bag_g)
        self._say(who, verb, draws, self._new(letter), f"{bags}x{bag_g}", "segregated", mark)

    def _unit(self) -> None:
        one = self._lot("packed")
        pallets, boxes = self._facts(Pallet), self._facts(Container)
        pallet, box = self.chance.choice(pallets), self.chance.choice([None, *boxes])
        number, who = _number(pallet), self.chance.choice([pallet.holder] * 9 + ["lai"])
        verb = self.chance.choice(STACKING)
        to = self.chance.choice(TRADERS)
        load = [number] if self.chance.random() < 0.7 else []
        if not load or self.chance.random() < 0.5:
            load.append(f"{_name(one)}:{self._amount(one.bags_left)}")
        inside, bags = (box, 10) if box else (pallet, pallet.bags)
        unit = box.number if box else number
        cells: dict[str, tuple[object, ...]] = {
            "pallet": (one.holder, _name(one), self.made, self._amount(one.bags_left // 2)),
            "unpallet": (who, number),
            "load": (who, ",".join(load), self.chance.choice(_CONTAINERS)),
            "send": (who, box.number if box else _CONTAINERS[0], to, "JP"),
            "dispatch": (who, number, to),
            "arrive": (inside.consigned_to or to, unit, inside.holder, bags),
            "return": (who, number, to),
        }
        self.made += verb == "pallet"
        self._say(str(cells[verb][0]), verb, *cells[verb][1:])

    def _stop(self) -> None:
        lots = [each for each in self._facts(Lot) if each.held]
        verb = self.chance.choice(["hold", "recall", "recall bags", "clear", "clear", "clear"])
        one = self.chance.choice(lots) if verb == "clear" and lots else self._lot("packed")
        batch = self.chance.choice(self._facts(LabelBatch))
        who = self.chance.choice([one.holder, one.held[0].actor if one.held else "xa"])
        if verb == "recall bags":
            last = self._amount(batch.count)
            self._say(who, verb, batch.lot.rpartition("/")[2], f"{batch.id}:1-{last}")
        elif verb != "recall" or self.chance.random() < 0.2:
            self._say(who, verb, _name(one))

    def _correct(self) -> None:
        """Declare an event wrong, and most often state how it was."""
        said = [(place, meaning) for place, meaning in self.world.entries]
        place, meaning = self.chance.choice(said[25:])
        wrong = meaning.body
        if not isinstance(wrong, Event) or isinstance(wrong, Correction):
            return
        key = self.world.find(Key, f"key:{meaning.kids[0]}")
        ids = (self.world.event_id(),) if self.chance.random() < 0.8 else ()
        declared = Correction(
            event_id=wrong.event_id,
            at=wrong.at,
            place=wrong.place,
            wrong=wrong,
            declared_at=f"{self.world.day}T09:00:00+07:00",
            reason="incorrect_data" if ids else "did_not_occur",
            corrected_by=ids,
        )
        told = self.world.say(key.actor, declared)
        self.lines.append(f"wrong #{place.index} {key.actor} {type(wrong).__name__} -> {told}")
        if not told.startswith("ok") or not ids:
            return
        if self.chance.random() < 0.2:  # something else may be said in between
            self._transform()
        right = structs.replace(wrong, event_id=ids[0], **self._otherwise(wrong))
        told = self.world.say(key.actor, right)
        self.lines.append(f"right #{place.index} {key.actor} {right} -> {told}")

    def _otherwise(self, wrong: Event) -> dict[str, object]:
        """Return what an event said wrong, as it was."""
        members: dict[str, object] = {}
        for name in ("inputs", "outputs", "lots"):
            draws = getattr(wrong, name, ())
            if draws:
                members[name] = tuple((each, self._near(amount, 950)) for each, amount in draws)
        for name in ("mass_g", "bags"):
            amount = getattr(wrong, name, 0)
            if isinstance(amount, int) and amount:
                members[name] = self._near(amount, 950)
            elif isinstance(amount, tuple) and amount:
                members[name] = tuple((each, self._near(bags, 950)) for each, bags in amount)
        if isinstance(wrong, events.Storing):
            members["mass_g"] = sum(amount for _, amount in members["inputs"])  # type: ignore[attr-defined]
        if isinstance(wrong, events.Loading | events.Dispatch) and self.chance.random() < 0.3:
            members["pallets"] = wrong.pallets[1:]
        if isinstance(wrong, events.Drying | events.Milling) and self.chance.random() < 0.3:
            others = [each.id for each in self._facts(Lot) if each.form == "paddy"]
            members["inputs"] = ((self.chance.choice(others), self.chance.randint(1, 9_000)),)
        return members


def _name(one: Lot) -> str:
    return one.id.rpartition("/")[2]


def _number(pallet: Pallet) -> str:
    return str(int(pallet.sscc.rpartition("/")[2][8:17]))
