"""The cases about who may vouch: accreditations and their life, DIDs, keys."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from ledger.log import encoding
from ledger.log.statement import CREDENTIAL, parse_statement, seal
from ledger.rice import acts
from ledger.rice.trust_acts import Reaffirm, RecoverKey
from tests.vectors import small_harvest as season
from tests.vectors.scenes import OTHER_SCHEME, SECOND_KEY, SUCCESSION, Made, case, scene
from tests.vectors.small_harvest import Step, and_then, instead, on, without

SUSPECT_KEY = "htx-bo-tre"
"""A sample key lent to the confirmer."""
SCALE = "https://id.gs1.org/414/9521235000012"
"""Where the mill packs."""


def _accredited(data: bytes, *before: tuple[str, bytes]) -> Made:
    """Return the scene in which the confirmer's accreditation is another one."""
    steps = instead(season.steps(), "accreditation", data)
    at = next(step.at for step in steps if step.name == "accreditation")
    said = (
        Step(name, at - timedelta(seconds=30 - count), extra)
        for count, (name, extra) in enumerate(before)
    )
    return scene(and_then(steps, *said)).made()


def _changed(*changes: tuple[str, str, str]) -> Made:
    """Return the scene in which the accreditation changes: recorded when, to what, from when."""
    steps = (
        Step(f"change {at}", on(at), season.accreditation_change(state, from_on))
        for at, state, from_on in changes
    )
    return scene(and_then(season.steps(), *steps)).made()


@case("accreditation-withdrawn-since")
def accreditation_withdrawn_since() -> Made:
    """The confirmer's accreditation is withdrawn weeks later: what it confirmed still stands."""
    return _changed(("04-20", "withdrawn", "2026-04-20"))


@case("accreditation-withdrawn-backwards_fail")
def accreditation_withdrawn_backwards() -> Made:
    """Weeks later the accreditation is withdrawn from the day before the confirmation."""
    return _changed(("04-20", "withdrawn", "2026-04-01"))


@case("accreditation-suspended_fail")
def accreditation_suspended() -> Made:
    """The confirmer was suspended the day before it confirmed; the log let its word in."""
    return _changed(("04-01", "suspended", "2026-04-01"))


@case("accreditation-reinstated")
def accreditation_reinstated() -> Made:
    """The confirmer was suspended in March, and reinstated the day before it confirmed."""
    return _changed(("03-10", "suspended", "2026-03-10"), ("04-01", "granted", "2026-04-01"))


@case("accredited-by-accreditor")
def accredited_by_accreditor() -> Made:
    """The owner of the scheme names an accreditor for the commune, and that one accredits."""
    given = season.accreditation(season.CONFIRMER, issuer=season.OFFICE)
    return _accredited(given, ("accreditor", season.accreditor(season.OFFICE, season.COMMUNE)))


@case("accredited-by-ended-accreditor_fail")
def accredited_by_ended_accreditor() -> Made:
    """The accreditor's office had ended a month before it accredited the confirmer."""
    ended = acts.EndRole(
        actor=season.OFFICE,
        role="accreditor",
        scheme=season.SCHEME,
        ended_on="2026-01-02",
        reason="hết nhiệm kỳ",
    )
    return _accredited(
        season.accreditation(season.CONFIRMER, issuer=season.OFFICE),
        ("accreditor", season.accreditor(season.OFFICE)),
        ("ended", season.act(ended, season.ASSOCIATION)),
    )


@case("accredited-outside-jurisdiction_fail")
def accredited_outside_jurisdiction() -> Made:
    """An accreditor for another commune accredits the confirmer for this one."""
    given = season.accreditation(season.CONFIRMER, issuer=season.OFFICE)
    return _accredited(given, ("accreditor", season.accreditor(season.OFFICE, "31249")))


@case("accredited-by-stranger_fail")
def accredited_by_stranger() -> Made:
    """A cooperative accredits the confirmer of its own land."""
    return _accredited(season.accreditation(season.CONFIRMER, issuer=season.GROWER_1))


@case("accredited-by-itself_fail")
def accredited_by_itself() -> Made:
    """The owner of the scheme accredits itself, and confirms what it grants the mark for."""
    own = season.credential("XN-01", "conformity", season.ASSOCIATION, season.GROWER_1)
    steps = instead(season.steps(), "accreditation", season.accreditation(season.ASSOCIATION))
    return scene(instead(steps, "confirmation", own)).made()


@case("accredited-before-office_fail")
def accredited_before_office() -> Made:
    """An accreditation is dated back to before its accreditor came into office."""
    return _accredited(season.accreditation(season.CONFIRMER, from_on="2025-12-31"))


