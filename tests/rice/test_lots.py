"""What may be done to rice, as tables: one line, one thing said, and the code that answers it."""

from __future__ import annotations

import pytest

from ledger.rice.case import Link
from ledger.rice.facts import Lot, Pallet
from ledger.rice.members import container_uri
from tests.tables import play, sscc
from tests.world import World, lot, season

CUT = """
    harvest  htx  A001  L1  10000  25.0  may  ok
    harvest  htx  A002  L2  10000  25.0  may  ok
    receive  may  L1  10000  25.0  htx  ok
    receive  may  L2  10000  25.0  htx  ok
"""
DRIED = CUT + "dry  may  L1:10000,L2:10000  S1  17400  14.0  ok\n"
MILLED = DRIED + "mill  may  S1:10000  H1:5000,B1:1500,C1:1000,T1:2000  14.0  segregated  ok\n"
PACKED = MILLED + "pack  may  H1:1000  P1  200x5  segregated  -  ok\n"
"""1,000 g of head rice in 200 bags of 5 g: small figures, so that a gram counts."""


def told(*tables: str) -> World:
    world = season()
    for table in tables:
        play(world, table)
    return world


def test_paddy_goes_from_the_field_over_the_scale_to_the_silo() -> None:
    told(
        """
        harvest  htx  A001  L1  10000  25.0  may                  ok
        receive  may-2  L1  10000  25.0  htx                      not_consigned
        receive  may  L1  10000  25.0  htx-2                      not_consigned
        receive  may  L1  10051  25.0  htx                        mass_gained
        receive  may  L1  9990  25.0  htx                         ok+receipt_differs
        receive  may  L1  9990  25.0  htx                         not_consigned
        dry  may  L1:9991  S1  8700  14.0                         exceeds_lot
        dry  may-2  L1:9990  S1  8700  14.0                       not_holder
        dry  may  L1:9990  S1  8800  14.0                         mass_gained
        dry  may  L1:9990  S1  8700  14.0                         ok
        dry  may  L1:1  S1  1  14.0                               exceeds_lot
        """
    )


def test_a_trader_stands_between_the_field_and_the_mill() -> None:
    told(
        """
        harvest  htx  A001  L1  10000  25.0  lai                  ok
        hand over  htx  L1  10000  may                            not_holder
        receive  lai  L1  10000  25.0  htx                        ok
        receive  may  L1  10000  25.0  lai                        not_consigned
        hand over  lai  L1  9999  may                             exceeds_lot
        hand over  lai  L1  10000  nobody                         not_consigned
        hand over  lai  L1  10000  may                            ok
        dry  lai  L1:10000  S1  8000  14.0                        not_holder
        receive  may  L1  10000  25.0  htx                        not_consigned
        receive  may  L1  10000  25.0  lai                        ok
        hand over  lai  L1  10000  may                            not_holder
        """
    )


def test_paddy_is_cut_where_and_when_its_code_says() -> None:
    told(
        """
        harvest  htx  A009  L1  10000  25.0  may                  area_unknown
        harvest  htx  A003  L1  10000  25.0  may                  area_not_managed
        harvest  may  A001  L1  10000  25.0  may                  event_office_not_held
        harvest  htx  A001  H1  10000  25.0  may                  product_unfit
        harvest  htx  A001  L1  10000  25.0  nobody               not_consigned
        harvest  htx  A001  L1  10000  25.0  may                  ok
        harvest  htx  A001  L1  10000  25.0  may                  lot_taken
        area  xa  A001  suspended  2026-03-05                     ok
        day  2026-03-04
        harvest  htx  A001  L2  10000  25.0  may                  ok
        day  2026-03-05
        harvest  htx  A001  L3  10000  25.0  may                  area_not_active
        area  xa  A001  active  2026-03-08                        ok
        day  2026-03-07
        harvest  htx  A001  L3  10000  25.0  may                  area_not_active
        day  2026-03-08
        harvest  htx  A001  L3  10000  25.0  may                  ok
        day  2026-06-01
        harvest  htx  A001  L4  10000  25.0  may                  season_unfit
        day  2026-11-01
        harvest  htx  A001  L4  10000  25.0  may                  area_not_active
        """
    )


