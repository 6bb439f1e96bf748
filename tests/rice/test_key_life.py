"""How keys come, overlap, end, get lost and stolen, and what becomes of what they signed."""

from __future__ import annotations

import json

import pytest
from msgspec import structs

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.statement import CREDENTIAL, seal
from ledger.rice import acts
from ledger.rice.attestations import standing
from ledger.rice.certificate_facts import Attestation
from ledger.rice.facts import Founding, Key
from ledger.rice.trust_acts import Reaffirm, RecoverKey
from tests.rice.life_sayings import change
from tests.tables import play
from tests.world import (
    HERE,
    LATE,
    ROOT,
    World,
    accreditation_changed,
    accredited,
    attested,
    did,
    founding,
    key_of,
    kid_of,
    offered,
    product,
    registration,
    role,
    season,
    written,
)

NOON = "2026-03-01T05:00:00Z"
"""When the worlds of these tests begin; noon in Can Tho."""


def enrolled(actor: str, name: str, *, admin: bool = True) -> acts.EnrolKey:
    return acts.EnrolKey(actor=actor, key=offered(name, admin=admin))


def rotated(name: str, until: str) -> acts.RevokeKey:
    return acts.RevokeKey(kid=kid_of(name), reason="rotated", valid_until=until)


def recovered(actor: str, name: str, *lost: str) -> RecoverKey:
    return RecoverKey(actor=actor, key=offered(name), lost=tuple(map(kid_of, lost)))


def husk(number: int) -> acts.RegisterProduct:
    """Return goods that nobody has registered: something a key may sign."""
    digits = f"0952123450{number:03}"
    weights = [3 if place % 2 == 0 else 1 for place in range(13)]
    check = -sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 10
    return product("husk", gtin=f"{digits}{check}")


def key(world: World, name: str) -> Key:
    return world.find(Key, f"key:{kid_of(name)}")


def test_a_proof_of_possession_is_for_one_organisation_one_purpose_and_one_ledger() -> None:
    """The new key signs the very act, so nothing in it can be exchanged afterwards."""
    world = season()
    good = enrolled("may", "phone", admin=False)
    data = json.loads(world.sign("may+phone", good))
    for other in (
        enrolled("may-2", "phone", admin=False),
        enrolled("may", "phone"),
        structs.replace(good, key=structs.replace(good.key, not_after=NOON)),
    ):
        payload = encoding.encode_base64url(acts.write_act(other))
        bent = encoding.canonical_json({**data, "payload": payload})
        assert world.take(bent) == "signature_bad"
    assert world.say("may+phone", good, origin="demo.other.example/test") == "other_ledger"
    assert world.say("may+phone", good) == "ok"


def test_no_key_lasts_longer_than_the_settings_allow_but_those_of_the_root() -> None:
    world = World()
    act = founding()
    forever = tuple(structs.replace(new, not_after="2099-12-31T00:00:00Z") for new in act.keys)
    limited = structs.replace(act.settings, key_days=30)
    world.must("root-1+root-2+root-3", structs.replace(act, keys=forever, settings=limited))
    world.must(f"{ROOT}+so", registration("so", role("registrar")))
    assert key(world, "so").not_after == "2026-03-31T05:00:00Z"
    assert key(world, "root-1").not_after == "2099-12-31T00:00:00Z"
    short = structs.replace(registration("may"), keys=(offered("may", not_after=NOON),))
    world.must("so+may", short)
    assert key(world, "may").not_after == NOON
    world.must(ROOT, acts.ChangeSettings(settings=acts.Settings()))
    world.must("so+htx", structs.replace(registration("htx"), keys=(offered("htx"),)))
    assert key(world, "htx").not_after == LATE
    world.day = "2026-04-01"
    assert world.say("so+x", registration("x")) == "key_ended"


@pytest.mark.parametrize("days", [0, 367])
def test_a_key_lasts_a_year_at_the_most(days: int) -> None:
    act = acts.ChangeSettings(settings=acts.Settings(key_days=days))
    with pytest.raises(LedgerError):
        acts.read_act(acts.write_act(act))


