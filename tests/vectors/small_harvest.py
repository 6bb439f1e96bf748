"""A small season with the sample keys: two areas, two slips, one silo, twenty bags.

`steps` gives every statement in the order the log takes it. A case takes the list, changes one
thing, and lets an unruly log sign the rest.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from ledger.keyring import SampleKeyring
from ledger.log import statement
from ledger.log.encoding import encode_base64
from ledger.log.keys import SigningKey
from ledger.log.status_list import StatusEntry
from ledger.rice import acts, anchors, credentials, events, profile
from ledger.rice.acts import LocalText
from ledger.rice.anchors import Accredited
from ledger.rice.credentials import Attested
from ledger.rice.labels import LabelBatch, commit, label_at
from ledger.rice.schemes import Profile
from ledger.rice.status_places import PURPOSE, draw_place, list_url
from ledger.rice.terms import AccreditedRole, ProductForm
from ledger.rice.trust_acts import ChangeAccreditation
from tests.profiles import PROFILES

ORIGIN = "demo.rice.example/vectors"
HOST = "demo.rice.example"
FIGURES = {
    "conformity": {"seed-rate": "84.2 KGM"},
    "ghg": {"baseline-co2e-per-ha": "8000 KGM", "project-co2e-per-ha": "3000.25 KGM"},
}
SCHEME = f"https://{HOST}/schemes/low-emission-rice"
SEASON = "DX-2026"
COMMUNE = "31231"

ROOT = ("root-1", "root-2", "root-3")
REGISTRAR = "dang-ky-chuoi"
OFFICE = "chi-cuc-kdtv"
ASSOCIATION = "hiep-hoi-gao-xanh"
CONFIRMER = "ubnd-thanh-an"
GROWER_1, GROWER_2 = "htx-kenh-xang", "htx-dong-sen"
MILL = "luong-thuc-song-hau-xanh"
VERIFIER = "mrv-phu-sa"
TECHNICIAN = "htx-kenh-xang-ky-thuat"

AREA_1, AREA_2 = "VN-CTOR-0001", "VN-CTOR-0009"
PADDY, RICE, BAGGED = "09521234000013", "09521234000020", "09521234000303"
LOT = "L260410A"
BAGS = 20
BAG_G = 25_000
KEYS_END = "2027-01-01T00:00:00Z"
OPENED = datetime(2026, 1, 5, 2, tzinfo=UTC)
SIGNED = datetime(2026, 5, 2, 2, tzinfo=UTC)
JUDGED = SIGNED + timedelta(hours=1)

KEYRING = SampleKeyring(ORIGIN)


@dataclass(frozen=True, slots=True)
class Step:
    """A statement and when the log records it; ``meant`` is what unreadable bytes stand for."""

    name: str
    at: datetime
    data: bytes
    meant: bytes = b""


def on(day: str, hour: int = 10) -> datetime:
    """Return an hour, UTC, of a day of 2026, as ``mm-dd``."""
    return datetime.fromisoformat(f"2026-{day}T{hour:02}:00:00+00:00")


def key(holder: str) -> SigningKey:
    """Return a sample key."""
    return KEYRING.key(holder)


def did(actor: str) -> str:
    """Return the DID of an actor."""
    return f"did:web:{HOST}:actors:{actor}"


def uri(gtin: str, lot: str) -> str:
    """Return the name of a lot."""
    return f"https://id.gs1.org/01/{gtin}/10/{lot}"


def words(vi: str, en: str) -> LocalText:
    """Return words in both languages."""
    return LocalText(vi=vi, en=en)


def act(body: acts.Act, *signers: str) -> bytes:
    """Return an act signed by holders of sample keys."""
    return act_of(acts.write_act(body), *signers)


def act_of(payload: bytes, *signers: str) -> bytes:
    """Return a payload signed as an act."""
    keys = [key(name) for name in signers]
    if len(keys) == 1:
        return statement.seal(payload, typ=statement.ACT, key=keys[0], ledger=ORIGIN)
    return statement.seal_many(payload, keys=keys, ledger=ORIGIN)


def event(body: events.AnyEvent, signer: str, ledger: str = ORIGIN) -> bytes:
    """Return an event signed by the holder of a sample key."""
    return event_of(profile.write_event(body), signer, ledger)


def event_of(payload: bytes, signer: str, ledger: str = ORIGIN) -> bytes:
    """Return a payload signed as an event."""
    return statement.seal(payload, typ=statement.EVENT, key=key(signer), ledger=ledger)


def event_id(name: str) -> str:
    """Return the id of an event."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{ORIGIN}/{name}')}"


