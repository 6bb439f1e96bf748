"""Acts as bytes: one spelling each, closed fields, and offices nobody can take for themselves."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.rice import acts
from ledger.rice.facts import Actor, Key
from tests.bent import bent_json
from tests.rice.sample_acts import ACTS
from tests.tables import play
from tests.world import (
    LATE,
    ORIGIN,
    ROOT,
    SCHEME,
    World,
    accredited,
    area,
    attested,
    did,
    founding,
    key_of,
    kid_of,
    lot,
    offered,
    product,
    registration,
    role,
    scheme,
    season,
)


def spelled(value: object) -> bytes:
    return encoding.canonical_json(value)  # type: ignore[arg-type]


def test_there_is_an_example_of_every_act() -> None:
    assert {type(act) for act in ACTS} == set(get_args(acts.AnyAct))


@pytest.mark.parametrize("act", ACTS, ids=lambda act: type(act).__name__)
def test_an_act_is_written_and_read_in_one_spelling(act: acts.Act) -> None:
    payload = acts.write_act(act)
    assert acts.read_act(payload) == act
    assert payload == spelled(json.loads(payload))
    for other in (
        json.dumps(json.loads(payload), ensure_ascii=False).encode(),
        json.dumps(json.loads(payload), sort_keys=True).encode(),
        payload + b"\n",
        b"\xef\xbb\xbf" + payload,
        payload[:-1] + b',"act":"hold"}',
    ):
        with pytest.raises(LedgerError):
            acts.read_act(other)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: type(act).__name__)
def test_an_act_lacks_nothing_and_has_nothing_more(act: acts.Act) -> None:
    value = json.loads(acts.write_act(act))
    with pytest.raises(LedgerError) as refusal:
        acts.read_act(spelled({**value, "note": "x"}))
    assert refusal.value.code == "malformed_act"
    required = {field.encode_name for field in structs.fields(act) if field.required} | {"act"}
    for name in value:
        less = spelled({other: member for other, member in value.items() if other != name})
        if name in required:
            with pytest.raises(LedgerError):
                acts.read_act(less)
        else:
            acts.read_act(less)


def changed(act: acts.Act, /, **members: object) -> bytes:
    return spelled({**json.loads(acts.write_act(act)), **members})


def bags(batch: str, first: int, last: int) -> dict[str, object]:
    return {"batch": batch, "first": first, "last": last}


REFUSED: dict[str, bytes] = {
    "a mass with a fraction": changed(ACTS[6], approved_output_g=1.5),
    "a mass as text": changed(ACTS[6], approved_output_g="1000"),
    "a mass that is yes": changed(ACTS[6], approved_output_g=True),
    "a mass below nothing": changed(ACTS[6], approved_output_g=-1),
    "a mass of all the rice of the world": changed(ACTS[6], approved_output_g=10**15 + 1),
    "no land": changed(ACTS[6], area_m2=0),
    "a day of February that is not": changed(ACTS[7], from_on="2026-02-29"),
    "a thirty-first of April": changed(ACTS[7], from_on="2026-04-31"),
    "a leap day of 1900": changed(ACTS[7], from_on="1900-02-29"),
    "a day with other digits": changed(ACTS[7], from_on="٢٠٢٦-03-01"),
    "a day with a line after it": changed(ACTS[7], from_on="2026-03-01\n"),
    "a moment that is not": changed(ACTS[5], invalid_from="2026-02-30T00:00:00Z"),
    "a code that ends before it begins": changed(ACTS[6], expires_on="2025-10-31"),
    "a commune with other digits": changed(ACTS[6], commune="३१२४९"),
    "text that is not NFC": changed(ACTS[7], reason="Lu\u0301a"),
    "no reason": changed(ACTS[7], reason=""),
    "an unknown state": changed(ACTS[7], state="paused"),
    "a GTIN with a wrong check digit": changed(ACTS[8], gtin="09521234000304"),
    "a GTIN with other digits": changed(ACTS[8], gtin="٠٩٥٢١٢٣٤٠٠٠٣٠٣"),
    "a GLN with a wrong check digit": changed(ACTS[1], gln="9521235000013"),
    "nothing said twice over": changed(ACTS[1], commune=""),
    "a licence that ends before it begins": changed(
        ACTS[1], licence={"number": "1", "from_on": "2026-02-01", "to_on": "2026-01-31"}
    ),
    "a key given twice": changed(ACTS[2], keys=json.loads(acts.write_act(ACTS[2]))["keys"] * 2),
    "a root key given twice": changed(
        ACTS[0], keys=json.loads(acts.write_act(ACTS[0]))["keys"][:1] * 2
    ),
    "a share above one": changed(
        ACTS[0], settings={**json.loads(acts.write_act(ACTS[0]))["settings"], "tolerance_ppt": 1001}
    ),
    "a lot recalled twice": changed(ACTS[14], lots=[lot("P1"), lot("P1")]),
    "no lot recalled": changed(ACTS[14], lots=[]),
    "more lots than one act stops": changed(ACTS[14], lots=[lot(f"P{n}") for n in range(501)]),
    "a lot held twice": changed(ACTS[12], lots=[lot("P1"), lot("P1")]),
    "a hold lifted twice": changed(ACTS[13], lots=[lot("P1"), lot("P1")]),
    "bags that end before they begin": changed(ACTS[14], bag_ranges=[bags("N1", 5, 4)]),
    "a bag before the first": changed(ACTS[14], bag_ranges=[bags("N1", 0, 4)]),
    "bags twice": changed(ACTS[14], bag_ranges=[bags("N1", 1, 4), bags("N1", 4, 9)]),
    "bags out of order": changed(ACTS[14], bag_ranges=[bags("N2", 1, 4), bags("N1", 5, 9)]),
    "no bags, said": changed(ACTS[14], bag_ranges=[]),
    "a scope of another kind": changed(ACTS[14], scope={"kind": "farm", "id": "A001"}),
    "a scope without a name": changed(ACTS[14], scope={"kind": "area", "id": ""}),
    "a scope over two lines": changed(ACTS[14], scope={"kind": "area", "id": "A\n"}),
    "no season, said": changed(ACTS[14], scope={"kind": "area", "id": "A001", "season": ""}),
    "a season of a lot": changed(
        ACTS[14], scope={"kind": "lot", "id": lot("P1"), "season": "DX-2026"}
    ),
    "a lot under a second name": changed(ACTS[12], lots=[lot("P1").replace("/P1", "/%501")]),
    "a lot number beyond 20 characters": changed(ACTS[12], lots=[lot("P" * 21)]),
    "a lot on another site": changed(ACTS[12], lots=[lot("P1").replace("gs1.org", "gs1.example")]),
    "no labels": changed(ACTS[11], count=0),
    "a digest that is not": changed(ACTS[11], root="A" * 43),
    "a contract with oneself": changed(ACTS[16], buyer="htx"),
    "a contract over an area named twice": changed(ACTS[16], areas=["A001", "A001"]),
    "a contract over nothing": changed(ACTS[16], areas=[]),
    "a contract under a second name": changed(ACTS[16], contract="urn:rice:contract:H%41"),
    "a contract in letters taken apart": changed(ACTS[16], contract="urn:rice:contract:e%CC%81"),
    "a contract in half a letter": changed(ACTS[16], contract="urn:rice:contract:%C4"),
    "a paper in small hexadecimal": changed(ACTS[18], paper="urn:rice:paper:C%2fO"),
    "a price in the open": changed(ACTS[16], price="6500"),
    "no price said twice over": changed(ACTS[16], price=""),
    "a household by its name": changed(ACTS[19], household="Danh Hoàng Em"),
    "an erasure of nothing": changed(ACTS[20], fields=0),
    "an act nobody knows": changed(ACTS[12], act="forget"),
    "no act": b"[]",
    "nothing": b"",
    "an integer no reader keeps": changed(ACTS[12]).replace(
        b'"act"', b'"a":9007199254740993,"act"'
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    with pytest.raises(LedgerError) as refusal:
        acts.read_act(REFUSED[case])
    assert refusal.value.code in {"malformed_act", "malformed"}


@given(st.sampled_from(ACTS), st.data())
def test_bent_acts_are_refused_in_our_own_words_or_mean_something_else(
    act: acts.Act, data: st.DataObject
) -> None:
    value = copy.deepcopy(json.loads(acts.write_act(act)))
    bent = bent_json(value, data)
    try:
        payload = spelled(bent)
        read = acts.read_act(payload)
    except LedgerError:
        return
    assert acts.write_act(read) == payload


# Offices, keys and who may give them: one conversation each.

Say = Callable[[World], str]


def said(who: str, act: acts.Act) -> Say:
    return lambda world: world.say(who, act)


def talk(*lines: tuple[Say, str]) -> World:
    world = season()
    for number, (say, expected) in enumerate(lines):
        got = say(world)
        assert got == expected, (number, world.refusal and dict(world.refusal.details))
    return world


def grant(actor: str, *args: Any, **more: Any) -> acts.GrantRole:  # noqa: ANN401  (as `role` takes)
    return acts.GrantRole(actor=actor, grant=role(*args, **more))


def end(actor: str, name: str, scheme_id: str = "", reason: str = "hết hạn") -> acts.EndRole:
    return acts.EndRole(
        actor=actor,
        role=name,  # type: ignore[arg-type]
        scheme=scheme_id,
        ended_on="2026-03-01",
        reason=reason,
    )


def enrol(actor: str, key: str, *, admin: bool = False, not_after: str = LATE) -> acts.EnrolKey:
    return acts.EnrolKey(actor=actor, key=offered(key, admin=admin, not_after=not_after))


def revoke(key: str, reason: str = "lost") -> acts.RevokeKey:
    return acts.RevokeKey(kid=kid_of(key), reason=reason)  # type: ignore[arg-type]


def test_nobody_gives_an_office_to_itself() -> None:
    talk(
        (said("so", grant("so", "mill")), "office_self_granted"),
        (said("so", grant("so", "registrar")), "office_not_held"),
        (said("hh", grant("hh", "accreditor", scheme=SCHEME)), "office_self_granted"),
        (said("so+vo", registration("vo", role("mill"), legal_id="so")), "office_self_granted"),
        (said("so+vo", registration("vo", legal_id="hh")), "ok"),
        (said("hh", grant("vo", "accreditor", scheme=SCHEME)), "office_self_granted"),
        (said("so", grant("htx", "mill")), "ok"),
        (said(ROOT, grant("so", "mill")), "ok"),
    )


def test_registrars_come_from_the_root_and_accreditors_from_the_scheme() -> None:
    talk(
        (said("so+so-2", registration("so-2", role("registrar"))), "office_not_held"),
        (said(f"{ROOT}+so-2", registration("so-2", role("registrar"))), "ok"),
        (said("so", grant("lai", "registrar")), "office_not_held"),
        (said("so", end("so-2", "registrar")), "office_not_held"),
        (said(ROOT, end("so-2", "registrar")), "ok"),
        (said("so-2+x", registration("x")), "office_not_held"),
        (said("so", grant("kiem", "accreditor", scheme=SCHEME)), "office_not_held"),
        (said("so", grant("kiem", "accreditor")), "role_not_scoped"),
        (said("hh", grant("kiem", "accreditor", scheme=SCHEME)), "ok"),
        (said("so", grant("lai", "mill", scheme=SCHEME)), "role_not_scoped"),
        (said("so", end("kiem", "accreditor", SCHEME)), "office_not_held"),
        (said("hh", end("kiem", "accreditor", SCHEME)), "ok"),
        (said("hh", end("kiem", "accreditor", SCHEME, "lần nữa")), "role_not_held"),
        (said("hh", end("lai", "trader")), "office_not_held"),
        (said("so", end("lai", "trader")), "ok"),
        (said("so", end("lai", "trader", "", "lần nữa")), "role_not_held"),
        (said("may", scheme(version="2.0.0")), "office_not_held"),
        (said("hh", scheme(version="2.0.0")), "ok"),
    )


def test_an_authority_acts_in_its_own_commune() -> None:
    talk(
        (said("xa", area("A010", commune="31231")), "office_not_held"),
        (said("xa-khac", area("A010", commune="31231")), "ok"),
        (said("xa", grant("lai", "mill")), "office_not_held"),
        (lambda world: _play(world, "area  xa  A003  suspended  2026-03-01"), "office_not_held"),
        (lambda world: _play(world, "area  xa-khac  A003  suspended  2026-03-01"), "ok"),
    )


def _play(world: World, line: str) -> str:
    """Return what becomes of one line of a table."""
    try:
        play(world, f"{line}  ok")
    except AssertionError:
        assert world.refusal is not None
        return world.refusal.code
    return "ok"


def test_keys_have_depth_one() -> None:
    talk(
        (said("may+phone", enrol("may", "phone")), "ok"),
        (said("may", enrol("may", "phone-2")), "key_not_proved"),
        (said("htx+phone-2", enrol("may", "phone-2")), "office_not_held"),
        (said("phone+phone-2", enrol("may", "phone-2")), "admin_key_needed"),
        (said("phone", revoke("may")), "admin_key_needed"),
        (said("may+may-b", enrol("may", "may-b", admin=True)), "office_not_held"),
        (said("so+may-b", enrol("may", "may-b", admin=True)), "office_not_held"),
        (said("htx+so+may-b", enrol("may", "may-b", admin=True)), "office_not_held"),
        (said("may+htx+may-b", enrol("may", "may-b", admin=True)), "office_not_held"),
        (said("may+so+htx+may-b", enrol("may", "may-b", admin=True)), "one_speaker"),
        (said("so+phone+may-b", enrol("may", "may-b", admin=True)), "admin_key_needed"),
        (said("so+may", enrol("may", "may-b", admin=True)), "key_not_proved"),
        (said("so+may+may-b", enrol("may", "may-b", admin=True)), "ok"),
        (said("so+phone-2", enrol("may", "phone-2")), "office_not_held"),
        (said("may-b", revoke("may")), "ok"),
        (said("may+phone-2", enrol("may", "phone-2")), "key_ended"),
        (said("may-b+phone-2", enrol("may", "phone-2")), "ok"),
        (said("may-b+phone", enrol("may", "phone")), "said_before"),
    )


def test_keys_of_registrars_and_of_the_root_are_the_roots_affair() -> None:
    talk(
        (said(f"{ROOT}+so-2", registration("so-2", role("registrar"))), "ok"),
        (said("so", revoke("so-2")), "office_not_held"),
        (said("so+so-2+so-c", enrol("so-2", "so-c", admin=True)), "office_not_held"),
        (said("so+so-b", enrol("so", "so-b", admin=True)), "office_not_held"),
        (said(f"{ROOT}+so-b", enrol("so", "so-b", admin=True)), "office_not_held"),
        (said("root-1+so+so-b", enrol("so", "so-b", admin=True)), "root_quorum"),
        (said(f"{ROOT}+so+so-b", enrol("so", "so-b", admin=True)), "ok"),
        (said("so", revoke("root-3")), "office_not_held"),
        (said(ROOT, revoke("root-3")), "ok"),
        (said(ROOT, revoke("root-1")), "root_threshold"),
        (said("root-1+root-3", grant("lai", "registrar")), "key_ended"),
        (said("root-1", grant("lai", "registrar")), "root_quorum"),
        (said("may", revoke("htx")), "office_not_held"),
        (said("so", revoke("htx")), "ok"),
        (said("so", revoke("htx", "ended")), "key_not_revocable"),
    )


def test_one_key_is_one_voice_under_whatever_name() -> None:
    world = World()
    world.must("root-1+root-2+root-3", founding())
    act = registration("lai", role("registrar"))
    twice = _signed_as(act, ("", "root-1"), ("x#", "root-1"), ("", "lai"))
    assert world.take(twice) == "key_unknown"
    assert world.take(_signed_as(act, ("x#", "root-1"), ("", "root-2"), ("", "lai"))) != "ok"
    assert world.say("root-1+lai", act) == "root_quorum"


def test_an_office_does_not_come_back_with_fewer_signers() -> None:
    world = World()
    world.must("root-1+root-2+root-3", founding())
    world.must("root-1+root-2+lai", registration("lai", role("mill")))
    grant = acts.GrantRole(actor="lai", grant=role("registrar"))
    assert world.say("root-1+root-2+root-3", grant) == "ok"
    ending = acts.EndRole(
        actor="lai", role="registrar", scheme="", ended_on="2026-02-28", reason="x"
    )
    assert world.say("root-1+root-2", ending) == "ok"
    for signers in ("root-1+root-2", "root-1+root-3", "root-3+root-2", "root-2+root-3+root-1"):
        assert world.say(signers, grant) == "said_before"


def _signed_as(act: acts.Act, *signers: tuple[str, str]) -> bytes:
    """Return an act whose signers put something before the names of their keys."""
    payload = encoding.encode_base64url(acts.write_act(act))
    signatures = []
    for before, name in signers:
        key = key_of(name)
        head = {"alg": key.alg, "kid": before + key.public.kid, "ledger": ORIGIN}
        head["typ"] = "rice-act+jws"
        protected = encoding.encode_base64url(encoding.canonical_json(head))
        signature = encoding.encode_base64url(key.sign(f"{protected}.{payload}".encode()))
        signatures.append({"protected": protected, "signature": signature})
    return encoding.canonical_json({"payload": payload, "signatures": signatures})


def test_a_key_counts_through_its_last_second() -> None:
    world = season()
    world.must("may+phone", enrol("may", "phone", not_after="2026-03-02T05:00:00Z"))
    world.day = "2026-03-02"  # noon here is 05:00 UTC
    assert world.say("phone", product("husk", gtin="09521234000358")) == "ok"
    world.day = "2026-03-03"
    assert world.say("phone", product("husk", gtin="09521234000310")) == "key_ended"


def test_what_was_registered_is_known() -> None:
    world = season()
    mill = world.find(Actor, "actor:may")
    assert [each.role for each in mill.roles] == ["mill", "packer", "exporter"]
    assert (mill.did, mill.licence_number) == (did("may"), "GCN 1")
    key = world.find(Key, f"key:{kid_of('may')}")
    assert (key.actor, key.admin, key.not_after) == ("may", True, LATE)


def test_a_scheme_is_spoken_for_by_an_owner_in_office() -> None:
    world = season()
    world.must("hh", acts.GrantRole(actor="lai", grant=role("accreditor", scheme=SCHEME)))
    world.must("xa", attested("conformity", "xa", "htx", "A001"))
    over = acts.EndRole(
        actor="hh", role="scheme_owner", scheme="", ended_on="2026-02-01", reason="x"
    )
    world.must("so", over)
    grant = acts.GrantRole(actor="kiem", grant=role("accreditor", scheme=SCHEME))
    assert world.say("hh", grant) == "office_not_held"
    assert world.say("hh", scheme(version="2.0.0")) == "office_not_held"
    assert world.say("hh", attested("grant", "hh", "may", "A001")) == "issuer_not_accredited"
    ending = acts.EndRole(
        actor="lai", role="accreditor", scheme=SCHEME, ended_on="2026-03-01", reason="x"
    )
    assert world.say("hh", ending) == "ok", "whom it let in it may still send away"


def test_a_mark_rests_on_confirmations_of_its_own_scheme() -> None:
    world = season()
    lax = "https://demo.rice.example/schemes/lax"
    world.must("so+de", registration("de", role("scheme_owner")))
    world.must("so+ban", registration("ban"))
    world.must("de", scheme(scheme=lax))
    world.must("de", structs.replace(accredited("confirmer", "de", "ban"), scheme=lax))
    world.must("ban", structs.replace(attested("conformity", "ban", "htx", "A001"), scheme=lax))
    assert world.say("hh", attested("grant", "hh", "may", "A001")) == "grant_not_confirmed"
    world.must("xa", attested("conformity", "xa", "htx", "A001"))
    assert world.say("hh", attested("grant", "hh", "may", "A001")) == "ok"