def test_a_key_and_its_successor_count_both_until_the_overlap_ends() -> None:
    world = season()
    world.must("may+so+may-b", enrolled("may", "may-b"))
    assert world.say("may-b", rotated("may", "2026-03-01T04:59:59Z")) == "key_overlap_unfit"
    assert world.say("may-b", rotated("may", f"{LATE[:-2]}1Z")) == "key_overlap_unfit"
    assert world.say("may-b", rotated("may", "2026-03-02T05:00:00Z")) == "ok"
    assert (key(world, "may").reason, key(world, "may").revoked_index) == ("rotated", None)
    world.day = "2026-03-02"
    assert world.say("may", husk(1)) == "ok"
    assert world.say("may-b", husk(2)) == "ok"
    world.day = "2026-03-03"
    assert world.say("may", husk(3)) == "key_ended"
    assert world.say("may-b", husk(3)) == "ok"


def test_a_rotated_key_can_still_turn_out_to_be_stolen() -> None:
    world = season()
    world.must("may+so+may-b", enrolled("may", "may-b"))
    world.must("may-b", rotated("may", "2026-03-09T00:00:00Z"))
    stolen = acts.RevokeKey(kid=kid_of("may"), reason="compromised", invalid_from=NOON)
    world.must("may-b", stolen)
    assert world.say("may", husk(1)) == "key_ended"


@pytest.mark.parametrize(
    "more", [{"reason": "lost"}, {"reason": "ended"}, {"invalid_from": "2026-03-01T00:00:00Z"}]
)
def test_only_a_rotated_key_overlaps(more: dict[str, str]) -> None:
    payload = json.loads(acts.write_act(rotated("may", "2026-03-09T00:00:00Z"))) | more
    with pytest.raises(LedgerError):
        acts.read_act(encoding.canonical_json(payload))


def test_the_root_brings_in_another_root_key_and_lets_an_old_one_go() -> None:
    world = season()
    assert world.say("so+root-4", enrolled("root", "root-4")) == "office_not_held"
    assert world.say("root-1+root-4", enrolled("root", "root-4")) == "root_quorum"
    assert world.say(ROOT, enrolled("root", "root-4")) == "key_not_proved"
    assert world.say(f"{ROOT}+root-4", enrolled("root", "root-4")) == "ok"
    assert kid_of("root-4") in world.find(Founding, "ledger:").root_kids
    assert world.say("root-2+root-4", acts.RevokeKey(kid=kid_of("root-1"), reason="ended")) == "ok"
    assert world.say("root-2+root-4", rotated("root-3", "2026-03-09T00:00:00Z")) == "ok"
    ended = acts.RevokeKey(kid=kid_of("root-2"), reason="ended")
    assert world.say("root-2+root-4", ended) == "root_threshold"


def test_who_lost_every_admin_key_gets_one_from_the_root() -> None:
    world = season()
    world.must("may+phone", enrolled("may", "phone", admin=False))
    act = recovered("may", "may-b", "may", "phone")
    assert world.say("so+may-b", act) == "office_not_held"
    assert world.say("root-1+may-b", act) == "root_quorum"
    assert world.say(ROOT, act) == "key_not_proved"
    assert world.say(f"{ROOT}+may-b", recovered("htx", "may-b", "may")) == "key_not_recoverable"
    assert world.say(f"{ROOT}+may-b", recovered("may", "may-b", "x")) == "key_not_recoverable"
    assert world.say(f"{ROOT}+may-b", recovered("nobody", "may-b", "may")) == "actor_unknown"
    assert world.say(f"{ROOT}+htx", recovered("may", "htx", "may")) == "name_taken"
    assert world.say(f"{ROOT}+may-b", act) == "ok"
    assert world.say("may", husk(1)) == "key_ended"
    assert world.say("phone", husk(1)) == "key_ended"
    assert world.say("may-b", husk(1)) == "ok"
    assert (key(world, "may").reason, key(world, "may-b").admin) == ("lost", True)
    again = recovered("may", "may-c", "may")
    assert world.say(f"{ROOT}+may-c", again) == "key_not_recoverable"


def test_a_recovered_key_is_an_admin_key() -> None:
    act = structs.replace(recovered("may", "may-b", "may"))
    payload = json.loads(acts.write_act(act))
    payload["key"]["admin"] = False
    with pytest.raises(LedgerError):
        acts.read_act(encoding.canonical_json(payload))


CUT = """
    harvest  htx  A001  L1  100000  14.0  may                           ok
    receive  may  L1  100000  14.0  htx                                 ok
    mill  may  L1:100000  H1:60000  14.0  segregated                    ok
"""


def _stolen(world: World, name: str, successor: str, since: str) -> None:
    """Report an actor's only key stolen; the root gives it another one."""
    act = acts.RevokeKey(kid=kid_of(name), reason="compromised", invalid_from=since)
    world.must("so", act)
    world.must(f"{ROOT}+{successor}", recovered(name, successor))


