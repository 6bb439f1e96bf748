"""Every rule can be broken, says so in both languages, and keeps its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from string import Formatter

import pytest
from msgspec import structs

from ledger.errors import Words
from ledger.rice import acts, events
from ledger.rice.case import Body
from ledger.rice.diary import SIGNERS_MAX
from ledger.rice.judge import RuleError
from ledger.rice.refusals import REFUSALS
from ledger.rice.rulebook import RULES, Rule
from ledger.rice.terms import contract_uri
from tests.rice.broken_trust import BROKEN_TRUST
from tests.rice.certifying_sayings import (
    CERTIFYING_SAYINGS,
    CERTIFYING_TABLES,
    CONFIRMED,
    CUT,
    MARKED,
    MILLED,
    PACKED,
)
from tests.rice.label_sayings import LABEL_SAYINGS
from tests.rice.life_sayings import LIFE_SAYINGS
from tests.tables import play
from tests.world import (
    Sayable,
    World,
    accredited,
    area,
    attested,
    contract,
    did,
    founding,
    inspection,
    kid_of,
    lot,
    offered,
    product,
    registration,
    role,
    season,
    words,
)

PINNED = Path(__file__).with_name("rulebook.txt")


TABLES = {
    "area_unknown": "harvest  htx  A009  L1  10000  25.0  may",
    "area_revoked": """
        area  xa  A001  revoked  2026-03-01  ok
        area  xa  A001  active  2026-03-02""",
    "event_office_not_held": "harvest  may  A001  L1  10000  25.0  may",
    "area_not_active": """
        area  xa  A001  suspended  2026-03-01  ok
        harvest  htx  A001  L1  10000  25.0  may""",
    "area_not_managed": "harvest  htx  A003  L1  10000  25.0  may",
    "season_unfit": """
        day  2026-07-01
        harvest  htx  A001  L1  10000  25.0  may""",
    "yield_above_limit": "harvest  htx  A001  L1  105000001  14.0  may",
    "lot_unknown": "dry  may  L1:1  S1  1  14.0",
    "worked_above_area": "sow  htx  A001  11",
    "unit_unknown": PACKED + "unpallet  may  1",
    "hold_unknown": PACKED + "clear  may  P1",
    "bags_unknown": PACKED + "labels  may  P1  N1  10  ok\nrecall bags  may  P1  N1:9-11",
    "event_before_lot": """
        day  2026-03-02
        harvest  htx  A001  L1  10000  25.0  may  ok
        day  2026-03-01
        receive  may  L1  10000  25.0  htx""",
    "product_unfit": "harvest  htx  A001  H1  10000  25.0  may",
    "bag_differs": MILLED + "pack  may  H1:1000  P1  100x10  segregated  -",
    "lot_unfit": MILLED + "dry  may  H1:1  S1  1  14.0",
    "lot_taken": CUT + "harvest  htx  A001  L1  10000  25.0  may",
    "unit_taken": PACKED + "pallet  may  P1  1  10  ok\npallet  may  P1  1  9",
    "unit_not_held": PACKED + "pallet  may  P1  1  10  ok\nunpallet  mua  1",
    "not_holder": CUT + "dry  may-2  L1:1  S1  1  14.0",
    "not_consigned": "harvest  htx  A001  L1  10000  25.0  nobody",
    "lot_held": CUT + "hold  may  L1  ok\ndry  may  L1:1  S1  1  14.0",
    "load_held": PACKED
    + """
        load  may  P1:1  ZZDU2632040  ok
        hold  may  P1  ok
        send  may  ZZDU2632040  mua  JP""",
    "exceeds_lot": CUT + "dry  may  L1:10001  S1  1  14.0",
    "mass_too_small": "harvest  htx  A001  L1  1  25.0  may",
    "mass_gained": CUT + "dry  may  L1:1000  S1  1006  14.0",
    "recovery_above_limit": CUT + "mill  may  L1:1000  H1:721  14.0  segregated",
    "custody_strengthened": CUT
    + """
        mill  may  L1:1000  H1:550  14.0  mass_balance  ok
        pack  may  H1:100  P1  20x5  segregated  -""",
    "counted_above_books": PACKED + "count  may  P1  201 bags",
    "export_not_licensed": PACKED + "day  2027-01-01\nship  may  P1:1  mua",
    "container_overloaded": """
        harvest  htx  A001  L1  90000000  14.0  may  ok
        receive  may  L1  90000000  14.0  htx  ok
        mill  may  L1:90000000  H1:60000000  14.0  segregated  ok
        pack  may  H1:60000000  P1  12000000x5  segregated  -  ok
        ship  may  P1:6000001  mua""",
    **CERTIFYING_TABLES,
    "labels_not_own": MILLED + "labels  may  H1  N1  1",
    "labels_outnumber_bags": PACKED + "labels  may  P1  N1  150  ok\nlabels  may  P1  N2  51",
    "batch_taken": PACKED + "labels  may  P1  N1  50  ok\nday  2026-03-02\nlabels  may  P1  N1  51",
    "yield_high": "harvest  htx  A001  L1  90000001  14.0  may",
    "recovery_high": CUT + "mill  may  L1:1000  H1:701  14.0  segregated",
    "recovery_low": CUT + "mill  may  L1:1000  H1:549  14.0  segregated",
    "by_products_odd": CUT + "mill  may  L1:1000  H1:600,T1:241  14.0  segregated",
    "count_differs": PACKED + "count  may  P1  199 bags",
    "arrival_differs": PACKED
    + """
        pallet  may  P1  1  10  ok
        dispatch  may  1  mua  ok
        arrive  mua  1  may  9""",
    "container_heavy": """
        harvest  htx  A001  L1  90000000  14.0  may  ok
        receive  may  L1  90000000  14.0  htx  ok
        mill  may  L1:90000000  H1:60000000  14.0  segregated  ok
        pack  may  H1:60000000  P1  12000000x5  segregated  -  ok
        load  may  P1:5300001  ZZDU2632040""",
    "receipt_differs": """
        harvest  htx  A001  L1  10000  14.0  may  ok
        receive  may  L1  9999  14.0  htx""",
    "claim_lost": CONFIRMED
    + CUT
    + """
        harvest  htx  A002  L2  10000  14.0  may  ok
        receive  may  L2  10000  14.0  htx  ok
        mill  may  L1:1000,L2:1000  H1:1100  14.0  segregated""",
}
"""How each rule about rice is broken: the last line, which the rule answers, is the case."""


def _harvest(world: World, **more: object) -> events.Harvest:
    event = events.Harvest(
        event_id=world.event_id(),
        at="2026-03-01T08:00:00+07:00",
        lot=lot("L1"),
        mass_g=10_000,
        moisture_ppt=250,
        area="A001",
        season="DX-2026",
        variety="OM5451",
        harvested_on="2026-03-01",
        consigned_to=did("may"),
    )
    return structs.replace(event, **more)


def _said_before(world: World) -> str:
    event = _harvest(world)
    world.must("htx", event)
    return world.say("htx", structs.replace(event, mass_g=9_999))


def _key_ended(world: World) -> str:
    world.must("so", acts.RevokeKey(kid=kid_of("htx"), reason="lost"))
    return world.say("htx", _harvest(world))


def _batch(code: str, who: str, body: Sayable) -> tuple[str, Callable[[World], str]]:
    return code, lambda world: world.say(who, body)


def _of_another_legal_person(world: World) -> str:
    world.must("so+vo", registration("vo", role("cooperative"), legal_id="kiem-1"))
    world.must("so+kiem-2", registration("kiem-2", legal_id="kiem-1"))
    world.must("hh", accredited("confirmer", "hh", "kiem-2"))
    world.must("xa", area("A010", "vo"))
    return world.say("kiem-2", attested("conformity", "kiem-2", "vo", "A010"))


def _other_variety(world: World) -> str:
    world.must("may", product("packed", gtin="09521234000358", variety="ST25", bag_g=5))
    play(world, MILLED)
    packing = events.Packing(
        event_id=world.event_id(),
        at="2026-03-01T08:00:00+07:00",
        inputs=((lot("H1"), 1000),),
        lot="https://id.gs1.org/01/09521234000358/10/P1",
        bags=200,
        bag_g=5,
        packed_on="2026-03-01",
        best_before_on="2027-03-01",
        custody="segregated",
    )
    return world.say("may", packing)


def _sold(*areas: str) -> Callable[[World], str]:
    """Return how paddy of A001 is sold under a contract over some areas, or under none known."""

    def say(world: World) -> str:
        if areas:
            world.must("htx+may", contract("HĐ-1", *areas))
        return world.say("htx", _harvest(world, contract=contract_uri("HĐ-1")))

    return say


def _decided(from_on: str) -> Callable[[World], str]:
    decision = structs.replace(attested("conformity", "xa", "htx", "A001"), from_on=from_on)
    return lambda world: world.say("xa", decision)


def _number_taken(world: World) -> str:
    world.must("htx+may", contract())
    return world.say("htx+may", contract(variety="OM18"))


def _line(world: World, tube: str = "") -> events.AnyFieldWork:
    """Return a line of the diary, or a reading of a tube."""
    where = {
        "event_id": world.event_id(),
        "at": "2026-03-01T08:00:00+07:00",
        "area": "A001",
        "season": "DX-2026",
    }
    if tube:
        name = f"urn:rice:tube:{tube}"
        return events.WaterReading(**where, tube=name, level_mm=-50, source="manual")
    return events.Drainage(**where, worked_m2=1_000, by_machine=False)


def _keys_not_apart(world: World) -> str:
    world.must("htx", _line(world))
    world.must("htx", _line(world, "A"))
    return world.say("kiem", attested("ghg", "kiem", "htx", "A001"))


def _diary_signers_too_many(world: World) -> str:
    """The key before the last still may; so does a key that has signed before."""
    for number in range(SIGNERS_MAX):
        device = acts.EnrolKey(actor="htx", key=offered(f"device-{number}", admin=False))
        world.must(f"htx+device-{number}", device)
        world.must(f"device-{number}", _line(world))
    world.must("device-0", _line(world))
    world.must("htx", _line(world, "A"))
    return world.say("htx", _line(world))


PHONE = acts.EnrolKey(actor="may", key=offered("phone", admin=False))
SAYINGS: dict[str, Callable[[World], str]] = {
    "said_before": _said_before,
    "key_ended": _key_ended,
    "issuer_not_independent": _of_another_legal_person,
    "variety_differs": _other_variety,
    "keys_not_apart": _keys_not_apart,
    "diary_signers_too_many": _diary_signers_too_many,
    "water_unmeasured": lambda world: world.say("kiem", attested("ghg", "kiem", "htx", "A001")),
    "number_taken": _number_taken,
    "contract_unknown": _sold(),
    "contract_unfit": _sold("A002"),
    "inspection_overdue": _decided("2026-11-02"),
    "inspection_due": _decided("2026-10-02"),
    "event_in_future": lambda world: world.say(
        "htx", _harvest(world, at="2026-03-01T12:05:01+07:00")
    ),
    "other_ledger": lambda world: world.say("may", product("husk"), origin="demo.other.example"),
    "issuer_not_signer": lambda world: world.say(
        "xa",
        attested("conformity", "kiem", "htx", "A001"),
        kid=f"{did('kiem')}#{kid_of('xa')}",
    ),
    "scheme_unknown": lambda world: world.say(
        "xa",
        structs.replace(
            attested("conformity", "xa", "htx", "A001"), scheme="https://demo.rice.example/x"
        ),
    ),
    **dict(
        [
            _batch("founding_comes_first", "root-1+root-2+root-3", founding(threshold=1)),
            _batch("key_unknown", "stranger", product("husk")),
            _batch("key_not_proved", "may", PHONE),
            _batch("one_speaker", "may+htx", product("husk")),
            _batch("parties_unsigned", "htx", contract()),
            _batch("act_in_future", "xa", inspection(on="2026-03-02")),
            _batch("root_quorum", "root-1+x", registration("x")),
            _batch("actor_unknown", "xa", area("A009", "nobody")),
            _batch("name_taken", "so+htx", registration("htx")),
            _batch("role_not_scoped", "so+x", registration("x", role("accreditor"))),
            _batch("office_not_held", "htx+x", registration("x")),
            _batch(
                "office_self_granted",
                "so",
                acts.GrantRole(actor="so", grant=role("authority")),
            ),
            _batch(
                "role_not_held",
                "so",
                acts.EndRole(
                    actor="htx", role="mill", scheme="", ended_on="2026-03-01", reason="x"
                ),
            ),
            _batch("key_not_revocable", "so", acts.RevokeKey(kid=kid_of("x"), reason="lost")),
            _batch("area_code_taken", "xa", area("A001", ha=11)),
            _batch("gtin_taken", "may", product("husk", name=words("Trấu khác"))),
        ]
    ),
}
"""How the other rules are broken."""


def _root_threshold() -> tuple[World, str]:
    world = World()
    return world, world.say("root-1+root-2+root-3", founding(threshold=4))


def _admin_key_needed(world: World) -> str:
    world.must("may+phone", PHONE)
    another = acts.EnrolKey(actor="may", key=offered("phone-2", admin=False))
    return world.say("phone+phone-2", another)


SAYINGS["admin_key_needed"] = _admin_key_needed
SAYINGS |= BROKEN_TRUST


def _declared(wrong: events.AnyFieldWork | events.AnyLotEvent, *ids: str) -> events.Correction:
    return events.Correction(
        event_id=wrong.event_id,
        at=wrong.at,
        wrong=wrong,
        declared_at="2026-03-01T09:00:00+07:00",
        reason="incorrect_data" if ids else "did_not_occur",
        corrected_by=ids,
    )


def _event_unknown(world: World) -> str:
    return world.say("htx", _declared(_harvest(world)))


def _event_not_own(world: World) -> str:
    event = _harvest(world)
    world.must("htx", event)
    return world.say("htx-2", _declared(event))


def _correction_taken(world: World) -> str:
    event, other = _harvest(world), _harvest(world, lot=lot("L2"))
    world.must("htx", event)
    world.must("htx", other)
    return world.say("htx", _declared(event, other.event_id))


def _event_promised(world: World) -> str:
    event = _harvest(world)
    world.must("htx", event)
    name = world.event_id()
    world.must("htx", _declared(event, name))
    return world.say("htx-2", _harvest(world, event_id=name, area="A003", lot=lot("L3")))


def _unbalanced(table: str) -> Callable[[World], str]:
    """Return a case in which paddy of a receipt is milled, and that receipt taken back."""

    def case(world: World) -> str:
        play(world, MARKED)
        (receipt,) = (
            meaning.body
            for _, meaning in world.entries
            if isinstance(meaning.body, events.Receiving)
        )
        world.must("may", _declared(receipt))
        play(world, table)
        return table.rpartition("  ")[2]

    return case


SAYINGS |= LIFE_SAYINGS | CERTIFYING_SAYINGS | LABEL_SAYINGS
SAYINGS |= {
    "event_unknown": _event_unknown,
    "event_not_own": _event_not_own,
    "correction_taken": _correction_taken,
    "event_promised": _event_promised,
    "mark_unbalanced": _unbalanced(
        "pack  may  H1:100  P1  20x5  segregated  A001  mark_unbalanced"
    ),
    "lot_unbalanced": _unbalanced("hand over  may  H1  5000  may-2  ok+lot_unbalanced"),
}


def broken(rule: Rule) -> World:
    """Return a world in which the last thing said was answered by the rule."""
    if rule.code == "root_threshold":
        world, said = _root_threshold()
    elif rule.code in SAYINGS:
        world = season()
        said = SAYINGS[rule.code](world)
    else:
        world = season()
        assert rule.code in TABLES, f"no case breaks {rule.code}"
        said = f"ok+{rule.code}" if rule.warns else rule.code
        play(world, f"{TABLES[rule.code]}  {said}")
    assert said == (f"ok+{rule.code}" if rule.warns else rule.code), world.refusal
    return world


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_can_be_broken_and_explained(rule: Rule) -> None:
    world = broken(rule)
    if rule.warns:
        assert world.decision is not None
        (details,) = (one.details for one in world.decision.warnings if one.code == rule.code)
        said: list[Words] = [rule.refused.fill(dict(details)), rule.accepted.fill(dict(details))]
    else:
        refusal = world.refusal
        assert isinstance(refusal, RuleError)
        assert refusal.rule is rule
        details = refusal.reason
        said = [refusal.words, refusal.accepted]
    blanks = {name for text in _texts(rule) for _, name, _, _ in Formatter().parse(text) if name}
    assert blanks <= set(details)
    assert all("{" not in text for text in (said[0].en, said[0].vi, said[1].en, said[1].vi))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_speaks_both_languages(rule: Rule) -> None:
    texts = _texts(rule)
    assert all(text == text.strip() and text for text in texts)
    assert rule.refused.en != rule.refused.vi
    assert rule.accepted.en != rule.accepted.vi
    in_english, in_vietnamese = (
        {name for _, name, _, _ in Formatter().parse(text) if name}
        for text in (rule.refused.en, rule.refused.vi)
    )
    assert in_english == in_vietnamese


def test_codes_are_spelled_alike_and_used_once() -> None:
    codes = [rule.code for rule in RULES]
    assert len(set(codes)) == len(codes)
    assert all(code.replace("_", "").isalpha() and code.islower() for code in codes)
    assert set(REFUSALS) == set(codes)


def test_the_order_of_precedence_is_the_one_agreed_on() -> None:
    """A new rule is a new line of this file; no line of it ever goes or changes its name."""
    assert [rule.code for rule in RULES] == PINNED.read_text(encoding="utf-8").split()


def test_every_kind_of_statement_is_judged_and_every_rule_is_about_some() -> None:
    bodies = frozenset(Body.__args__)
    assert all(rule.about and rule.about <= bodies for rule in RULES)
    assert len([rule for rule in RULES if rule.about == bodies]) == 8


def test_no_case_is_left_over() -> None:
    assert {*TABLES, *SAYINGS, "root_threshold"} == {rule.code for rule in RULES}


def _texts(rule: Rule) -> tuple[str, ...]:
    return rule.refused.en, rule.refused.vi, rule.accepted.en, rule.accepted.vi
