"""The cases about who may vouch: accreditations and their life, DIDs, keys."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from ledger.log import encoding
from ledger.log.statement import CREDENTIAL, parse_statement, seal
from ledger.rice import acts
from tests.vectors import small_harvest as season
from tests.vectors.scenes import SECOND_KEY, Made, case, scene
from tests.vectors.small_harvest import Step, and_then, instead, on, without

OTHER_SCHEME = f"https://{season.HOST}/schemes/reference-only"


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