def test_what_a_stolen_key_attested_is_not_in_force_until_it_is_reaffirmed() -> None:
    world = season()
    play(world, f"confirm  xa  A001  ok\ngrant  hh  A001  ok\n{CUT}")
    confirmation = world.find(
        Attestation, f"attestation:{attested('conformity', 'xa', 'htx', 'A001').id}"
    )
    _stolen(world, "xa", "xa-b", NOON)
    assert standing(world.facts, confirmation, "2026-03-01") == "disputed"
    play(world, "pack  may  H1:1000  P1  200x5  segregated  A001  mark_not_covered")
    again = Reaffirm(kid=kid_of("xa"), entries=(confirmation.index,))
    assert world.say("hh", again) == "office_not_held"
    world.must("xa-b+phone", enrolled("xa", "phone", admin=False))
    assert world.say("phone", again) == "admin_key_needed"
    assert world.say("xa-b", again) == "ok"
    assert standing(world.facts, confirmation, "2026-03-01") == "granted"
    play(world, "pack  may  H1:1000  P1  200x5  segregated  A001  ok")


def test_what_was_signed_before_the_theft_is_as_good_as_before() -> None:
    world = season()
    play(world, f"confirm  xa  A001  ok\ngrant  hh  A001  ok\n{CUT}")
    _stolen(world, "xa", "xa-b", "2026-03-01T05:00:01Z")
    play(world, "pack  may  H1:1000  P1  200x5  segregated  A001  ok")


def test_a_grant_by_a_stolen_key_carries_no_mark() -> None:
    world = season()
    play(world, f"confirm  xa  A001  ok\ngrant  hh  A001  ok\n{CUT}")
    _stolen(world, "hh", "hh-b", NOON)
    play(world, "pack  may  H1:1000  P1  200x5  segregated  A001  grant_not_in_force")
    assert world.refused.details["state"] == "disputed"


def test_an_accreditation_by_a_stolen_key_accredits_nobody() -> None:
    world = season()
    index = world.must("hh", accredited("confirmer", "hh", "xa-khac", HERE))
    _stolen(world, "hh", "hh-b", NOON)
    play(world, "confirm  xa-khac  A001  issuer_not_accredited")
    world.must("hh-b", Reaffirm(kid=kid_of("hh"), entries=(index,)))
    play(world, "confirm  xa-khac  A001  ok")


def test_a_thief_does_not_stand_by_what_it_signed() -> None:
    """A key that came in between theft and revocation may be the thief's, whoever vetted it."""
    world = season()
    world.must("may+so+may-b", enrolled("may", "may-b"))
    world.day = "2026-03-02"
    world.must("may+so+may-c", enrolled("may", "may-c"))
    index = world.must("may", husk(1))
    since = "2026-03-01T05:00:01Z"
    stolen = acts.RevokeKey(kid=kid_of("may"), reason="compromised", invalid_from=since)
    world.must("may-c", stolen)
    again = Reaffirm(kid=kid_of("may"), entries=(index,))
    assert world.say("may-c", again) == "key_suspect"
    world.must("may-b+so+may-d", enrolled("may", "may-d"))
    assert world.say("may-d", again) == "ok"
    assert world.say("may-b", Reaffirm(kid=kid_of("may"), entries=(index - 1, index))) == "ok"


EARLY, LATER = "2026-03-02T05:00:00Z", "2026-03-03T05:00:01Z"


def compromised(name: str, since: str | None) -> acts.RevokeKey:
    return acts.RevokeKey(kid=kid_of(name), reason="compromised", invalid_from=since)


def confirmed_by_a_thief() -> tuple[World, Attestation]:
    """Return a world where the confirmer's key was stolen, and confirmed A001 since."""
    world = season()
    world.must("xa+so+xa-b", enrolled("xa", "xa-b"))
    world.day = "2026-03-02"
    play(world, "confirm  xa  A001  ok")
    name = attested("conformity", "xa", "htx", "A001").id
    world.day = "2026-03-03"
    return world, world.find(Attestation, f"attestation:{name}")


