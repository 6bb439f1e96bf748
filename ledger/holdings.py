"""Who has what now: lots, pallets and containers held or awaited, land managed, grants given.

A ledger of a million entries has hundreds of thousands of lots, of which an organisation has a few
hundred that still hold anything. `Holdings` remembers the names of those, and nothing else of them:
it reads every such fact once, and afterwards only those that entries since then have changed, as
the ``mention`` table lists them. What is told of a lot is read in the snapshot of whoever asks.

An index is for one process and any number of its threads. It is never behind the snapshot it is
asked with; it may be ahead of it, and then leaves out what has been given away since.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ledger.rice.certificate_facts import Attestation
from ledger.rice.facts import Area, Container, F, Fact, Lot, Pallet
from ledger.store.store import Reading

Thing = Lot | Pallet | Container | Area | Attestation

_KINDS = ("area", "attestation", "container", "lot", "pallet")
_FACTS_AT_ONCE = 5_000
_KEYS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Held:
    """What one organisation has, and what is on its way to it, in the order of their names.

    A lot is here while anything is left of it; what it has sent and nobody has taken in yet is
    still among what it holds. The same of pallets that stand, and of containers that are loaded.
    ``grants`` are those of a mark that were ever given to it, whatever became of them.
    """

    lots: list[Lot] = field(default_factory=list)
    pallets: list[Pallet] = field(default_factory=list)
    containers: list[Container] = field(default_factory=list)
    awaited_lots: list[Lot] = field(default_factory=list)
    awaited_pallets: list[Pallet] = field(default_factory=list)
    awaited_containers: list[Container] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    grants: list[Attestation] = field(default_factory=list)


class Holdings:
    """The names of everything that is held, by organisation, as far as some entry."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._size = 0
        self._owners: dict[str, frozenset[str]] = {}
        self._keys: defaultdict[str, set[str]] = defaultdict(set)

    def of(self, view: Reading, actor: str) -> Held:
        """Return what an organisation holds and awaits in a snapshot."""
        with self._lock:
            self._catch_up(view)
            keys = sorted(self._keys.get(actor, ()))
        found = view.facts(keys)
        things = [found[key] for key in keys if key in found]
        return Held(
            lots=_of(things, Lot, lambda lot: lot.holder == actor),
            pallets=_of(things, Pallet, lambda pallet: pallet.holder == actor),
            containers=_of(things, Container, lambda container: container.holder == actor),
            awaited_lots=_of(things, Lot, lambda lot: lot.consigned_to == actor),
            awaited_pallets=_of(things, Pallet, lambda pallet: pallet.consigned_to == actor),
            awaited_containers=_of(things, Container, lambda one: one.consigned_to == actor),
            areas=_of(things, Area, lambda area: area.manager == actor),
            grants=_of(things, Attestation, lambda grant: grant.issued_to == actor),
        )

    def _catch_up(self, view: Reading) -> None:
        """Read what changed between what this index speaks of and a snapshot."""
        size = view.head().size
        if size <= self._size:
            return
        if self._size:
            keys = view.changed_keys(_KINDS, self._size, size)
            for first in range(0, len(keys), _KEYS_AT_ONCE):
                self._note(view.facts(keys[first : first + _KEYS_AT_ONCE]).values())
        else:
            for kind in _KINDS:
                last = ""
                while facts := view.facts_of(kind, last, _FACTS_AT_ONCE):
                    self._note(facts)
                    last = facts[-1].key
        self._size = size

    def _note(self, facts: Iterable[Fact]) -> None:
        for fact in facts:
            assert isinstance(fact, Thing), fact.key
            owners = _owners(fact)
            before = self._owners.get(fact.key, frozenset())
            for actor in before - owners:
                self._keys[actor].discard(fact.key)
            for actor in owners - before:
                self._keys[actor].add(fact.key)
            if owners:
                self._owners[fact.key] = owners
            else:
                self._owners.pop(fact.key, None)


def _owners(thing: Thing) -> frozenset[str]:
    """Return whose a thing is, or will be; nobody's once nothing is left of it."""
    if not _is_there(thing):
        return frozenset()
    match thing:
        case Area(manager=manager):
            return frozenset({manager})
        case Attestation(issued_to=issued_to):
            return frozenset({issued_to})
        case Lot() | Pallet() | Container():
            return frozenset({thing.holder, thing.consigned_to} - {""})


def _is_there(thing: Fact) -> bool:
    match thing:
        case Lot(left_g=left_g, bags_left=bags_left):
            return bool(left_g or bags_left)
        case Pallet(ended_index=ended_index):
            return ended_index is None
        case Container(is_empty=is_empty):
            return not is_empty
        case Attestation(effect=effect):
            return effect == "licenses"
    return True


def _of(things: Iterable[Fact], kind: type[F], is_meant: Callable[[F], bool]) -> list[F]:
    return [one for one in things if isinstance(one, kind) and _is_there(one) and is_meant(one)]
