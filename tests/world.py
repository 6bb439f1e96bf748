"""A small world for tests: a ledger in memory, a clock that is set, a key for every name.

`World.say` signs for real, reads the signed bytes back, verifies, opens the meaning and judges, so
that a test goes through every door a statement goes through. `tests.tables` tells stories in it.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from hashlib import sha256
from uuid import UUID

from ledger.errors import LedgerError
from ledger.log import encoding
from ledger.log.keys import Ed25519SigningKey, PublicKey
from ledger.log.statement import parse_statement, seal, seal_many, verify_signatures
from ledger.rice import acts, anchors, credentials, profile
from ledger.rice.anchors import Accredited
from ledger.rice.case import Meaning, Place, admitted, open_meaning
from ledger.rice.credentials import Attested
from ledger.rice.events import AnyEvent, Event
from ledger.rice.facts import F, Fact, Key, find
from ledger.rice.judge import Decision, RuleError, judge
from ledger.rice.terms import contract_uri, paper_uri
from ledger.rice.trust_acts import ChangeAccreditation
from tests.profiles import PROFILES

ORIGIN = "demo.rice.example/test"
DIDS = "did:web:demo.rice.example:actors"
SCHEME = "https://demo.rice.example/schemes/green"
SEASON = "DX-2026"
LATE = "2027-02-28T00:00:00Z"
LOCAL = timezone(timedelta(hours=7))
ROOT = "root-1+root-2"
HERE, ELSEWHERE = "31249", "31231"
Sayable = acts.Act | Event | Attested | Accredited
GTINS = {
    "paddy": "09521234000105",
    "head_rice": "09521234000204",
    "broken": "09521234000402",
    "bran": "09521234000501",
    "husk": "09521234000600",
    "packed": "09521234000303",
    "packed 10 kg": "09521234000310",
}
FORMS = {
    "L": "paddy",
    "S": "paddy",
    "H": "head_rice",
    "B": "broken",
    "C": "bran",
    "T": "husk",
    "P": "packed",
    "Q": "packed 10 kg",
}
"""What a lot is, by the first letter of its name: a slip (L), a silo (S), head rice (H) ..."""


def key_of(name: str) -> Ed25519SigningKey:
    """Return the key that a name gives."""
    return Ed25519SigningKey.from_seed(sha256(name.encode()).digest())


def offered(name: str, *, admin: bool = True, not_after: str = LATE) -> acts.NewKey:
    """Return the key of a name as an act offers it."""
    jwk = acts.Jwk(**key_of(name).public.jwk)  # type: ignore[arg-type]  # the key knows its type
    return acts.NewKey(jwk=jwk, admin=admin, not_after=not_after)


def kid_of(name: str) -> str:
    """Return the id of a name's key."""
    return key_of(name).public.kid


def did(actor: str) -> str:
    """Return the DID of an actor."""
    return f"{DIDS}:{actor}"


def words(text: str) -> acts.LocalText:
    """Return the same words for both languages."""
    return acts.LocalText(vi=text, en=text)


def digest(text: str) -> str:
    """Return a digest as an act spells it."""
    return encoding.encode_base64(sha256(text.encode()).digest())


def lot(name: str) -> str:
    """Return the URI of a lot by its short name."""
    return f"https://id.gs1.org/01/{GTINS[FORMS[name[0]]]}/10/{name}"


def role(name: str, *communes: str, scheme: str = "", on: str = "2026-01-01") -> acts.RoleGrant:
    """Return an office being granted."""
    return acts.RoleGrant(role=name, scheme=scheme, communes=communes, from_on=on)  # type: ignore[arg-type]