@pytest.mark.parametrize(
    "first",
    [
        acts.RevokeKey(kid=kid_of("xa"), reason="ended"),
        acts.RevokeKey(kid=kid_of("xa"), reason="lost", invalid_from=LATER),
        compromised("xa", None),
        compromised("xa", LATER),
    ],
)
@pytest.mark.parametrize("who", ["xa-b", "so", ROOT])
def test_a_thief_who_revokes_the_stolen_key_first_gains_nothing(
    first: acts.RevokeKey, who: str
) -> None:
    world, confirmation = confirmed_by_a_thief()
    index = world.must("xa", first)
    assert standing(world.facts, confirmation, "2026-03-03") == "granted"
    assert world.say("htx", compromised("xa", EARLY)) == "office_not_held"
    assert world.say(who, compromised("xa", EARLY)) == "ok"
    assert standing(world.facts, confirmation, "2026-03-03") == "disputed"
    known = key(world, "xa")
    assert (known.revoked_index, known.dated_index) == (index, world.size - 1)
    assert (known.invalid_from, known.reason) == (EARLY, "compromised")


def test_the_moment_of_a_theft_is_only_brought_back() -> None:
    world, confirmation = confirmed_by_a_thief()
    world.must("so", compromised("xa", EARLY))
    for since in (None, EARLY, "2026-03-02T05:00:01Z", LATER):
        again = acts.RevokeKey(kid=kid_of("xa"), reason="compromised", invalid_from=since)
        assert world.say("xa-b", again) in {"key_not_revocable", "said_before"}
    for reason in ("lost", "ended", "rotated"):
        other = acts.RevokeKey(kid=kid_of("xa"), reason=reason, invalid_from="2026-01-01T00:00:00Z")
        assert world.say("xa-b", other) == "key_not_revocable"
    assert world.say("xa-b", rotated("xa", "2026-03-09T00:00:00Z")) == "key_not_revocable"
    assert world.say("xa-b", compromised("xa", "2026-03-02T04:59:59Z")) == "ok"
    assert standing(world.facts, confirmation, "2026-03-03") == "disputed"


def test_a_thief_who_ends_the_honest_key_first_gains_nothing() -> None:
    """With every admin key ended, the root gives another, and that one tells of the theft."""
    world, confirmation = confirmed_by_a_thief()
    world.must("xa", acts.RevokeKey(kid=kid_of("xa-b"), reason="compromised"))
    world.must("xa", acts.RevokeKey(kid=kid_of("xa"), reason="ended"))
    world.must(f"{ROOT}+xa-c", recovered("xa", "xa-c"))
    world.must("xa-c", compromised("xa", EARLY))
    assert standing(world.facts, confirmation, "2026-03-03") == "disputed"


def test_a_key_from_before_the_theft_was_dated_back_stands_by_nothing() -> None:
    """A key that came in until somebody said how early the theft was may be the thief's."""
    world, confirmation = confirmed_by_a_thief()
    world.must("xa", acts.RevokeKey(kid=kid_of("xa"), reason="ended"))
    world.must("xa-b+so+xa-c", enrolled("xa", "xa-c"))
    world.must("so", compromised("xa", EARLY))
    again = Reaffirm(kid=kid_of("xa"), entries=(confirmation.index,))
    assert world.say("xa-c", again) == "key_suspect"
    world.must("xa-c+so+xa-d", enrolled("xa", "xa-d"))
    assert world.say("xa-d", again) == "ok"
    assert standing(world.facts, confirmation, "2026-03-03") == "granted"


def test_what_a_stolen_key_reaffirmed_is_in_dispute_again() -> None:
    """The thief of two keys stands with the one by what he signed with the other."""
    world, confirmation = confirmed_by_a_thief()
    world.must("so", compromised("xa", EARLY))
    again = Reaffirm(kid=kid_of("xa"), entries=(confirmation.index,))
    index = world.must("xa-b", again)
    assert standing(world.facts, confirmation, "2026-03-03") == "granted"
    world.must("so", compromised("xa-b", EARLY))
    assert standing(world.facts, confirmation, "2026-03-03") == "disputed"
    world.must(f"{ROOT}+xa-c", recovered("xa", "xa-c"))
    world.must("xa-c", Reaffirm(kid=kid_of("xa-b"), entries=(index,)))
    assert standing(world.facts, confirmation, "2026-03-03") == "granted"