def new_key(holder: str, *, admin: bool = True) -> acts.NewKey:
    """Return a key as an act offers it."""
    jwk = acts.Jwk(**key(holder).public.jwk)  # type: ignore[arg-type]  # members of an OKP key
    return acts.NewKey(jwk=jwk, admin=admin, not_after=KEYS_END)


def founding() -> bytes:
    """Return the founding act."""
    body = acts.Found(
        origin=ORIGIN,
        name=words("Sổ lúa mẫu", "Sample rice ledger"),
        host=HOST,
        threshold=2,
        keys=tuple(new_key(name) for name in ROOT),
        settings=acts.Settings(),
    )
    return act(body, *ROOT)


def registration(actor: str, names: LocalText, roles: Iterable[str], *by: str) -> bytes:
    """Return the entry of an organisation with one key."""
    body = acts.RegisterActor(
        actor=actor,
        did=did(actor),
        name=names,
        commune=COMMUNE,
        licence=acts.ExportLicence(number="12/2026", from_on="2026-01-01", to_on="2030-12-31")
        if "exporter" in roles
        else None,
        roles=tuple(acts.RoleGrant(role=role, from_on="2026-01-01") for role in roles),  # type: ignore[arg-type]
        keys=(new_key(actor),),
    )
    return act(body, *by, actor)


def product(gtin: str, form: ProductForm, vi: str, en: str, bag_g: int = 0) -> bytes:
    """Return goods."""
    variety = "OM5451" if form == "packed" else ""
    body = acts.RegisterProduct(
        gtin=gtin, form=form, name=words(vi, en), variety=variety, bag_g=bag_g
    )
    return act(body, MILL)


def accreditation(
    actor: str,
    role: AccreditedRole = "confirmer",
    *,
    issuer: str = ASSOCIATION,
    scheme: str = SCHEME,
    communes: tuple[str, ...] = (COMMUNE,),
    from_on: str = "2026-01-01",
) -> bytes:
    """Return the accreditation of a confirmer, by the scheme's owner unless told otherwise."""
    accredited = Accredited(
        id=accreditation_id(actor, role),
        number=f"CN-{actor}",
        scheme=scheme,
        role=role,
        issuer_did=did(issuer),
        issued_to_did=did(actor),
        communes=communes,
        from_on=from_on,
        until_on="2028-12-31",
    )
    names = {scheme: "Gạo xanh", did(issuer): issuer, did(actor): actor}
    return credential_of(anchors.write_anchor(accredited, names), issuer)


def accreditation_id(actor: str, role: AccreditedRole = "confirmer") -> str:
    """Return the id of an accreditation."""
    return f"https://{HOST}/accreditations/{actor}/{role}"


def accreditor(actor: str, *communes: str) -> bytes:
    """Return the office of an accreditor, granted by the scheme's owner."""
    grant = acts.RoleGrant(
        role="accreditor", scheme=SCHEME, communes=communes, from_on="2026-01-01"
    )
    return act(acts.GrantRole(actor=actor, grant=grant), ASSOCIATION)


def accreditation_change(state: str, from_on: str, signer: str = ASSOCIATION) -> bytes:
    """Return what becomes of the confirmer's accreditation."""
    body = ChangeAccreditation(
        accreditation=accreditation_id(CONFIRMER),
        state=state,  # type: ignore[arg-type]  # the act's reader checks the word
        from_on=from_on,
        reason="hậu kiểm",
        paper="2/2026",
    )
    return act(body, signer)


def area(code: str, manager: str) -> bytes:
    """Return the registration of a planting area of ten hectares."""
    body = acts.RegisterArea(
        area=code,
        manager=manager,
        commune=COMMUNE,
        area_m2=100_000,
        households=12,
        issued_on="2025-11-01",
        expires_on="2030-11-01",
        approved_output_g=90_000_000,
        in_scheme=True,
        boundary=encode_base64(bytes(32)),
        paper=f"{code}/2025",
    )
    return act(body, OFFICE)


def harvest(
    number: int, code: str, grower: str, mass_g: int, *, signer: str = "", event_name: str = ""
) -> events.Harvest:
    """Return a slip of paddy."""
    return events.Harvest(
        event_id=event_id(event_name or f"harvest {number}"),
        at=f"2026-03-0{number}T07:00:00+07:00",
        lot=uri(PADDY, f"P{number}"),
        mass_g=mass_g,
        moisture_ppt=240,
        area=code,
        season=SEASON,
        variety="OM5451",
        harvested_on=f"2026-03-0{number}",
        consigned_to=did(MILL),
    )


def receiving(number: int, grower: str, mass_g: int) -> events.Receiving:
    """Return the weighing of a slip at the mill."""
    return events.Receiving(
        event_id=event_id(f"receiving {number}"),
        at=f"2026-03-0{number}T09:00:00+07:00",
        lot=uri(PADDY, f"P{number}"),
        mass_g=mass_g,
        moisture_ppt=240,
        handed_over_by=did(grower),
        ticket=f"urn:rice:ticket:P{number}",
    )


