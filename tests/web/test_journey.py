from __future__ import annotations

from msgspec import structs

from tests.verdicts import JOURNEY
from web.drawings import draw_flow
from web.journey import stages


def test_weighings_of_the_same_rice_by_several_are_not_added_up() -> None:
    harvest, receiving, *rest = JOURNEY
    trader = structs.replace(receiving, actor=rest[-1].actor)
    found = {stage.kind: stage for stage in stages((harvest, trader, receiving, *rest))}
    assert found["receiving"].mass_g == found["receiving"].lots == 0
    assert [step.mass_g for step in found["receiving"].steps] == [receiving.mass_g] * 2
    assert found["receiving"].flow == ""


def test_harvests_of_several_are_more_rice() -> None:
    harvest, *rest = JOURNEY
    found = stages((harvest, structs.replace(harvest, actor=rest[0].actor), *rest))
    assert found[0].mass_g == 2 * harvest.mass_g
    assert found[0].lots == 2 * harvest.lots


def test_the_flow_is_as_wide_as_the_mass_and_leads_to_the_next() -> None:
    assert draw_flow([200, 100, 50]) == (
        "0,0 100.0,0 50.0,16 0,16",
        "0,0 50.0,0 25.0,16 0,16",
        "0,0 25.0,0 25.0,16 0,16",
    )
    assert draw_flow([]) == ()
    drawn = [stage.flow for stage in stages(JOURNEY)]
    assert all(drawn)
    assert drawn[0].startswith("0,0 100.0,0")
