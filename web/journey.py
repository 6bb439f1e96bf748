"""The journey of a bag's rice: steps by kind, what they weigh, and how the flow narrows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ledger.proof.verdict import Step
from web.drawings import draw_flow

_ADDS_UP = frozenset(
    {"harvest", "drying", "milling", "blending", "reworking", "packing", "repacking"}
)
"""Steps that make lots: what several actors made is more rice. What several weighed in, carried or
stored may be the same rice twice, so their kilograms are shown one by one and never as a sum."""


@dataclass(frozen=True, slots=True)
class Stage:
    """All steps of one kind: their days, what they weigh, and the steps themselves.

    ``mass_g`` is 0 where no one figure would be true; ``flow`` are the corners of its piece of the
    picture, empty without a mass.
    """

    kind: str
    from_on: str
    until_on: str
    mass_g: int
    bags: int
    lots: int
    steps: tuple[Step, ...]
    flow: str = ""


def stages(journey: Sequence[Step]) -> tuple[Stage, ...]:
    """Return steps by kind, kinds in the order in which they first happened."""
    kinds = {step.kind: place for place, step in reversed(list(enumerate(journey)))}
    ordered = sorted(journey, key=lambda step: (kinds[step.kind], step.from_on))
    found = [_stage(kind, tuple(group)) for kind, group in groupby(ordered, lambda one: one.kind)]
    pieces = iter(draw_flow([stage.mass_g for stage in found if stage.mass_g]))
    return tuple(replace(stage, flow=next(pieces)) if stage.mass_g else stage for stage in found)


def _stage(kind: str, steps: tuple[Step, ...]) -> Stage:
    adds_up = len(steps) == 1 or kind in _ADDS_UP
    return Stage(
        kind=kind,
        from_on=steps[0].from_on,
        until_on=max(step.until_on for step in steps),
        mass_g=sum(step.mass_g for step in steps) if adds_up else 0,
        bags=sum(step.bags for step in steps) if adds_up else 0,
        lots=sum(step.lots for step in steps) if adds_up else 0,
        steps=steps,
    )
