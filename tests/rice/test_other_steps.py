"""What else may be done to rice: every other step of a lot, as tables."""

from __future__ import annotations

import pytest

from ledger.rice.diary_facts import Diary
from ledger.rice.facts import Lot
from tests.rice.test_lots import CUT, MILLED, PACKED, told
from tests.world import lot


def test_a_harvest_of_several_days_is_one_lot() -> None:
    world = told(
        """
        harvest  htx  A001  L1  10000  25.0  -                    ok
        harvest more  htx  A002  L1  10000  25.0                  lot_taken
        harvest more  htx  A001  L9  10000  25.0                  lot_unknown
        day  2026-03-02
        harvest more  htx  A001  L1  5000  20.0                   ok
        hand over  htx  L1  14999  may                            exceeds_lot
        hand over  htx  L1  15000  may                            ok
        harvest more  htx  A001  L1  5000  20.0                   lot_taken
        transport  lai  L1  xe                                    not_holder
        transport  lai  L1  lai                                   ok
        transport  xe  L1  nobody                                 not_holder
        transport  xe  L1  xe                                     ok
        receive  may  L1  15000  23.3  htx                        ok
        """
    )
    assert world.find(Lot, f"lot:{lot('L1')}").origin == {"A001/DX-2026": 13_371}


def test_a_lot_is_divided_among_two_mills_and_one_sends_its_part_back() -> None:
    world = told(
        """
        harvest  htx  A001  L1  10000  25.0  -                    ok
        divide  htx  L1:10000  L2:4000,L3:6001                    mass_gained
        divide  htx  L1:10000  L2:4000,H3:6000                    malformed_event
        divide  htx  L1:10000  L2:4000,L3:6000                    ok
        hand over  htx  L2  4000  may                             ok
        hand over  htx  L3  6000  may-2                           ok
        receive  may  L2  4000  25.0  htx                         ok
        return  htx  L3:6000  may                                 not_holder
        receive  may-2  L3  6000  25.0  htx                       ok
        return  may-2  L3:5999  htx                               exceeds_lot
        return  may-2  L3:6000  htx                               ok
        receive  htx  L3  6000  25.0  may-2                       ok
        """
    )
    kept = [world.find(Lot, f"lot:{lot(name)}") for name in ("L1", "L2", "L3")]
    assert [sum(each.origin.values()) for each in kept] == [0, 3488, 5232]
    assert 3488 + 5232 <= 10_000 * 750 // 860


@pytest.mark.parametrize(
    ("order", "first", "second"),
    [
        ("first_in", {"A001/DX-2026": 8720, "A002/DX-2026": 1279}, {"A002/DX-2026": 7441}),
        ("last_in", {"A001/DX-2026": 1279, "A002/DX-2026": 8720}, {"A001/DX-2026": 7441}),
    ],
)
def test_a_silo_is_drawn_down_in_the_order_stated(
    order: str, first: dict[str, int], second: dict[str, int]
) -> None:
    world = told(
        f"""
        harvest  htx  A001  L1  8720  14.0  may                   ok
        harvest  htx  A002  L2  8720  14.0  may                   ok
        receive  may  L1  8720  14.0  htx                         ok
        receive  may  L2  8720  14.0  htx                         ok
        store  may  L1:8720  S1  {order}                          ok
        store  may  L2:8720  S1  mixed                            lot_taken
        dry  may  L2:8720  S1  8720  14.0                         lot_taken
        store  may  L2:8720  S1  {order}                          ok
        divide  may  S1:9999  L3:9999                             ok
        divide  may  S1:7441  L4:7441                             ok
        """
    )
    found = [world.find(Lot, f"lot:{lot(name)}") for name in ("L3", "L4", "S1")]
    assert [each.origin for each in found] == [first, second, {}]
    assert found[2].layers == ()


def test_a_harvest_does_not_go_straight_into_layers() -> None:
    told(
        """
        harvest  htx  A001  L1  1000  25.0  -                     ok
        store  htx  L1:1000  L2  first_in                         ok
        harvest more  htx  A001  L2  1000  25.0                   lot_taken
        """
    )


def test_what_was_in_layers_is_mixed_on_its_way() -> None:
    world = told(
        CUT,
        """
        store  may  L1:10000  S1  first_in                        ok
        store  may  L2:10000  S1  first_in                        ok
        hand over  may  S1  20000  may-2                          ok
        receive  may-2  S1  19000  25.0  may                      ok+receipt_differs
        divide  may-2  S1:9500  L3:9500                           ok
        """,
    )
    assert world.find(Lot, f"lot:{lot('L3')}").origin == {
        "A001/DX-2026": 4142,
        "A002/DX-2026": 4142,
    }


def test_blending_keeps_the_weaker_model_and_says_what_lost_the_claim() -> None:
    told(
        MILLED,
        """
        harvest  htx-2  A003  L3  10000  14.0  may                ok
        receive  may  L3  10000  14.0  htx-2                      ok
        confirm  xa  A001+A002                                    ok
        mill  may  L3:10000  H2:6000  14.0  controlled_blending   ok
        blend  may  H1:1000,H2:1000  H3  2011  controlled_blending  mass_gained
        blend  may  H1:1000,H2:1000  H3  2000  segregated         custody_strengthened
        blend  may  H1:1000,H2:1000  H3  2000  controlled_blending  ok+claim_lost
        """,
    )