class World:
    """A ledger in memory, and everybody who speaks to it."""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}
        self.day = "2026-03-01"
        self.size = 0
        self.refusal: LedgerError | None = None
        self.decision: Decision | None = None
        self.entries: list[tuple[Place, Meaning]] = []
        self._told: dict[str, list[int]] = {}
        self.taken: list[tuple[datetime, bytes]] = []
        self._events = 0

    @property
    def now(self) -> datetime:
        """The log's clock: noon of the day, in local time."""
        return datetime.fromisoformat(f"{self.day}T12:00:00").replace(tzinfo=LOCAL)

    def find(self, kind: type[F], key: str) -> F:
        """Return a fact that is known."""
        fact = find(self.facts, kind, key)
        assert fact is not None, key
        return fact

    def event_id(self) -> str:
        """Return a name for the next event."""
        self._events += 1
        return f"urn:uuid:{UUID(int=self._events + (4 << 76) + (8 << 60))}"

    def sign(
        self,
        who: str,
        body: Sayable,
        *,
        origin: str = ORIGIN,
        kid: str = "",
    ) -> bytes:
        """Return a statement by the keys named in ``who``, joined by ``+``."""
        names = who.split("+")
        keys = [key_of(name) for name in names]
        if isinstance(body, Attested | Accredited):
            kid = kid or f"{did(names[0])}#{keys[0].public.kid}"
            return seal(written(body), typ="vc+jwt", key=keys[0], kid=kid)
        if isinstance(body, acts.Act):
            payload, typ = acts.write_act(body), "rice-act+jws"
        else:
            assert isinstance(body, AnyEvent)
            payload, typ = profile.write_event(body), "epcis-event+jws"
        if len(keys) > 1:
            return seal_many(payload, keys=keys, ledger=origin, typ=typ)
        return seal(payload, typ=typ, key=keys[0], ledger=origin)

    def say(
        self,
        who: str,
        body: Sayable,
        *,
        origin: str = ORIGIN,
        kid: str = "",
    ) -> str:
        """Return ``ok``, with the codes of warnings, or the code of the refusal."""
        return self.take(self.sign(who, body, origin=origin, kid=kid))

    def take(self, data: bytes) -> str:
        """Return what becomes of signed bytes; what they change is known from then on."""
        self.refusal = self.decision = None
        try:
            statement = parse_statement(data)
            meaning = open_meaning(statement)
            body = meaning.body
            known = self._keys(acts.offered_keys(body) if isinstance(body, acts.Act) else ())
            if {kid.rpartition("#")[2] for kid in known} >= set(meaning.kids):
                by_kid = {
                    one.kid: known[one.kid.rpartition("#")[2]] for one in statement.signatures
                }
                verify_signatures(statement, by_kid)
            place = Place(self.size, self.now)
            self.decision = judge(meaning, place, self.facts, self)
        except LedgerError as error:
            self.refusal = error
            return error.code
        self.facts |= self.decision.puts
        self.entries.append((place, meaning))
        for key in self.decision.puts:
            self._told.setdefault(key, []).append(self.size)
        self.size += 1
        self.taken.append((self.now, data))
        return "+".join(["ok", *(warning.code for warning in self.decision.warnings)])

    def told(self, key: str, /) -> list[int]:
        """Return the entries that changed a fact."""
        return list(self._told.get(key, ()))

    def entry(self, index: int, /) -> tuple[Place, Meaning]:
        """Return an entry."""
        return self.entries[index]

    @property
    def refused(self) -> RuleError:
        """The last refusal by a rule."""
        assert isinstance(self.refusal, RuleError)
        return self.refusal

    def must(self, who: str, body: Sayable) -> int:
        """Return the index of a statement that has to be accepted."""
        said = self.say(who, body)
        assert said.startswith("ok"), (said, self.refusal and self.refusal.details)
        return self.size - 1

    def _keys(self, new: tuple[acts.NewKey, ...]) -> dict[str, PublicKey]:
        known = (fact for fact in self.facts.values() if isinstance(fact, Key))
        keys = [*(admitted(key) for key in known), *(admitted(key) for key in new)]
        return {key.kid: key for key in keys}


def written(body: Attested | Accredited) -> bytes:
    """Return the credential of an attestation or accreditation, with names for all in it."""
    names = {body.issuer_did: "Bên cấp", body.issued_to_did: "Bên nhận", body.scheme: "Xanh"}
    if isinstance(body, Accredited):
        return anchors.write_anchor(body, names)
    known = {profile.id: profile for profile in PROFILES}
    return credentials.write_credential(
        body,
        known[body.profile],
        names={**names, body.lot: "Gạo"},
        area_uris={code: f"https://demo.rice.example/areas/{code}" for code in body.areas},
    )


def founding(threshold: int = 2, origin: str = ORIGIN) -> acts.Found:
    """Return the act a ledger begins with."""
    return acts.Found(
        origin=origin,
        name=words("Sổ thử"),
        host="demo.rice.example",
        threshold=threshold,
        keys=(offered("root-1"), offered("root-2"), offered("root-3")),
        settings=acts.Settings(),
    )