def test_a_revoked_code_stays_revoked_in_whatever_order_the_papers_come() -> None:
    told(
        """
        area  xa  A001  suspended  2026-03-10                     ok
        area  xa-khac  A001  active  2026-03-12                   office_not_held
        area  xa  A001  active  2026-03-12                        ok
        area  xa  A001  revoked  2026-03-05                       ok
        area  xa  A001  active  2026-03-20                        area_revoked
        day  2026-03-04
        harvest  htx  A001  L1  10000  25.0  may                  ok
        day  2026-03-21
        harvest  htx  A001  L2  10000  25.0  may                  area_not_active
        """
    )


def test_ten_hectares_yield_what_ten_hectares_can() -> None:
    told(
        """
        harvest  htx  A001  L1  90000000  14.0  may               ok
        harvest  htx  A001  L2  1  14.0  may                      ok+yield_high
        harvest  htx  A001  L3  15000000  14.0  may               yield_above_limit
        harvest  htx  A001  L3  14999999  14.0  may               ok+yield_high
        harvest  htx  A001  L4  2  14.0  may                      yield_above_limit
        """
    )


def test_a_silo_is_filled_again_and_again_by_its_holder_only() -> None:
    world = told(
        CUT,
        """
        dry  may  L1:10000  S1  8700  14.0                        ok
        dry  may  S1:100,L2:100  S1  150  14.0                    lot_taken
        dry  may  L2:10000  S1  8700  14.0                        ok
        hand over  may  S1  17400  may-2                          ok
        receive  may-2  S1  17400  14.0  may                      ok
        harvest  htx  A001  L3  10000  25.0  may                  ok
        receive  may  L3  10000  25.0  htx                        ok
        dry  may  L3:10000  S1  8700  14.0                        lot_taken
        """,
    )
    silo = world.find(Lot, f"lot:{lot('S1')}")
    assert silo.origin == {"A001/DX-2026": 8700, "A002/DX-2026": 8700}
    assert (silo.custody, silo.variety, silo.left_g) == ("segregated", "OM5451", 17_400)


def test_a_mill_gets_from_paddy_what_a_mill_can_get() -> None:
    told(
        DRIED,
        """
        mill  lai  S1:100  H1:60,B1:10  14.0  segregated          event_office_not_held
        mill  may  L9:100  H1:60,B1:10  14.0  segregated          lot_unknown
        mill  may  S1:10000  P1:5000  14.0  segregated            product_unfit
        mill  may  S1:10000  H1:5000,H2:500  14.0  segregated     product_unfit
        mill  may  S1:10000  H1:6000,B1:1201  14.0  segregated    recovery_above_limit
        mill  may  S1:10000  H1:6500,B1:700  8.0  segregated      ok+recovery_high
        mill  may  S1:1000  H1:600  14.0  segregated              lot_taken
        mill  may  S1:1000  H2:600,C2:200,T2:206  14.0  segregated  mass_gained
        mill  may  S1:1000  H2:600,C2:200,T2:205  14.0  segregated  ok+by_products_odd
        mill  may  S1:6401  H3:60  14.0  segregated               exceeds_lot
        mill  may  H1:100  B3:60  14.0  segregated                lot_unfit
        """,
    )


def test_paddy_said_to_be_dryer_than_it_came_does_not_yield_more() -> None:
    told(
        DRIED,
        """
        mill  may  S1:10000  H1:7201  2.0  segregated             recovery_above_limit
        mill  may  S1:10000  H1:7200  2.0  segregated             ok+recovery_high
        """,
    )


def test_custody_may_only_weaken() -> None:
    told(
        CUT,
        """
        dry  may  L1:10000  S1  8700  14.0                        ok
        dry  may  L2:10000  S2  8700  14.0                        ok
        mill  may  S1:100  H1:55  14.0  identity_preserved        ok
        mill  may  S1:100,S2:100  H2:50  14.0  identity_preserved  custody_strengthened
        mill  may  S1:100,S2:100  H2:110  14.0  segregated        ok
        mill  may  S1:100,S2:100  H3:110  14.0  mass_balance      ok
        pack  may  H3:50  P3  2x5  segregated  -                  custody_strengthened
        pack  may  H1:10,H3:10  P3  2x5  controlled_blending  -   custody_strengthened
        pack  may  H1:10,H3:10  P3  2x5  mass_balance  -          ok
        pack  may  H2:10  P4  2x5  identity_preserved  -          custody_strengthened
        """,
    )


