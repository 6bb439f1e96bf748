"""A mill in harvest week, signed with the published sample keys: a browser can go on with them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

from api.main import create_app
from ledger.errors import LedgerError
from ledger.keyring import SampleKeyring
from ledger.log.statement import seal, seal_many
from ledger.rice import acts, events, profile
from ledger.rice.gs1 import check_digit
from ledger.rice.terms import ProductForm
from ledger.service import Ledger
from tests.drawn import serving
from tests.small_season import words
from web.site import make_site

ORIGIN = "demo.rice.example/mill"
MILL, COOPERATIVE, BUYER = "luong-thuc-song-hau-xanh", "htx-dong-sen", "demo-bigas-ph"
AREA, NUMBER = "VN-CTOR-0001", "ZZDU2632040"
FORMS: Sequence[ProductForm] = ("paddy", "head_rice", "broken", "bran", "husk", "packed")
GTINS = {
    form: (digits := f"0952123400{number:03d}") + check_digit(digits)
    for number, form in enumerate(FORMS, 10)
}
NAMES = {BUYER: "Nhập khẩu Bigas"}
KEYRING = SampleKeyring(ORIGIN)
NOW = datetime.now(UTC)
"""A browser has the machine's clock, so what it signs has to be told of the same days."""
CUT = NOW - timedelta(days=1)
LONG_AGO, LATER = (f"{NOW + timedelta(days=days):%Y-%m-%d}" for days in (-90, 300))


def season_of(cut: datetime) -> str:
    """Return a season in which paddy is cut on a day."""
    if cut.month in {12, 1, 2, 3, 4}:
        return f"DX-{cut.year + (cut.month == 12)}"
    return f"{'HT' if cut.month < 10 else 'TD'}-{cut.year}"


def offered(holder: str) -> acts.NewKey:
    """Return a sample key as an act offers it."""
    jwk = acts.Jwk(**KEYRING.key(holder).public.jwk)  # type: ignore[arg-type]
    return acts.NewKey(jwk=jwk, admin=True, not_after=f"{LATER}T00:00:00Z")


PATHS = (
    *("", "/scan", "/scan?code=S1", "/scan?code=L2", "/scan?code=ZZ", f"/scan?code={NUMBER}"),
    *("/silos", "/batches", "/stock", f"/lots/{GTINS['packed']}/P1", "/correct/20"),
    *("/recall", f"/recall?kind=lot&name={GTINS['paddy']}/L1"),
    *(f"/do/{kind}" for kind in ("receiving", "drying", "milling", "packing", "palletising")),
    *(f"/do/{kind}" for kind in ("loading", "shipping", "return", "destruction", "arrival")),
)
"""Every kind of page that a mill has."""


def did(actor: str) -> str:
    """Return the DID of an actor."""
    return f"did:web:demo.rice.example:actors:{actor}"


def lot(form: ProductForm, code: str) -> str:
    """Return the name of a lot."""
    return f"https://id.gs1.org/01/{GTINS[form]}/10/{code}"


def signed(act: acts.Act, *holders: str) -> bytes:
    """Return an act signed with sample keys."""
    payload, keys = acts.write_act(act), [KEYRING.key(holder) for holder in holders]
    if len(keys) == 1:
        return seal(payload, typ="rice-act+jws", key=keys[0], ledger=ORIGIN)
    return seal_many(payload, keys=keys, ledger=ORIGIN)


def stated(event: events.AnyEvent, holder: str) -> bytes:
    """Return an event signed with a sample key."""
    payload = profile.write_event(event)
    return seal(payload, typ="epcis-event+jws", key=KEYRING.key(holder), ledger=ORIGIN)


def founding() -> bytes:
    """Return the first entry."""
    roots = ("root-1", "root-2")
    act = acts.Found(
        origin=ORIGIN,
        name=words("Sổ nhà máy"),
        host="demo.rice.example",
        threshold=2,
        keys=tuple(offered(root) for root in roots),
        settings=acts.Settings(),
    )
    return signed(act, *roots)


def _registration(actor: str, roles: Sequence[str], *registrars: str) -> bytes:
    act = acts.RegisterActor(
        actor=actor,
        did=did(actor),
        name=words(NAMES.get(actor, actor)),
        roles=tuple(
            acts.RoleGrant(role=role, from_on=LONG_AGO)  # type: ignore[arg-type]
            for role in roles
        ),
        keys=(offered(actor),),
    )
    return signed(act, *registrars, actor)