def registration(
    actor: str, *roles: acts.RoleGrant, commune: str = "", legal_id: str = "", licence: str = ""
) -> acts.RegisterActor:
    """Return the entry of an organisation whose admin key is named as it is."""
    return acts.RegisterActor(
        actor=actor,
        did=did(actor),
        name=words(actor),
        commune=commune,
        legal_id=legal_id,
        licence=acts.ExportLicence(number=licence, from_on="2026-01-01", to_on="2026-12-31")
        if licence
        else None,
        roles=roles,
        keys=(offered(actor),),
    )


def area(
    code: str, manager: str = "htx", *, commune: str = HERE, ha: int = 10
) -> acts.RegisterArea:
    """Return the entry of a planting area approved for 9 t/ha."""
    return acts.RegisterArea(
        area=code,
        manager=manager,
        commune=commune,
        area_m2=ha * 10_000,
        households=12,
        issued_on="2025-11-01",
        expires_on="2026-10-31",
        approved_output_g=ha * 10_500_000,
        in_scheme=True,
        boundary=digest(code),
        paper="12/2025",
    )


def product(form: str, **more: object) -> acts.RegisterProduct:
    """Return the entry of goods."""
    members: dict[str, object] = {
        "gtin": GTINS[form],
        "form": form.partition(" ")[0],
        "name": words(form),
    }
    return acts.RegisterProduct(**(members | more))  # type: ignore[arg-type]


FIGURES = {
    "conformity": {"seed-rate": "78.5 KGM", "water-regime": "multiple"},
    "ghg": {"baseline-co2e-per-ha": "8000 KGM", "project-co2e-per-ha": "3000.25 KGM"},
}


def attested(
    profile_name: str, issuer: str, holder: str, *areas: str, ha: int = 10, **more: object
) -> Attested:
    """Return a decision under the scheme of the world, in force through the year."""
    members: dict[str, object] = {
        "id": f"https://demo.rice.example/attestations/{profile_name}-{'-'.join(areas)}-{issuer}",
        "number": f"{profile_name} {' '.join(areas)}",
        "profile": profile_name,
        "version": "1.0.0",
        "scheme": SCHEME,
        "issuer_did": did(issuer),
        "issued_to_did": did(holder),
        "areas": areas,
        "season": SEASON,
        "from_on": "2026-03-01",
        "until_on": "2026-12-31",
        "area_m2": ha * 10_000,
        "quota_g": 30_000 if profile_name == "grant" else 0,
        "figures": FIGURES.get(profile_name, {}),
    }
    return Attested(**(members | more))  # type: ignore[arg-type]


def accredited(role_name: str, issuer: str, holder: str, *communes: str) -> Accredited:
    """Return an accreditation under the scheme of the world, in force through the year."""
    name = "-".join((role_name, holder, *communes, issuer))
    return Accredited(
        id=f"https://demo.rice.example/accreditations/{name}",
        number=name,
        scheme=SCHEME,
        role=role_name,
        issuer_did=did(issuer),
        issued_to_did=did(holder),
        communes=communes,
        from_on="2026-01-01",
        until_on="2026-12-31",
    )


def accreditation_changed(
    body: Accredited, state: str, on: str = "2026-03-01"
) -> ChangeAccreditation:
    """Return what its accreditor makes of an accreditation from a day on."""
    return ChangeAccreditation(
        accreditation=body.id,
        state=state,  # type: ignore[arg-type]  # the act's reader checks the word
        from_on=on,
        reason="hậu kiểm",
        paper="9/2026",
    )


def scheme(**more: object) -> acts.PublishScheme:
    """Return the scheme of the world."""
    members: dict[str, object] = {
        "scheme": SCHEME,
        "version": "1.0.0",
        "name": words("Xanh"),
        "custody": ("identity_preserved", "segregated"),
        "profiles": PROFILES,
        "document": digest("scheme"),
        "from_on": "2026-01-01",
    }
    return acts.PublishScheme(**(members | more))  # type: ignore[arg-type]


def contract(number: str = "HĐ-1", *areas: str, **more: object) -> acts.SignContract:
    """Return a contract of ``htx`` with ``may`` over areas of the world; both have to sign it."""
    members: dict[str, object] = {
        "contract": contract_uri(number),
        "seller": "htx",
        "buyer": "may",
        "season": SEASON,
        "areas": areas or ("A001",),
        "area_m2": 100_000,
        "seller_signed_on": "2026-02-01",
        "buyer_signed_on": "2026-02-02",
    }
    return acts.SignContract(**(members | more))  # type: ignore[arg-type]