def drying() -> events.Drying:
    """Return the drying of both slips into the silo."""
    return events.Drying(
        event_id=event_id("drying"),
        at="2026-03-03T12:00:00+07:00",
        inputs=((uri(PADDY, "P1"), 3_000_000), (uri(PADDY, "P2"), 2_000_000)),
        lot=uri(PADDY, "SILO"),
        mass_g=4_300_000,
        moisture_ppt=140,
    )


def milling(name: str = "M1", *, taken_g: int = 1_000_000, head_g: int = 600_000) -> events.Milling:
    """Return a milling from the silo."""
    return events.Milling(
        event_id=event_id(f"milling {name}"),
        at="2026-04-01T12:00:00+07:00",
        inputs=((uri(PADDY, "SILO"), taken_g),),
        outputs=((uri(RICE, name), head_g),),
        moisture_ppt=140,
        loss_g=0,
        custody="segregated",
    )


def packing(lot: str = LOT, *, grant: str = "CN-01", custody: str = "segregated") -> events.Packing:
    """Return the packing of twenty bags of 25 kg."""
    return events.Packing(
        event_id=event_id(f"packing {lot}"),
        at="2026-04-10T08:00:00+07:00",
        inputs=((uri(RICE, "M1"), BAGS * BAG_G),),
        lot=uri(BAGGED, lot),
        bags=BAGS,
        bag_g=BAG_G,
        packed_on="2026-04-10",
        best_before_on="2027-04-10",
        custody=custody,
        grant=attestation_id(grant) if grant else "",
    )


def batch(lot: str = LOT, count: int = BAGS) -> LabelBatch:
    """Return the labels of a lot."""
    return LabelBatch(gtin=BAGGED, lot=lot, count=count)


def secret(lot: str = LOT) -> bytes:
    """Return the secret a lot's labels follow from."""
    return KEYRING.secret(MILL, f"labels/{lot}")


@cache
def serial(number: int, lot: str = LOT, count: int = BAGS) -> str:
    """Return the serial of a bag."""
    return label_at(batch(lot, count), secret(lot), number).serial


def labels(lot: str = LOT, count: int = BAGS, *, name: str = "", waiting: bool = False) -> bytes:
    """Return the issue of a lot's labels, under the lot's own name or another."""
    labelled, name = batch(lot, count), name or lot
    body = acts.IssueLabels(
        batch=name,
        lot=uri(BAGGED, lot),
        count=count,
        number_digits=labelled.number_length,
        root=encode_base64(commit(labelled, secret(name)).root),
        waiting=waiting,
    )
    return act(body, MILL)


def attestation_id(number: str) -> str:
    """Return the id of an attestation."""
    return f"https://{HOST}/attestations/{number}"


def status_entry(number: str, issuer: str) -> StatusEntry:
    """Return the place of an attestation in the ledger's status list."""
    secret = KEYRING.secret(issuer, "status")
    place = draw_place(secret, attestation_id(number), lambda _place: False)
    return StatusEntry(list=list_url(HOST, 1), index=place, purpose=PURPOSE)


def credential(
    number: str,
    kind: str,
    issuer: str,
    holder: str,
    *,
    areas: tuple[str, ...] = (AREA_1, AREA_2),
    under: str = SCHEME,
    from_on: str = "2026-04-02",
    until_on: str = "2027-04-01",
    quota_g: int = 0,
    version: str = "1.0.0",
    statuses: tuple[StatusEntry, ...] = (),
    of_season: str = SEASON,
    **more: object,
) -> bytes:
    """Return an attestation of one of the kinds that the scheme knows."""
    members = {"figures": FIGURES.get(kind, {}), "area_m2": 100_000 * len(areas)} | more
    lot_name = {str(members["lot"]): "Gạo"} if "lot" in members else {}
    return credential_of(
        credentials.write_credential(
            Attested(
                id=attestation_id(number),
                number=number,
                profile=kind,
                version=version,
                scheme=under,
                issuer_did=did(issuer),
                issued_to_did=did(holder),
                areas=areas,
                season=of_season,
                from_on=from_on,
                until_on=until_on,
                quota_g=quota_g,
                statuses=statuses or (status_entry(number, issuer),),
                **members,  # type: ignore[arg-type]
            ),
            next(profile for profile in PROFILES if profile.id == kind),
            names={under: "Gạo xanh", did(issuer): issuer, did(holder): holder, **lot_name},
            area_uris={code: f"https://{HOST}/areas/{code}" for code in areas},
        ),
        issuer,
    )