@case("accredited-before-registered_fail")
def accredited_before_registered() -> Made:
    """The confirmer is accredited before any registrar has entered it."""
    steps = season.steps()
    last = next(step for step in steps if step.name == "area 2")
    (entered,) = (step for step in steps if step.name == season.CONFIRMER)
    later = Step(entered.name, last.at + timedelta(minutes=1), entered.data)
    return scene(and_then(without(steps, season.CONFIRMER), later)).made()


@case("accreditation-given-back_fail")
def accreditation_given_back() -> Made:
    """An accreditation that was withdrawn is granted again, as no rule allows."""
    return _changed(("03-10", "withdrawn", "2026-03-10"), ("04-01", "granted", "2026-04-01"))


@case("accreditation-given-back-since_fail")
def accreditation_given_back_since() -> Made:
    """Weeks after the confirmation its accreditation was withdrawn, and then granted again."""
    return _changed(("04-20", "withdrawn", "2026-04-20"), ("04-25", "granted", "2026-04-25"))


@case("accredited-for-other-commune_fail")
def accredited_for_other_commune() -> Made:
    """The confirmer is accredited, but for another commune than the one it confirms in."""
    return _accredited(season.accreditation(season.CONFIRMER, communes=("31249",)))


def _at_own_domain(*holders: str) -> Made:
    """Return the scene in which the confirmer brings a DID whose document names these keys."""
    own, given = "did:web:thanh-an.example", season.did(season.CONFIRMER)
    keys = [season.key(holder).public for holder in holders]
    methods = [
        {
            "id": f"{own}#{key.kid}",
            "type": "JsonWebKey",
            "controller": own,
            "publicKeyJwk": dict(key.jwk),
        }
        for key in keys
    ]
    document = encoding.canonical_json({"id": own, "assertionMethod": methods})
    steps = season.steps()
    said = {step.name: parse_statement(step.data).payload for step in steps}
    act = acts.read_act(said[season.CONFIRMER])
    assert isinstance(act, acts.RegisterActor)
    shown = structs.replace(act, did=own, did_document=encoding.encode_base64(document))
    signed = season.act(shown, season.REGISTRAR, season.CONFIRMER)
    steps = instead(steps, season.CONFIRMER, signed)
    accredited = said["accreditation"].replace(given.encode(), own.encode())
    accreditation = season.credential_of(accredited, season.ASSOCIATION)
    steps = instead(steps, "accreditation", accreditation)
    confirmed = said["confirmation"].replace(given.encode(), own.encode())
    key = season.key(season.CONFIRMER)
    confirmation = seal(confirmed, typ=CREDENTIAL, key=key, kid=f"{own}#{key.public.kid}")
    return scene(instead(steps, "confirmation", confirmation)).made()


@case("issuer-at-own-domain")
def issuer_at_own_domain() -> Made:
    """The confirmer has a DID of its own domain; the document that stood there was recorded."""
    return _at_own_domain(season.CONFIRMER)


@case("issuer-at-own-domain-with-other-keys_fail")
def issuer_at_own_domain_with_other_keys() -> Made:
    """The document at the confirmer's domain names a key that was never enrolled here."""
    return _at_own_domain(season.CONFIRMER, SECOND_KEY)


@case("accredited-for-other-scheme_fail")
def accredited_for_other_scheme() -> Made:
    """The confirmer is accredited under another scheme of the same owner."""
    given = season.accreditation(season.CONFIRMER, scheme=OTHER_SCHEME)
    return _accredited(given, ("scheme 2", season.scheme(uri=OTHER_SCHEME)))


# Keys.


def _rotated(until: str) -> Made:
    """Return the scene in which the mill gets a second key and its first one goes on for a while.

    The packing is recorded on the tenth of April at 10:00 UTC, signed with the first.
    """
    enrol = acts.EnrolKey(actor=season.MILL, key=season.new_key(SECOND_KEY))
    kid = season.key(season.MILL).public.kid
    revoke = acts.RevokeKey(kid=kid, reason="rotated", valid_until=until)
    steps = and_then(
        season.steps(),
        Step("enrol", on("04-08"), season.act(enrol, *SUCCESSION)),
        Step("revoke", on("04-09"), season.act(revoke, SECOND_KEY)),
    )
    return scene(instead(steps, "labels", _by(SECOND_KEY, steps, "labels"))).made()


def _by(holder: str, steps: list[Step], name: str) -> bytes:
    """Return what an act of the season says, signed by another key."""
    data = next(step.data for step in steps if step.name == name)
    return season.act_of(parse_statement(data).payload, holder)


@case("key-in-overlap")
def key_in_overlap() -> Made:
    """The mill signs the packing with the old key in its last second, labels with the new one."""
    return _rotated("2026-04-10T10:00:00Z")


