"""What registrars, scheme owners and communes say: who is who, which goods and land there are."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from functools import partial
from typing import get_args

from msgspec import convert

from ledger.imports.rows import AreaEvent, Organisation, PlantingArea, Product
from ledger.log import encoding
from ledger.log.keys import SigningKey
from ledger.rice import acts, anchors
from ledger.rice.acts import LocalText
from ledger.rice.anchors import Accredited
from ledger.rice.terms import AccreditedRole, RoleName
from ledger.season.books import (
    ACCREDITED_UNTIL,
    KEYS_END,
    START,
    Books,
    Saying,
    day,
    technician,
)

_ACCREDITED = frozenset(get_args(AccreditedRole))
"""Words of the file that make an organisation an accredited body."""
_OFFICES = frozenset(get_args(RoleName))
_STATES = {"suspended": "suspended", "restored": "active", "revoked": "revoked"}


def founding(books: Books) -> acts.Found:
    """Return the act the ledger begins with."""
    programme = books.programme
    return acts.Found(
        origin=programme.origin,
        name=programme.name,
        host=programme.host,
        threshold=programme.threshold,
        keys=tuple(new_key(books.keyring.key(name)) for name in programme.root_keys),
        settings=acts.Settings(),
    )


def sayings(books: Books) -> Iterator[Saying]:
    """Yield who is who, the goods, the scheme, who is accredited for it, and the land."""
    programme = books.programme
    # The registrar first: it is who registers the others.
    registrar = programme.registrar
    for row in sorted(books.organisations.values(), key=lambda row: row.id != registrar):
        speakers = programme.root_keys if row.id == registrar else (registrar,)
        yield Saying(START, (*speakers, row.id), partial(_registration, books, row), row)
    for row in books.organisations.values():
        device = technician(row.id)
        if "cooperative" in row.roles and device in books.keyring:
            yield Saying(START, (row.id, device), partial(_device, books, row.id, device), row)
    for product in books.products.values():
        yield Saying(START, (books.mill,), partial(_product, product), product)
    if books.organisations:
        for scheme in (programme.published, *programme.also_published):
            yield Saying(START, (programme.scheme_owner,), partial(_same, scheme))
    for row in books.organisations.values():
        for role in sorted(_ACCREDITED.intersection(row.roles)):
            accredit = partial(_accreditation, books, row, role)
            yield Saying(START, (programme.scheme_owner,), accredit, row)
    issued = {
        row.area: row for row in books.rows("area_events", AreaEvent) if row.event == "issued"
    }
    for area in books.areas.values():
        paper = issued.get(area.code)
        office = paper.authority if paper else books.authority_of(area.commune_code)
        number = paper.paper if paper else area.code
        yield Saying(START, (office,), partial(_area, books, area, number, office), area)


def lives_of_areas(books: Books) -> Iterator[Saying]:
    """Yield how the codes of areas changed after they were issued."""
    for row in books.rows("area_events", AreaEvent):
        if row.event in _STATES and books.manager(row.area):
            on = row.effective_on.isoformat()
            act = acts.ChangeArea(
                area=row.area,
                state=_STATES[row.event],  # type: ignore[arg-type]
                from_on=on,
                reason=row.reason,
                paper=row.paper,
            )
            yield Saying(f"{on}T00:00:00+07:00", (row.authority,), partial(_same, act), row)


def new_key(key: SigningKey, *, admin: bool = True) -> acts.NewKey:
    """Return a key as an act offers it."""
    jwk = convert(dict(key.public.jwk), acts.Jwk)
    return acts.NewKey(jwk=jwk, admin=admin, not_after=KEYS_END)


def _same(act: acts.Act) -> acts.Act:
    """Return an act that takes nobody's secret to make."""
    return act


def _registration(books: Books, row: Organisation) -> acts.RegisterActor:
    licence = None
    if row.licence and row.licence_from and row.licence_to:
        licence = acts.ExportLicence(
            number=row.licence,
            from_on=row.licence_from.isoformat(),
            to_on=row.licence_to.isoformat(),
        )
    own_commune = (row.commune_code,) if "confirmer" in row.roles else ()
    return acts.RegisterActor(
        actor=row.id,
        did=books.programme.did(row.id),
        name=LocalText(vi=row.name, en=row.name_en or row.name),
        legal_id=row.tax_code,
        gln=row.gln,
        commune=row.commune_code,
        licence=licence,
        roles=tuple(
            _role(role, own_commune if role == "authority" else ())
            for role in row.roles
            if role in _OFFICES
        ),
        keys=(new_key(books.keyring.key(row.id)),),
    )


def _device(books: Books, actor: str, holder: str) -> acts.EnrolKey:
    """Return the entry of a key that reads tubes and decides nothing."""
    return acts.EnrolKey(actor=actor, key=new_key(books.keyring.key(holder), admin=False))


def _accreditation(books: Books, row: Organisation, role: str) -> bytes:
    """Return what the scheme's owner says of a body: a commune's office confirms in its commune."""
    programme = books.programme
    owner = programme.scheme_owner
    accredited = Accredited(
        id=f"https://{programme.host}/accreditations/{row.id}/{role}",
        number=f"{row.id}/{role}",
        scheme=programme.scheme,
        role=role,
        issuer_did=programme.did(owner),
        issued_to_did=programme.did(row.id),
        communes=(row.commune_code,) if role == "confirmer" else (),
        from_on=START,
        until_on=ACCREDITED_UNTIL,
    )
    return anchors.write_anchor(
        accredited,
        {
            programme.scheme: programme.published.name.vi,
            accredited.issuer_did: books.name_of(owner),
            accredited.issued_to_did: row.name,
        },
    )


def _area(books: Books, row: PlantingArea, paper: str, office: str) -> acts.RegisterArea:
    drawn = encoding.canonical_json(
        [[[[str(x), str(y)] for x, y in ring] for ring in polygon] for polygon in row.polygons]
    )
    salt = books.keyring.secret(office, f"boundary/{row.code}")
    return acts.RegisterArea(
        area=row.code,
        manager=row.cooperative,
        commune=row.commune_code,
        area_m2=row.area_m2,
        households=row.households or 0,
        issued_on=day(row.issued_on),
        expires_on=day(row.expires_on),
        approved_output_g=row.approved_output_g or 0,
        in_scheme=row.in_scheme,
        boundary=encoding.encode_base64(hashlib.sha256(salt + drawn).digest()),
        paper=paper,
    )


def _role(role: str, communes: Iterable[str]) -> acts.RoleGrant:
    return acts.RoleGrant(
        role=role,  # type: ignore[arg-type]  # the act's reader checks the word
        communes=tuple(communes),
        from_on=START,
    )


def _product(row: Product) -> acts.RegisterProduct:
    return acts.RegisterProduct(
        gtin=row.gtin,
        form=row.product,  # type: ignore[arg-type]  # a closed word of the file kind
        name=LocalText(vi=row.name, en=row.name_en),
        variety=row.variety,
        bag_g=row.net_g or 0,
        grade=row.grade,
    )