def opening() -> list[bytes]:
    """Return the offices, an area and goods."""
    area = acts.RegisterArea(
        area=AREA,
        manager=COOPERATIVE,
        commune="31300",
        area_m2=5_000_000,
        households=120,
        issued_on=LONG_AGO,
        expires_on=LATER,
        approved_output_g=5_000_000_000,
        in_scheme=True,
        boundary="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        paper="12/2025",
    )
    goods = [
        acts.RegisterProduct(
            gtin=GTINS[form],
            form=form,
            name=words(f"Hàng {form}"),
            bag_g=5_000 if form == "packed" else 0,
        )
        for form in FORMS
    ]
    return [
        _registration("dang-ky-chuoi", ("registrar",), "root-1", "root-2"),
        _registration("so-nnmt", ("authority",), "dang-ky-chuoi"),
        _registration(COOPERATIVE, ("cooperative",), "dang-ky-chuoi"),
        _registration(MILL, ("mill", "packer", "exporter"), "dang-ky-chuoi"),
        _registration(BUYER, ("buyer",), "dang-ky-chuoi"),
        signed(area, "so-nnmt"),
        *(signed(one, MILL) for one in goods),
    ]


def harvested(code: str, mass_g: int, to: str = MILL) -> bytes:
    """Return a harvest on its way to the mill."""
    return stated(
        events.Harvest(
            event_id=f"urn:uuid:{uuid4()}",
            at=f"{CUT:%Y-%m-%dT%H:%M:%S}+07:00",
            lot=lot("paddy", code),
            mass_g=mass_g,
            moisture_ppt=250,
            area=AREA,
            season=season_of(CUT),
            variety="OM5451",
            harvested_on=f"{CUT:%Y-%m-%d}",
            consigned_to=did(to),
        ),
        COOPERATIVE,
    )


def worked() -> list[bytes]:
    """Return what makes every page of the mill full: from a receipt to a container, and a hold."""
    told = {"at": f"{CUT:%Y-%m-%dT%H:%M:%S}+07:00"}

    def say(kind: str, **fields: object) -> bytes:
        event_id = f"urn:uuid:{uuid4()}"
        return stated(profile.event_named(kind, {"event_id": event_id, **told, **fields}), MILL)

    paddy, rice, bags = lot("paddy", "S1"), lot("head_rice", "X1"), lot("packed", "P1")
    made = [(rice, 4_400_000), (lot("broken", "X1"), 200_000), (lot("husk", "X1"), 1_400_000)]
    packing = {"packed_on": told["at"][:10], "best_before_on": LATER, "grant": ""}
    pallet = "https://id.gs1.org/00/095212340000000013"
    hold = acts.Hold(lots=(lot("paddy", "S1"),), reason=words("Nghi lẫn tạp chất"))
    return [
        say(
            "receiving",
            lot=lot("paddy", "L1"),
            mass_g=10_000_000,
            moisture_ppt=250,
            handed_over_by=did(COOPERATIVE),
            ticket="urn:rice:ticket:1",
        ),
        say(
            "drying",
            inputs=[(lot("paddy", "L1"), 10_000_000)],
            lot=paddy,
            mass_g=8_700_000,
            moisture_ppt=140,
        ),
        say(
            "milling",
            inputs=[(paddy, 8_000_000)],
            outputs=made,
            moisture_ppt=140,
            loss_g=0,
            custody="segregated",
        ),
        say(
            "packing",
            inputs=[(rice, 4_000_000)],
            lot=bags,
            bags=800,
            bag_g=5_000,
            **{"custody": "segregated", **packing},
        ),
        say("palletising", lot=bags, bags=300, pallet=pallet),
        say("loading", container=NUMBER, pallets=[pallet], bags=[(bags, 100)], seal="S1"),
        signed(hold, MILL),
    ]


@contextmanager
def mill(folder: Path, more: Sequence[bytes] = ()) -> Iterator[tuple[Ledger, str]]:
    """Give a ledger with two lots on their way to a mill and one to another, and its address."""
    ledger = Ledger.create(folder / "book", KEYRING.key("log"), founding=founding())
    said = [
        *opening(),
        harvested("L1", 10_000_000),
        harvested("L2", 8_000_000),
        harvested("L9", 5_000_000, to=BUYER),
        *more,
    ]
    for answer in ledger.append(said):
        assert not isinstance(answer, LedgerError), answer
    ledger.publish()
    stop = threading.Event()
    publishing = threading.Thread(target=ledger.publish_every, args=(0.5, stop))
    publishing.start()
    try:
        with serving(create_app(ledger, pages=make_site(ledger))) as address:
            yield ledger, address
    finally:
        stop.set()
        publishing.join()
        ledger.close()