@case("key-after-overlap_fail")
def key_after_overlap() -> Made:
    """The old key's overlap had ended a second before it signed the packing."""
    return _rotated("2026-04-10T09:59:59Z")


@case("overlap-beyond-its-end_fail")
def overlap_beyond_its_end() -> Made:
    """The old key is said to go on for longer than it was ever to last."""
    return _rotated("2027-01-01T00:00:01Z")


def _by_device(place: str = SCALE, only: tuple[str, ...] = ("packing",)) -> Made:
    """Return the scene in which a device of the mill packs, enrolled for some kinds and a place."""
    device = structs.replace(season.new_key(SECOND_KEY, admin=False), only=only, places=(SCALE,))
    enrol = acts.EnrolKey(actor=season.MILL, key=device)
    packing = structs.replace(season.packing(), place=place)
    steps = instead(season.steps(), "packing", season.event(packing, SECOND_KEY))
    step = Step("enrol", on("04-08"), season.act(enrol, season.MILL, SECOND_KEY))
    return scene(and_then(steps, step)).made()


@case("key-within-bounds")
def key_within_bounds() -> Made:
    """A device that may only pack, and only in one hall, packed there."""
    return _by_device()


@case("key-out-of-bounds_fail")
def key_out_of_bounds() -> Made:
    """A device that may mark bags and mill, but not pack, signed the packing."""
    return _by_device(only=("mark_bags", "milling"))


@case("key-out-of-place_fail")
def key_out_of_place() -> Made:
    """A device that may pack in one hall signed a packing that says nothing of where it was."""
    return _by_device(place="")


def _recovered(*signers: str, lost: str = season.MILL) -> Made:
    """Return the scene in which the mill lost its key in April and packs with a new one."""
    kid = season.key(lost).public.kid
    act = RecoverKey(actor=season.MILL, key=season.new_key(SECOND_KEY), lost=(kid,))
    steps = season.steps()
    packing = season.event(season.packing(), SECOND_KEY)
    steps = instead(steps, "labels", _by(SECOND_KEY, steps, "labels"))
    step = Step("recover", on("04-08"), season.act(act, *signers, SECOND_KEY))
    return scene(and_then(instead(steps, "packing", packing), step)).made()


@case("key-recovered")
def key_recovered() -> Made:
    """The mill lost its only key; two of the three root keys gave it another one."""
    return _recovered(*season.ROOT[:2])


@case("key-recovered-without-quorum_fail")
def key_recovered_without_quorum() -> Made:
    """One root key alone gives the mill a new key."""
    return _recovered(season.ROOT[0])


@case("key-of-another-recovered_fail")
def key_of_another_recovered() -> Made:
    """The root ends a cooperative's key as if the mill had lost it."""
    return _recovered(*season.ROOT[:2], lost=season.GROWER_1)


@case("admin-key-by-registrar-alone_fail")
def admin_key_by_registrar_alone() -> Made:
    """The registrar gives the mill an admin key that the mill never signed for."""
    enrol = acts.EnrolKey(actor=season.MILL, key=season.new_key(SECOND_KEY))
    steps = season.steps()
    labels = _by(SECOND_KEY, steps, "labels")
    step = Step("enrol", on("04-08"), season.act(enrol, season.REGISTRAR, SECOND_KEY))
    return scene(and_then(instead(steps, "labels", labels), step)).made()


@case("key-past-the-longest-life_fail")
def key_past_the_longest_life() -> Made:
    """The settings let keys last sixty days; the harvest was signed sooner, the milling later."""
    found = acts.read_act(parse_statement(season.founding()).payload)
    assert isinstance(found, acts.Found)
    limited = structs.replace(found, settings=structs.replace(found.settings, key_days=60))
    return scene(instead(season.steps(), "founding", season.act(limited, *season.ROOT))).made()


def _stolen(*more: Step, first: acts.RevokeKey | None = None) -> Made:
    """Return the scene in which the confirmer's key was stolen before it confirmed.

    The registrar says so weeks later, and the root gives the confirmer another key. What the thief
    says ``first`` is signed with the stolen key.
    """
    thief = [Step("first", on("04-14"), season.act(first, season.CONFIRMER))] if first else []
    revoke = acts.RevokeKey(
        kid=season.key(season.CONFIRMER).public.kid,
        reason="compromised",
        invalid_from="2026-04-02T09:00:00Z",
    )
    recover = RecoverKey(actor=season.CONFIRMER, key=season.new_key(SECOND_KEY), lost=())
    steps = and_then(
        season.steps(),
        *thief,
        Step("revoke", on("04-15"), season.act(revoke, season.REGISTRAR)),
        Step("recover", on("04-16"), season.act(recover, *season.ROOT[:2], SECOND_KEY)),
        *more,
    )
    return scene(steps).made()