def test_what_a_key_brought_in_by_a_thief_signed_is_in_dispute() -> None:
    """The thief of the admin key brings in a device, and confirms with that."""
    world = season()
    world.must("xa+so+xa-b", enrolled("xa", "xa-b"))
    world.day = "2026-03-02"
    index = world.must("xa+tay", enrolled("xa", "tay", admin=False))
    given = attested("conformity", "xa", "htx", "A001")
    data = seal(
        written(given), typ=CREDENTIAL, key=key_of("tay"), kid=f"{did('xa')}#{kid_of('tay')}"
    )
    assert world.take(data) == "ok"
    confirmation = world.find(Attestation, f"attestation:{given.id}")
    assert standing(world.facts, confirmation, "2026-03-02") == "granted"
    world.must("so", compromised("xa", EARLY))
    assert standing(world.facts, confirmation, "2026-03-02") == "disputed"
    # Whoever stands by the device's coming in stands by what it signs.
    world.must("xa-b", Reaffirm(kid=kid_of("xa"), entries=(index,)))
    assert standing(world.facts, confirmation, "2026-03-02") == "granted"
    world.must("xa-b", compromised("tay", "2026-03-03T00:00:00Z"))
    assert standing(world.facts, confirmation, "2026-03-02") == "granted"
    world.must("xa-b", compromised("tay", EARLY))
    assert standing(world.facts, confirmation, "2026-03-02") == "disputed"


def test_a_key_does_not_stand_by_its_own_coming_in() -> None:
    """What seemed good when it stood by the rest is from after the theft, as it turns out."""
    world = season()
    world.day = "2026-03-02"
    index = world.must("xa+so+xa-b", enrolled("xa", "xa-b"))
    world.day = "2026-03-03"
    play(world, "confirm  xa  A001  ok")
    confirmation = world.find(
        Attestation, f"attestation:{attested('conformity', 'xa', 'htx', 'A001').id}"
    )
    world.must("so", compromised("xa", "2026-03-03T00:00:00Z"))
    world.must("xa-b", Reaffirm(kid=kid_of("xa"), entries=(index, confirmation.index)))
    assert standing(world.facts, confirmation, "2026-03-03") == "granted"
    world.must("so", compromised("xa", EARLY))
    assert standing(world.facts, confirmation, "2026-03-03") == "disputed"


def test_what_a_stolen_key_brought_back_is_in_dispute() -> None:
    """Suspended by its issuer, reinstated by the thief; what a thief ended stays ended."""
    world, confirmation = confirmed_by_a_thief()
    world.must("xa-b", change("suspended", "2026-03-03"))
    world.day = "2026-03-04"
    index = world.must("xa", change("reinstated", "2026-03-04"))
    known = world.find(Attestation, confirmation.key)
    world.must("xa-b", compromised("xa", LATER))
    days = ("2026-03-02", "2026-03-03", "2026-03-04")
    told = [standing(world.facts, known, day) for day in days]
    assert told == ["granted", "suspended", "disputed"]
    world.must("xa-b", Reaffirm(kid=kid_of("xa"), entries=(index,)))
    assert standing(world.facts, known, "2026-03-04") == "granted"


def test_an_accreditation_that_a_stolen_key_brought_back_accredits_nobody() -> None:
    world = season()
    world.must("hh+so+hh-b", enrolled("hh", "hh-b"))
    body = accredited("confirmer", "hh", "xa", HERE)
    world.must("hh", accreditation_changed(body, "suspended"))
    world.day = "2026-03-02"
    index = world.must("hh", accreditation_changed(body, "granted", "2026-03-02"))
    world.must("hh-b", compromised("hh", EARLY))
    play(world, "confirm  xa  A001  issuer_not_accredited")
    world.must("hh-b", Reaffirm(kid=kid_of("hh"), entries=(index,)))
    play(world, "confirm  xa  A001  ok")


def test_only_what_is_in_dispute_is_reaffirmed() -> None:
    world = season()
    index = world.must("may", husk(1))
    early = world.find(Key, f"key:{kid_of('may')}").enrolled_index - 1
    assert world.say("may", Reaffirm(kid=kid_of("may"), entries=(index,))) == "entry_undisputed"
    _stolen(world, "may", "may-b", NOON)
    for entries in ((early,), (world.size,), (index, world.size)):
        said = world.say("may-b", Reaffirm(kid=kid_of("may"), entries=entries))
        assert said == "entry_undisputed"
    world.must("may-b", Reaffirm(kid=kid_of("may"), entries=(index,)))
    world.must("may-b", Reaffirm(kid=kid_of("may"), entries=(index - 1, index)))
    stood_by = [one.entries for one in key(world, "may").reaffirmed]
    assert stood_by == [(index,), (index - 1, index)]


@pytest.mark.parametrize("entries", [[], [2, 1], [1, 1], [-1], list(range(501))])
def test_entries_are_reaffirmed_in_order_and_once(entries: list[int]) -> None:
    payload = {"act": "reaffirm", "kid": kid_of("may"), "entries": entries}
    with pytest.raises(LedgerError):
        acts.read_act(encoding.canonical_json(payload))