def test_a_bag_holds_what_was_taken_for_it() -> None:
    told(
        MILLED,
        """
        pack  may  H1:1000  P1  201x5  segregated  -              mass_gained
        pack  may  H1:1000  P1  100x10  segregated  -             bag_differs
        pack  may  S1:1000  P1  200x5  segregated  -              lot_unfit
        pack  may  H1:5001  P1  200x5  segregated  -              exceeds_lot
        pack  may-2  H1:1000  P1  200x5  segregated  -            not_holder
        pack  may  H1:1000  P1  200x5  segregated  -              ok
        pack  may  H1:1000  P1  200x5  segregated  -              lot_taken
        pack  may  H1:4000,B1:1000  Q1  500x10  segregated  -     ok
        """,
    )


def test_bags_are_stacked_and_shipped_once() -> None:
    world = told(
        PACKED,
        """
        pallet  may-2  P1  1  10                                  not_holder
        pallet  may  H1  1  10                                    lot_unfit
        pallet  may  P1  1  201                                   exceeds_lot
        pallet  may  P1  1  150                                   ok
        pallet  may  P1  1  10                                    unit_taken
        pallet  may  P1  2  51                                    exceeds_lot
        hand over  may  P1  1000  may-2                           lot_unfit
        ship  may  9  mua                                         unit_unknown
        ship  may  1,P1:51  mua                                   exceeds_lot
        ship  may-2  1  mua                                       unit_not_held
        load  may  1,P1:20  ZZDU2632040                           ok
        load  may  1  ZZDU6120628                                 unit_not_held
        load  may  P1:1  ZZDU2632040                              unit_taken
        send  may-2  ZZDU2632040  mua  JP                         unit_not_held
        send  may  ZZDU2632040  nobody  JP                        not_consigned
        send  may  ZZDU2632040  mua  JP                           ok
        send  may  ZZDU2632040  mua  JP                           unit_not_held
        ship  may  1  mua                                         unit_not_held
        ship  may  P1:31  mua                                     exceeds_lot
        ship  may  P1:30  mua                                     ok
        """,
    )
    assert world.find(Lot, f"lot:{lot('P1')}").bags_left == 0
    assert world.find(Pallet, f"pallet:{sscc('1')}").shipped_index == world.size - 3


def test_rice_is_exported_by_who_has_a_licence_that_day() -> None:
    told(
        PACKED,
        """
        hand over  may  H1  4000  may-2                           ok
        receive  may-2  H1  4000  14.0  may                       ok
        pack  may-2  H1:1000  P2  200x5  segregated  -            ok
        ship  may-2  P2:10  mua                                   export_not_licensed
        ship  may  P1:10  mua                                     ok
        day  2027-01-01
        ship  may  P1:10  mua                                     export_not_licensed
        """,
    )


def test_a_container_carries_thirty_tonnes_and_26_and_a_half_are_usual() -> None:
    """Masses in the millions: 26,500 kg are 26,500,000 g."""
    told(
        """
        harvest  htx  A001  L1  90000000  14.0  may               ok
        receive  may  L1  90000000  14.0  htx                     ok
        mill  may  L1:90000000  H1:60000000  14.0  segregated     ok
        pack  may  H1:60000000  P1  12000000x5  segregated  -     ok
        pallet  may  P1  1  5300000                               ok
        ship  may  1,P1:700001  mua                               container_overloaded
        ship  may  1,P1:1  mua                                    ok+container_heavy
        ship  may  P1:6000001  mua                                container_overloaded
        ship  may  P1:5300000  mua                                ok
        """
    )


def test_a_held_lot_waits_until_who_held_it_lets_it_go() -> None:
    told(
        PACKED,
        """
        pallet  may  P1  1  10                                    ok
        hold  may-2  P1                                           office_not_held
        hold  xa-khac  P1                                         office_not_held
        hold  xa  P1                                              ok
        hold  may  P1                                             ok
        ship  may  P1:10  mua                                     lot_held
        ship  may  1  mua                                         lot_held
        pallet  may  P1  2  10                                    lot_held
        clear  may  P1                                            office_not_held
        clear  xa  P1                                             ok
        ship  may  P1:10  mua                                     lot_held
        clear  may  P1                                            ok
        clear  may  P1                                            hold_unknown
        ship  may  1,P1:10  mua                                   ok
        """,
    )