def test_rice_that_goes_through_the_mill_again_does_not_grow() -> None:
    world = told(
        MILLED,
        """
        rework  may  S1:100  H2:90  segregated                    lot_unfit
        rework  may  H1:2000  H2:1900,B2:111  segregated          mass_gained
        rework  may  H1:2000  H2:1900,B2:110  segregated          ok
        """,
    )
    made = [world.find(Lot, f"lot:{lot(name)}") for name in ("H1", "H2", "B2")]
    assert sum(sum(each.origin.values()) for each in made) <= 5000


def test_bags_are_opened_and_filled_again() -> None:
    world = told(
        PACKED,
        """
        repack  may  H1:100  Q1  10x10  segregated  -             lot_unfit
        repack  may  P1:100  Q1  51x10  segregated  -             mass_gained
        repack  may  P1:201  Q1  50x10  segregated  -             exceeds_lot
        repack  may  P1:100  Q1  50x10  segregated  -             ok
        pallet  may  P1  1  101                                   exceeds_lot
        pallet  may  P1  1  100                                   ok
        repack  may  P1:1  Q2  1x10  segregated  -                exceeds_lot
        """,
    )
    old, new = (world.find(Lot, f"lot:{lot(name)}") for name in ("P1", "Q1"))
    assert (old.bags, old.bags_left, old.left_g) == (200, 0, 500)
    assert sum(new.origin.values()) == 500 == sum(old.origin.values())


def test_a_buyer_acknowledges_what_arrived_and_sends_a_pallet_back() -> None:
    world = told(
        PACKED,
        """
        pallet  may  P1  1  100                                   ok
        pallet  may  P1  2  50                                    ok
        load  may  1,2,P1:50  ZZDU2632040                         ok
        unpallet  may  1                                          unit_not_held
        arrive  mua  ZZDU2632040  may  200                        unit_not_held
        send  may  ZZDU2632040  mua  JP                           ok
        arrive  may-2  ZZDU2632040  may  200                      unit_not_held
        arrive  mua  ZZDU2632040  may-2  200                      unit_not_held
        arrive  mua  ZZDU2632040  may  199                        ok+arrival_differs
        arrive  mua  ZZDU2632040  may  200                        unit_unknown
        unpallet  mua  2                                          ok
        unpallet  mua  2                                          unit_unknown
        return  mua  1  may                                       ok
        arrive  may  1  mua  100                                  ok
        unpallet  may  1                                          ok
        pallet  may  P1  3  101                                   exceeds_lot
        pallet  may  P1  3  100                                   ok
        dispatch  may  3  may-2                                   ok
        dispatch  may  3  mua                                     unit_not_held
        arrive  may-2  3  may  100                                ok
        load  may-2  3  ZZDU2632040                               ok
        send  may-2  ZZDU2632040  mua  VN                         ok
        """,
    )
    assert world.find(Lot, f"lot:{lot('P1')}").bags_left == 0


def test_a_sample_that_fails_holds_the_lot_until_it_is_cleared_or_destroyed() -> None:
    world = told(
        PACKED,
        """
        sample  may  H1  100                                      ok
        test  may  H1  conforms                                   event_office_not_held
        test  lab  H1  conforms                                   ok
        test  lab  P1  fails                                      ok
        pallet  may  P1  1  10                                    lot_held
        clear  may  P1                                            office_not_held
        destroy  may  P1  100                                     lot_unfit
        destroy  may  P1  201 bags                                exceeds_lot
        destroy  may  P1  150 bags                                ok
        clear  lab  P1                                            ok
        pallet  may  P1  1  51                                    exceeds_lot
        pallet  may  P1  1  50                                    ok
        """,
    )
    assert world.find(Lot, f"lot:{lot('H1')}").left_g == 3_900


def test_the_books_follow_the_stock_and_never_beyond_what_came_in() -> None:
    world = told(
        PACKED,
        """
        count  may-2  S1  7400                                    not_holder
        count  may  S1  7438                                      counted_above_books
        count  may  S1  7437                                      ok+count_differs
        count  may  S1  7000                                      ok+count_differs
        count  may  P1  1000                                      lot_unfit
        count  may  P1  200 bags                                  ok
        count  may  P1  198 bags                                  ok+count_differs
        mill  may  S1:7000  H2:5050  14.0  segregated             recovery_above_limit
        """,
    )
    silo, bags = (world.find(Lot, f"lot:{lot(name)}") for name in ("S1", "P1"))
    assert (silo.left_g, bags.bags_left, bags.left_g) == (7000, 198, 990)
    assert sum(silo.origin.values()) <= 7400


def test_the_diary_is_written_by_who_manages_the_area() -> None:
    world = told(
        """
        sow  may  A001  5                                         event_office_not_held
        sow  htx  A009  5                                         area_unknown
        sow  htx-2  A001  5                                       area_not_managed
        sow  htx  A001  11                                        worked_above_area
        sow  htx  A001  5                                         ok
        sow  htx  A001  5                                         ok
        """
    )
    assert world.find(Diary, "diary:A001/DX-2026").lines == 2