def _reaffirmation(name: str, at: str) -> Step:
    """Return that the confirmer stands by one step of the season."""
    index = [step.name for step in season.steps()].index(name)
    kid = season.key(season.CONFIRMER).public.kid
    act = Reaffirm(kid=kid, entries=(index,))
    return Step(f"reaffirm {name}", on(at), season.act(act, SECOND_KEY))


@case("confirmation-disputed_fail")
def confirmation_disputed() -> Made:
    """The confirmer's key was stolen an hour before it confirmed, as is found out weeks later."""
    return _stolen()


@case("thief-revoked-first_fail")
def thief_revoked_first() -> Made:
    """Before anybody noticed, the thief had revoked the stolen key, as if from that day only."""
    kid = season.key(season.CONFIRMER).public.kid
    return _stolen(
        first=acts.RevokeKey(kid=kid, reason="lost", invalid_from="2026-04-14T00:00:00Z")
    )


@case("theft-brought-forward_fail")
def theft_brought_forward() -> Made:
    """The log let in a second word on the theft, by which the key was stolen later."""
    kid = season.key(season.CONFIRMER).public.kid
    later = acts.RevokeKey(kid=kid, reason="compromised", invalid_from="2026-04-20T00:00:00Z")
    return _stolen(Step("later", on("04-21"), season.act(later, season.REGISTRAR)))


@case("confirmed-with-a-thiefs-device_fail")
def confirmed_with_a_thiefs_device() -> Made:
    """The thief of the confirmer's key brought in a device with it, and confirmed with that one."""
    enrol = acts.EnrolKey(actor=season.CONFIRMER, key=season.new_key(SECOND_KEY, admin=False))
    steps = season.steps()
    said = next(step.data for step in steps if step.name == "confirmation")
    kid = f"{season.did(season.CONFIRMER)}#{season.key(SECOND_KEY).public.kid}"
    by_device = seal(
        parse_statement(said).payload, typ=CREDENTIAL, key=season.key(SECOND_KEY), kid=kid
    )
    return scene(
        and_then(
            instead(steps, "confirmation", by_device),
            Step("enrol", on("04-01", 12), season.act(enrol, season.CONFIRMER, SECOND_KEY)),
            Step("revoke", on("04-15"), _theft(season.CONFIRMER, "2026-04-01T11:00:00Z")),
        )
    ).made()


@case("reinstated-by-a-thief_fail")
def reinstated_by_a_thief() -> Made:
    """The grant was suspended before the packing, and only a stolen key had reinstated it."""
    enrol = acts.EnrolKey(actor=season.ASSOCIATION, key=season.new_key(SECOND_KEY, admin=False))
    number, owner = "CN-01", season.ASSOCIATION
    stop = season.change(number, "suspended", "2026-04-05", SECOND_KEY, decided_by=owner)
    back = season.change(number, "reinstated", "2026-04-06", owner)
    return scene(
        and_then(
            season.steps(),
            Step("enrol", on("04-04"), season.act(enrol, owner, SECOND_KEY)),
            Step("stop", on("04-05"), stop),
            Step("back", on("04-06"), back),
            Step("revoke", on("04-15"), _theft(owner, "2026-04-06T09:00:00Z")),
        )
    ).made()


def _theft(holder: str, since: str) -> bytes:
    """Return the registrar's word that a key was stolen."""
    kid = season.key(holder).public.kid
    act = acts.RevokeKey(kid=kid, reason="compromised", invalid_from=since)
    return season.act(act, season.REGISTRAR)


@case("confirmation-reaffirmed")
def confirmation_reaffirmed() -> Made:
    """The same, and the confirmer has stood by its word since, with its new key."""
    return _stolen(_reaffirmation("confirmation", "04-21"))


@case("undisputed-reaffirmed_fail")
def undisputed_reaffirmed() -> Made:
    """The confirmer reaffirms an entry from before its key was there."""
    return _stolen(_reaffirmation("confirmation", "04-21"), _reaffirmation("founding", "04-22"))


@case("reaffirmed-by-suspect-key_fail")
def reaffirmed_by_suspect_key() -> Made:
    """A key that the thief may have brought in stands by the confirmation."""
    enrol = acts.EnrolKey(actor=season.CONFIRMER, key=season.new_key(SUSPECT_KEY))
    kid = season.key(season.CONFIRMER).public.kid
    index = [step.name for step in season.steps()].index("confirmation")
    act = Reaffirm(kid=kid, entries=(index,))
    signers = (season.REGISTRAR, season.CONFIRMER, SUSPECT_KEY)
    return _stolen(
        Step("enrol", on("04-12"), season.act(enrol, *signers)),
        Step("reaffirm", on("04-21"), season.act(act, SUSPECT_KEY)),
    )