def baseline(code: str = "A001", **more: object) -> acts.SignBaseline:
    """Return how rice was grown on an area before; ``htx`` and ``kiem`` have to sign it."""
    members: dict[str, object] = {
        "area": code,
        "season": SEASON,
        "scheme": SCHEME,
        "cooperative": "htx",
        "verifier": "kiem",
        "signed_on": "2026-02-01",
        "seed_g_per_ha": 140_000,
        "n_g_per_ha": 104_500,
        "sprayings": 7,
        "water_l_per_ha": 7_700_000,
        "straw_buried_lt_30_g_per_ha": 2_800_000,
        "straw_buried_gt_30_g_per_ha": 0,
        "straw_burned_g_per_ha": 1_300_000,
        "regime": "continuous",
        "preseason": "unknown",
        "days": 100,
    }
    return acts.SignBaseline(**(members | more))  # type: ignore[arg-type]


def inspection(
    code: str = "A001", on: str = "2026-02-01", report: str = "BB-1"
) -> acts.InspectArea:
    """Return what the authority found at an area."""
    return acts.InspectArea(
        area=code,
        inspected_on=on,
        stage="trổ",
        diary_kept=True,
        packaging_collected=False,
        result="pass",
        report=report,
    )


def paper(number: str = "INV-1", **more: object) -> acts.PresentPaper:
    """Return a paper that the mill issued."""
    members: dict[str, object] = {
        "paper": paper_uri(number),
        "kind": "invoice",
        "issuer": "may",
        "issued_on": "2026-02-01",
        "concerns": "XK-1",
        "digest": digest(number),
    }
    return acts.PresentPaper(**(members | more))  # type: ignore[arg-type]


def household(ref: str = "H17bd0058", code: str = "A001") -> acts.EnrolHousehold:
    """Return a household of an area, of which nothing is said."""
    return acts.EnrolHousehold(
        household=ref, area=code, name=digest("name"), phone=digest("phone"), land=digest("land")
    )


def season() -> World:
    """Return a world in which everybody is registered and nothing was cut yet.

    ``so`` registers; ``xa`` is the commune's authority and confirmer, ``xa-khac`` another's; ``hh``
    owns the scheme; ``kiem`` verifies; ``htx`` grows on A001 and A002 here, ``htx-2`` on A003
    elsewhere; ``lai`` trades; ``may`` and ``may-2`` mill, pack and export; ``mua`` buys abroad;
    ``xe`` carries; ``lab`` tests.
    """
    world = World()
    world.must("root-1+root-2+root-3", founding())
    world.must(f"{ROOT}+so", registration("so", role("registrar"), legal_id="so"))
    mill = (role("mill"), role("packer"), role("exporter"))
    for act in (
        registration("xa", role("authority", HERE), commune=HERE),
        registration("xa-khac", role("authority", ELSEWHERE), commune=ELSEWHERE),
        registration("hh", role("scheme_owner"), legal_id="hh"),
        registration("kiem"),
        registration("htx", role("cooperative"), commune=HERE, legal_id="htx"),
        registration("htx-2", role("cooperative"), commune=ELSEWHERE),
        registration("lai", role("trader"), commune=HERE),
        registration("may", *mill, commune=HERE, licence="GCN 1"),
        registration("may-2", *mill, commune=HERE),
        registration("mua", role("buyer")),
        registration("xe", role("carrier")),
        registration("lab", role("laboratory")),
    ):
        world.must(f"so+{act.actor}", act)
    for form in GTINS:
        bag_g = {"packed": 5, "packed 10 kg": 10}.get(form, 0)
        world.must("may", product(form, bag_g=bag_g))
    world.must("hh", scheme())
    for body in (
        accredited("confirmer", "hh", "xa", HERE),
        accredited("verifier", "hh", "kiem"),
        accredited("laboratory", "hh", "lab"),
    ):
        world.must("hh", body)
    world.must("xa", area("A001"))
    world.must("xa", area("A002"))
    world.must("xa-khac", area("A003", "htx-2", commune=ELSEWHERE))
    return world