def test_a_recall_is_for_good_and_needs_a_right_over_every_lot() -> None:
    told(
        PACKED,
        """
        hand over  may  H1  4000  may-2                           ok
        receive  may-2  H1  4000  14.0  may                       ok
        pack  may-2  H1:1000  P2  200x5  segregated  -            ok
        recall  may  P1,P2                                        office_not_held
        recall  may  P1,P9                                        lot_unknown
        recall  xa-khac  P1                                       office_not_held
        recall  xa  P1,P2                                         ok
        ship  may  P1:10  mua                                     lot_held
        """,
    )


def test_one_act_stops_several_lots_or_none() -> None:
    told(
        PACKED,
        """
        hold  may  P1,H1                                          ok
        ship  may  P1:10  mua                                     lot_held
        pack  may  H1:100  P2  20x5  segregated  -                lot_held
        clear  may  P1,L1                                         hold_unknown
        clear  may  P1                                            ok
        ship  may  P1:10  mua                                     ok
        pack  may  H1:100  P2  20x5  segregated  -                lot_held
        clear  may  H1                                            ok
        pack  may  H1:100  P2  20x5  segregated  -                ok
        """,
    )


def test_a_recall_of_some_bags_names_them_by_their_labels() -> None:
    world = told(
        PACKED,
        """
        labels  may  P1  N1  100                                  ok
        labels  may  P1  N2  50                                   ok
        hand over  may  H1  4000  may-2                           ok
        receive  may-2  H1  4000  14.0  may                       ok
        pack  may-2  H1:1000  P2  200x5  segregated  -            ok
        recall bags  xa  P1  N1:1-101                             bags_unknown
        recall bags  xa  P1  N3:1-1                               bags_unknown
        recall bags  xa  P2  N1:1-1                               bags_unknown
        recall bags  xa  P1,P2  N1:5-9,N1:12-12,N2:1-50           ok
        ship  may  P1:10  mua                                     lot_held
        """,
    )
    (flag,) = world.find(Lot, f"lot:{lot('P1')}").recalled
    known = {number for number in range(1, 101) if flag.range_of("N1", number)}
    assert known == {5, 6, 7, 8, 9, 12}
    assert flag.range_of("N2", 50) is not None
    assert flag.range_of("N2", 51) is None
    (whole,) = world.find(Lot, f"lot:{lot('P2')}").recalled
    assert whole.bag_ranges == ()


def test_pallets_and_containers_are_linked_to_what_is_in_them() -> None:
    inside = container_uri("ZZDU2632040")
    stacked = told(PACKED, "pallet  may  P1  1  10  ok")
    assert _links(stacked) == [Link(lot("P1"), sscc("1"), 50)]
    play(stacked, "load  may  1,P1:3  ZZDU2632040  ok")
    assert _links(stacked) == [Link(lot("P1"), inside, 15), Link(sscc("1"), inside, 50)]


def _links(world: World) -> list[Link]:
    assert world.decision is not None
    return list(world.decision.links)


def test_an_event_may_be_told_late_but_not_out_of_order() -> None:
    told(
        """
        day  2026-03-03
        harvest  htx  A001  L1  10000  25.0  may                  ok
        day  2026-03-02
        receive  may  L1  10000  25.0  htx                        event_before_lot
        """
    )


@pytest.mark.parametrize(
    "table",
    [
        "harvest  htx  A001  L1  1  25.0  may                     mass_too_small",
        """
        harvest  htx  A001  L1  2  25.0  may                      ok
        receive  may  L1  1  25.0  htx                            mass_too_small
        """,
        CUT + "dry  may  L1:1  S1  1  14.0                        mass_too_small",
        CUT + "dry  may  L1:3  S1  1  25.0                        mass_too_small",
        CUT + "mill  may  L1:1  H1:1  14.0  segregated            mass_too_small",
        DRIED + "mill  may  S1:1  H1:1  40.0  segregated          mass_too_small",
    ],
)
def test_a_gram_or_two_of_wet_paddy_is_nothing_to_account_for(table: str) -> None:
    told(table)


def test_the_refusal_names_figures_a_person_can_compare() -> None:
    world = told(DRIED, "mill  may  S1:10000  H1:7406  14.0  segregated  recovery_above_limit")
    assert "74.1 %" in world.refused.words.en
    assert "72 %" in world.refused.words.vi
    play(world, "mill  may  S1:20000  H1:7406  14.0  segregated  exceeds_lot")
    assert dict(world.refused.details) == {"lot": lot("S1"), "left": 17, "wanted": 20}