def credential_of(payload: bytes, issuer: str) -> bytes:
    """Return a payload signed as a credential."""
    kid = f"{did(issuer)}#{key(issuer).public.kid}"
    return statement.seal(payload, typ=statement.CREDENTIAL, key=key(issuer), kid=kid)


def scheme(
    version: str = "1.0.0",
    *profiles: Profile,
    uri: str = SCHEME,
    from_on: str = "2026-01-01",
) -> bytes:
    """Return a version of the scheme, with other profiles in the place of those of their names."""
    others = {profile.id: profile for profile in profiles}
    body = acts.PublishScheme(
        scheme=uri,
        version=version,
        name=words("Gạo xanh phát thải thấp", "Green, low-emission rice"),
        custody=("identity_preserved", "segregated"),
        profiles=tuple(others.get(profile.id, profile) for profile in PROFILES),
        document=encode_base64(bytes(32)),
        from_on=from_on,
    )
    return act(body, ASSOCIATION)


def change(number: str, state: str, from_on: str, signer: str, **more: object) -> bytes:
    """Return a change to an attestation."""
    members = {
        "attestation": attestation_id(number),
        "state": state,
        "from_on": from_on,
        "reason": "records_differ",
        "remark": "hậu kiểm",
        "paper": "1/2026",
        "decided_by": signer,
    }
    return act(acts.ChangeAttestation(**(members | more)), signer)  # type: ignore[arg-type]


def steps() -> list[Step]:
    """Return a whole season in which everything is as it should be."""
    names = {
        OFFICE: (words("Chi cục", "Plant protection office"), ("authority",)),
        ASSOCIATION: (words("Hiệp hội", "Association"), ("scheme_owner",)),
        CONFIRMER: (words("UBND xã", "Commune office"), ("authority",)),
        GROWER_1: (words("HTX Kênh Xáng", "Kenh Xang cooperative"), ("cooperative",)),
        GROWER_2: (words("HTX Đông Sen", "Dong Sen cooperative"), ("cooperative",)),
        MILL: (words("Nhà máy", "Mill"), ("mill", "packer", "exporter")),
    }
    registry = words("Trung tâm Đăng ký", "Registry")
    opening = [
        ("founding", founding()),
        (REGISTRAR, registration(REGISTRAR, registry, ("registrar",), *ROOT[:2])),
        *((actor, registration(actor, *said, REGISTRAR)) for actor, said in names.items()),
        ("paddy", product(PADDY, "paddy", "Lúa", "Paddy")),
        ("rice", product(RICE, "head_rice", "Gạo", "White rice")),
        ("bagged", product(BAGGED, "packed", "Gạo OM5451, bao 25 kg", "OM5451, 25 kg", BAG_G)),
        ("scheme", scheme()),
        ("accreditation", accreditation(CONFIRMER)),
        ("area 1", area(AREA_1, GROWER_1)),
        ("area 2", area(AREA_2, GROWER_2)),
    ]
    confirmation = credential("XN-01", "conformity", CONFIRMER, GROWER_1)
    grant = credential("CN-01", "grant", ASSOCIATION, MILL, quota_g=1_000_000)
    return [
        *(
            Step(name, OPENED + timedelta(minutes=at), data)
            for at, (name, data) in enumerate(opening)
        ),
        Step("harvest 1", on("03-01"), event(harvest(1, AREA_1, GROWER_1, 3_000_000), GROWER_1)),
        Step("receiving 1", on("03-01", 11), event(receiving(1, GROWER_1, 3_000_000), MILL)),
        Step("harvest 2", on("03-02"), event(harvest(2, AREA_2, GROWER_2, 2_000_000), GROWER_2)),
        Step("receiving 2", on("03-02", 11), event(receiving(2, GROWER_2, 2_000_000), MILL)),
        Step("drying", on("03-03"), event(drying(), MILL)),
        Step("milling", on("04-01"), event(milling(), MILL)),
        Step("confirmation", on("04-02"), confirmation),
        Step("grant", on("04-03"), grant),
        Step("packing", on("04-10"), event(packing(), MILL)),
        Step("labels", on("04-10", 11), labels()),
    ]


def instead(of: list[Step], name: str, data: bytes, meant: bytes = b"") -> list[Step]:
    """Return the steps with another statement in the place of one."""
    assert any(step.name == name for step in of), name
    return [Step(name, step.at, data, meant) if step.name == name else step for step in of]


def without(of: list[Step], name: str) -> list[Step]:
    """Return the steps without one."""
    assert any(step.name == name for step in of), name
    return [step for step in of if step.name != name]


def and_then(of: list[Step], *more: Step) -> list[Step]:
    """Return the steps with more of them, each where its time puts it."""
    return sorted([*of, *more], key=lambda step: step.at)
