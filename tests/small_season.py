"""A few offices and one mill, with keys from known seeds: statements for tests, made by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from ledger.log.keys import Ed25519SigningKey, SigningKey
from ledger.log.statement import seal, seal_many
from ledger.rice import acts, events, profile

ORIGIN = "demo.rice.example/dx-2026"
START = datetime(2026, 3, 1, 8, tzinfo=UTC)
NOT_AFTER = "2027-02-28T00:00:00Z"
AREA = "VN-CTO-0001"
SEASON = "DX-2026"
PADDY = "08936000000011"


class Clock:
    """A clock that moves a second with every look, or wherever it is set."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the moment."""
        self.now += timedelta(seconds=1)
        return self.now


def key_of(name: str) -> Ed25519SigningKey:
    """Return the key that a name gives."""
    return Ed25519SigningKey.from_seed(sha256(name.encode()).digest())


def words(text: str) -> acts.LocalText:
    """Return the same words for both languages."""
    return acts.LocalText(vi=text, en=text)


def offered(key: SigningKey, *, admin: bool = True) -> acts.NewKey:
    """Return a key as an act offers it."""
    return acts.NewKey(jwk=acts.Jwk(**key.public.jwk), admin=admin, not_after=NOT_AFTER)  # type: ignore[arg-type]


def sealed(act: acts.Act, *signers: str, origin: str = ORIGIN) -> bytes:
    """Return an act signed by the keys of those names."""
    payload = acts.write_act(act)
    keys = [key_of(name) for name in signers]
    if len(keys) == 1:
        return seal(payload, typ="rice-act+jws", key=keys[0], ledger=origin)
    return seal_many(payload, keys=keys, ledger=origin)


def founding(origin: str = ORIGIN, name: str = "Sổ gạo thử") -> bytes:
    """Return the act a ledger begins with: two root keys, both needed."""
    roots = ("root 1", "root 2")
    act = acts.Found(
        origin=origin,
        name=words(name),
        host="demo.rice.example",
        threshold=2,
        keys=tuple(offered(key_of(name)) for name in roots),
        settings=acts.Settings(),
    )
    return sealed(act, *roots, origin=origin)


def registration(actor: str, roles: tuple[str, ...], *registrars: str, did: str = "") -> bytes:
    """Return the entry of an organisation with one admin key, named as the organisation."""
    act = acts.RegisterActor(
        actor=actor,
        did=did or f"did:web:demo.rice.example:actors:{actor}",
        name=words(actor),
        roles=tuple(
            acts.RoleGrant(role=role, from_on="2026-01-01")  # type: ignore[arg-type]
            for role in roles
        ),
        keys=(offered(key_of(actor)),),
    )
    return sealed(act, *registrars, actor)


def opening() -> list[bytes]:
    """Return what a season begins with: offices, a cooperative, a mill, an area, goods."""
    area = acts.RegisterArea(
        area=AREA,
        manager="htx",
        commune="31300",
        area_m2=5_000_000,
        households=120,
        issued_on="2025-11-01",
        expires_on="2030-11-01",
        approved_output_g=5_000_000_000,
        in_scheme=True,
        boundary="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        paper="12/2025",
    )
    goods = acts.RegisterProduct(gtin=PADDY, form="paddy", name=words("Lúa tươi"))
    return [
        registration("so", ("registrar",), "root 1", "root 2"),
        registration("chi-cuc", ("authority",), "so"),
        registration("htx", ("cooperative",), "so"),
        registration("nha-may", ("mill", "packer"), "so"),
        sealed(area, "chi-cuc"),
        sealed(goods, "nha-may"),
    ]


def lot(number: int) -> str:
    """Return the name of a lot of paddy."""
    return f"https://id.gs1.org/01/{PADDY}/10/L{number}"


def harvest(number: int, mass_g: int = 1_000_000, signer: str = "htx") -> bytes:
    """Return a harvest of the cooperative, sent to the mill."""
    event = events.Harvest(
        event_id=_event_id("harvest", number),
        at="2026-03-01T07:00:00+07:00",
        lot=lot(number),
        mass_g=mass_g,
        moisture_ppt=250,
        area=AREA,
        season=SEASON,
        variety="OM 5451",
        harvested_on="2026-03-01",
        consigned_to="did:web:demo.rice.example:actors:nha-may",
    )
    return stated(event, signer)


def receiving(number: int, mass_g: int = 1_000_000) -> bytes:
    """Return the mill's weighing of a harvest."""
    event = events.Receiving(
        event_id=_event_id("receiving", number),
        at="2026-03-01T09:00:00+07:00",
        lot=lot(number),
        mass_g=mass_g,
        moisture_ppt=250,
        handed_over_by="did:web:demo.rice.example:actors:htx",
        ticket=f"urn:ticket:{number}",
    )
    return stated(event, "nha-may")


def drying(inputs: tuple[int, ...], number: int) -> bytes:
    """Return the drying of whole lots into one."""
    event = events.Drying(
        event_id=_event_id("drying", number),
        at="2026-03-01T12:00:00+07:00",
        inputs=tuple((lot(one), 1_000_000) for one in inputs),
        lot=lot(number),
        mass_g=len(inputs) * 870_000,
        moisture_ppt=140,
    )
    return stated(event, "nha-may")


def stated(event: events.AnyEvent, signer: str) -> bytes:
    """Return an event signed by the key of that name."""
    payload = profile.write_event(event)
    return seal(payload, typ="epcis-event+jws", key=key_of(signer), ledger=ORIGIN)


def _event_id(kind: str, number: int) -> str:
    digest = sha256(f"{kind} {number}".encode()).digest()
    return f"urn:uuid:{UUID(bytes=digest[:16], version=4)}"
