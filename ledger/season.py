"""A season of office files as statements: which row becomes which act, event or attestation.

Each office's rows are signed with that office's own key, taken from a `Keyring`; where it has none,
the import stops with the office's name. Rows are put in the order they happened. Everything is
derived from the rows and the keys, so that importing the same files twice gives the same bytes, and
the ledger answers with the receipts it gave before.

Whether a row may stand is the rulebook's question; what could not even be read has a notice from
`imports` already.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from urllib.parse import quote

from msgspec import convert

from ledger.imports.rows import (
    AreaEvent,
    Certification,
    DryingRun,
    MillingBatch,
    Organisation,
    PackedLot,
    Pallet,
    PlantingArea,
    Product,
    Row,
    Shipment,
    WeighTicket,
)
from ledger.imports.tables import AnyRow, Table
from ledger.log import encoding, statement
from ledger.log.keys import SigningKey
from ledger.programme import Keyring, Programme, Said
from ledger.rice import acts, credentials, events, profile
from ledger.rice.acts import LocalText
from ledger.rice.credentials import Attested
from ledger.rice.labels import LabelBatch, commit
from ledger.rice.mass import mass14_g
from ledger.rice.members import pallet_uri

KEYS_END = "2099-12-31T00:00:00Z"
_NAMESPACE = uuid.UUID("6f0e2a1c-5f0a-4c0e-9a53-7f3a4b8c1d01")
_SCHEME_ROLES = frozenset({"confirmer", "verifier"})
_MEASURES = (
    ("seed-rate", "seed_kg_per_ha", "KGM"),
    ("nitrogen-reduction", "n_reduction_pct", "P1"),
    ("pesticide-reduction", "pesticide_reduction_pct", "P1"),
    ("water-reduction", "water_reduction_pct", "P1"),
    ("straw-collected", "straw_collected_pct", "P1"),
    ("baseline-co2e-per-ha", "baseline_kg_co2e_per_ha", "KGM"),
    ("project-co2e-per-ha", "project_kg_co2e_per_ha", "KGM"),
    ("ghg-reduction", "ghg_reduction_pct", "P1"),
)


class Season:
    """One season's tables, with the keys to say what they say."""

    def __init__(self, tables: Mapping[str, Table], programme: Programme, keyring: Keyring) -> None:
        self.tables = tables
        self.programme = programme
        self.keyring = keyring
        self.organisations = {row.id: row for row in self._rows("organisations", Organisation)}
        self.areas = {row.code: row for row in self._rows("planting_areas", PlantingArea)}
        self.products = {row.gtin: row for row in self._rows("products", Product)}
        self.gtins = {
            row.product: row.gtin for row in self.products.values() if row.product != "packed"
        }
        self.slips = self._rows("weigh_tickets", WeighTicket)
        self.packed = {row.lot: row for row in self._rows("packing", PackedLot)}
        self.mill = next((row.id for row in self.organisations.values() if "mill" in row.roles), "")

    def founding(self) -> bytes:
        """Return the founding act, signed by every root key."""
        keys = [self.keyring.key(name) for name in self.programme.root_keys]
        act = acts.Found(
            origin=self.programme.origin,
            name=self.programme.name,
            host=self.programme.host,
            threshold=self.programme.threshold,
            keys=tuple(_new_key(key) for key in keys),
            settings=acts.Settings(),
        )
        return statement.seal_many(acts.write_act(act), keys=keys, ledger=self.programme.origin)

    def statements(self) -> Iterator[Said]:
        """Yield everything the files say, after the founding, in the order it happened."""
        yield from self._register()
        happened = [
            *self._lives_of_areas(),
            *self._slips(),
            *self._dryings(),
            *self._decisions(),
            *self._millings(),
            *self._packings(),
            *self._pallets(),
            *self._shipments(),
        ]
        yield from sorted(happened, key=lambda said: said.at)

    def label_secrets(self) -> Iterator[tuple[LabelBatch, bytes]]:
        """Yield the label batches of the season with the secret each follows from."""
        for row in self.packed.values():
            yield _batch(row), self.keyring.secret(row.packer, f"labels/{row.lot}")

    def _register(self) -> Iterator[Said]:
        start = "2020-01-01"
        # The registrar first: it is who registers the others.
        registrar = self.programme.registrar
        for row in sorted(self.organisations.values(), key=lambda row: row.id != registrar):
            if row.id in self.keyring:
                speakers = self.programme.root_keys if row.id == registrar else (registrar,)
                act = self._registration(row, start)
                yield self._act(start, act, speakers, row, row.id)
        for product in self.products.values():
            yield self._act(start, _product(product), (self.mill,), product)
        scheme = acts.PublishScheme(
            scheme=self.programme.scheme,
            version="1.0.0",
            name=self.programme.scheme_name,
            custody=("identity_preserved", "segregated"),
            document=encoding.encode_base64(hashlib.sha256(b"demo scheme 1.0.0").digest()),
            from_on=start,
        )
        yield self._act(start, scheme, (self.programme.scheme_owner,))
        for row in self.organisations.values():
            for role in sorted(_SCHEME_ROLES.intersection(row.roles)):
                communes = (row.commune_code,) if role == "confirmer" else ()
                grant = _role(role, start, communes, self.programme.scheme)
                accredit = acts.GrantRole(actor=row.id, grant=grant)
                yield self._act(start, accredit, (self.programme.scheme_owner,))
        issued = {
            row.area: row for row in self._rows("area_events", AreaEvent) if row.event == "issued"
        }
        for area in self.areas.values():
            paper = issued.get(area.code)
            office = paper.authority if paper else self._authority_of(area.commune_code)
            area_act = self._area(area, paper.paper if paper else area.code, office)
            yield self._act(start, area_act, (office,), area)

    def _registration(self, row: Organisation, start: str) -> acts.RegisterActor:
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
            did=self.programme.did(row.id),
            name=LocalText(vi=row.name, en=row.name_en or row.name),
            legal_id=row.tax_code,
            gln=row.gln,
            commune=row.commune_code,
            licence=licence,
            roles=tuple(
                _role(role, start, own_commune if role == "authority" else ())
                for role in row.roles
                if role not in _SCHEME_ROLES
            ),
            keys=(_new_key(self.keyring.key(row.id)),),
        )

    def _area(self, row: PlantingArea, paper: str, office: str) -> acts.RegisterArea:
        drawn = encoding.canonical_json(
            [[[[str(x), str(y)] for x, y in ring] for ring in polygon] for polygon in row.polygons]
        )
        salt = self.keyring.secret(office, f"boundary/{row.code}")
        return acts.RegisterArea(
            area=row.code,
            manager=row.cooperative,
            commune=row.commune_code,
            area_m2=row.area_m2,
            households=row.households or 0,
            issued_on=_day(row.issued_on),
            expires_on=_day(row.expires_on),
            approved_output_g=row.approved_output_g or 0,
            in_scheme=row.in_scheme,
            boundary=encoding.encode_base64(hashlib.sha256(salt + drawn).digest()),
            paper=paper,
        )

    def _authority_of(self, commune: str) -> str:
        return next(
            row.id
            for row in self.organisations.values()
            if "authority" in row.roles and row.commune_code == commune
        )

    def _lives_of_areas(self) -> Iterator[Said]:
        states = {"suspended": "suspended", "restored": "active", "revoked": "revoked"}
        for row in self._rows("area_events", AreaEvent):
            if row.event in states and row.area in self.areas:
                on = row.effective_on.isoformat()
                act = acts.ChangeArea(
                    area=row.area,
                    state=states[row.event],  # type: ignore[arg-type]
                    from_on=on,
                    reason=row.reason,
                    paper=row.paper,
                )
                yield self._act(f"{on}T00:00:00+07:00", act, (row.authority,), row)

    def _slips(self) -> Iterator[Said]:
        """Yield, for each slip, the harvest it proves and how the paddy came to the mill."""
        for row in self.slips:
            known = self.areas.get(row.area)
            grower = known.cooperative if known else row.delivered_by
            lot = self._lot("paddy", row.number)
            day = row.harvested_on.isoformat()
            weighed = row.weighed_at.isoformat(timespec="seconds")
            via = row.delivered_by if row.delivered_by != grower else ""
            harvest = events.Harvest(
                event_id=_event_id(row, "harvest"),
                at=f"{day}T05:00:00+07:00",
                lot=lot,
                mass_g=row.wet_g,
                moisture_ppt=row.moisture_ppt,
                area=row.area,
                season=self.programme.season,
                variety=row.variety,
                harvested_on=day,
                consigned_to=self.programme.did(via or self.mill),
            )
            yield self._event(harvest, grower, row)
            if via:
                yield self._receipt(row, lot, via, grower, f"{day}T05:30:00+07:00")
                onward = events.Handover(
                    event_id=_event_id(row, "handover"),
                    at=f"{day}T06:00:00+07:00",
                    lot=lot,
                    mass_g=row.wet_g,
                    consigned_to=self.programme.did(self.mill),
                )
                yield self._event(onward, via, row)
            yield self._receipt(row, lot, self.mill, via or grower, weighed)

    def _receipt(self, row: WeighTicket, lot: str, taker: str, giver: str, at: str) -> Said:
        event = events.Receiving(
            event_id=_event_id(row, f"receiving {taker}"),
            at=at,
            place=self._site(taker),
            lot=lot,
            mass_g=row.wet_g,
            moisture_ppt=row.moisture_ppt,
            handed_over_by=self.programme.did(giver),
            ticket=_paper_uri("ticket", row.number),
        )
        return self._event(event, taker, row)

    def _dryings(self) -> Iterator[Said]:
        wet = {row.number: row.wet_g for row in self.slips}
        for row in self._rows("drying", DryingRun):
            event = events.Drying(
                event_id=_event_id(row, "drying"),
                at=row.ended_at.isoformat(timespec="seconds"),
                place=self._site(self.mill),
                inputs=tuple((self._lot("paddy", slip), wet.get(slip, 1)) for slip in row.tickets),
                lot=self._silo(row.silo),
                mass_g=row.paddy_out_g,
                moisture_ppt=row.moisture_out_ppt,
            )
            yield self._event(event, self.mill, row)

    def _millings(self) -> Iterator[Said]:
        for row in self._rows("milling", MillingBatch):
            made = (
                ("head_rice", row.head_g),
                ("broken", row.broken_g),
                ("bran", row.bran_g),
                ("husk", row.husk_g),
            )
            taken_g = sum(mass_g for _, mass_g in row.draws)
            event = events.Milling(
                event_id=_event_id(row, "milling"),
                at=row.milled_at.isoformat(timespec="seconds"),
                place=self._site(self.mill),
                inputs=tuple((self._silo(silo), mass_g) for silo, mass_g in row.draws),
                outputs=tuple((self._lot(form, row.number), mass_g) for form, mass_g in made),
                moisture_ppt=row.moisture_ppt,
                loss_g=max(0, mass14_g(taken_g, row.moisture_ppt) - sum(mass for _, mass in made)),
                custody="segregated",
            )
            yield self._event(event, self.mill, row)

    def _packings(self) -> Iterator[Said]:
        for row in self.packed.values():
            day = row.packed_on.isoformat()
            lot = self._packed_uri(row.lot)
            event = events.Packing(
                event_id=_event_id(row, "packing"),
                at=f"{day}T08:00:00+07:00",
                place=self._site(row.packer),
                inputs=tuple((self._lot("head_rice", name), mass_g) for name, mass_g in row.draws),
                lot=lot,
                bags=row.bags,
                bag_g=row.net_bag_g,
                packed_on=day,
                best_before_on=_day(row.best_before),
                custody="segregated",
                grant=self._attestation_id(row.grant) if row.labelled and row.grant else "",
            )
            yield self._event(event, row.packer, row)
            batch = _batch(row)
            secret = self.keyring.secret(row.packer, f"labels/{row.lot}")
            act = acts.IssueLabels(
                batch=row.lot,
                lot=lot,
                count=row.bags,
                number_digits=batch.number_length,
                root=encoding.encode_base64(commit(batch, secret).root),
            )
            yield self._act(f"{day}T09:00:00+07:00", act, (row.packer,), row)

    def _pallets(self) -> Iterator[Said]:
        for row in self._rows("pallets", Pallet):
            packer = self.packed[row.lot].packer if row.lot in self.packed else self.mill
            event = events.Palletising(
                event_id=_event_id(row, "palletising"),
                at=f"{_day(row.stacked_on)}T10:00:00+07:00",
                place=self._site(packer),
                pallet=pallet_uri(row.sscc),
                lot=self._packed_uri(row.lot),
                bags=row.bags,
            )
            yield self._event(event, packer, row)

    def _shipments(self) -> Iterator[Said]:
        for row in self._rows("shipments", Shipment):
            papers = (
                ("inv", row.invoice),
                ("bol", row.bill_of_lading),
                ("cert", row.phytosanitary),
            )
            loading = events.Loading(
                event_id=_event_id(row, "loading"),
                at=f"{_day(row.departed_on)}T20:00:00+07:00",
                place=self._site(row.exporter),
                container=row.container,
                pallets=tuple(pallet_uri(sscc) for sscc in row.pallets),
                bags=tuple((self._packed_uri(lot), bags) for lot, bags in row.loose_bags),
                seal=row.seal,
            )
            yield self._event(loading, row.exporter, row)
            shipping = events.Shipping(
                event_id=_event_id(row, "shipping"),
                at=f"{_day(row.departed_on)}T23:00:00+07:00",
                place=self._site(row.exporter),
                container=row.container,
                consigned_to=self.programme.did(row.buyer),
                country=row.country,
                papers=tuple((kind, _paper_uri("paper", number)) for kind, number in papers),
            )
            yield self._event(shipping, row.exporter, row)

    def _decisions(self) -> Iterator[Said]:
        changes = {"suspension": "suspended", "withdrawal": "withdrawn"}
        for row in self._rows("certifications", Certification):
            decided = f"{row.decided_on.isoformat()}T16:00:00+07:00"
            if row.decision in changes:
                act = acts.ChangeAttestation(
                    attestation=self._attestation_id(row.basis),
                    state=changes[row.decision],  # type: ignore[arg-type]
                    from_on=row.valid_from.isoformat(),
                    reason=row.reason,
                    paper=row.number,
                )
                yield self._act(decided, act, (row.issuer,), row)
            elif row.issuer in self.keyring:
                yield Said(decided, self._credential(row), row, "attestation")

    def _credential(self, row: Certification) -> bytes:
        programme = self.programme
        assert row.valid_to is not None, "a decision that grants has a last day"
        attested = Attested(
            id=self._attestation_id(row.number),
            number=row.number,
            profile=row.decision,
            scheme=programme.scheme,
            issuer_did=programme.did(row.issuer),
            issued_to_did=programme.did(row.holder),
            areas=row.areas,
            season=row.season,
            from_on=row.valid_from.isoformat(),
            until_on=row.valid_to.isoformat(),
            area_m2=row.area_m2 or 0,
            quota_g=row.quota_g or 0,
            figures={},
        )
        figures = {
            name: (value, unit)
            for name, field, unit in _MEASURES
            if isinstance(value := getattr(row, field), Decimal)
        }
        payload = credentials.write_credential(
            attested,
            names={
                programme.scheme: programme.scheme_name.vi,
                attested.issuer_did: self.organisations[row.issuer].name,
                attested.issued_to_did: self.organisations[row.holder].name,
            },
            measures=figures,
            scores={"water-regime": row.regime} if row.regime else {},
            area_uris={code: f"https://{programme.host}/areas/{code}" for code in row.areas},
        )
        key = self.keyring.key(row.issuer)
        return statement.seal(
            payload, typ="vc+jwt", key=key, kid=f"{attested.issuer_did}#{key.public.kid}"
        )

    def _act(
        self,
        at: str,
        act: acts.Act,
        speakers: tuple[str, ...],
        row: Row | None = None,
        newcomer: str = "",
    ) -> Said:
        """Return an act signed by its speakers, and by the newcomer whose key it enrols."""
        signers = [self.keyring.key(name) for name in (*speakers, newcomer) if name]
        payload = acts.write_act(act)
        if len(signers) == 1:
            data = statement.seal(
                payload, typ="rice-act+jws", key=signers[0], ledger=self.programme.origin
            )
        else:
            data = statement.seal_many(payload, keys=signers, ledger=self.programme.origin)
        return Said(at, data, row, "act")

    def _event(self, event: events.AnyEvent, speaker: str, row: Row) -> Said:
        data = statement.seal(
            profile.write_event(event),
            typ="epcis-event+jws",
            key=self.keyring.key(speaker),
            ledger=self.programme.origin,
        )
        return Said(event.at, data, row, type(event).__name__.lower())

    def _rows(self, kind: str, of: type[AnyRow]) -> tuple[AnyRow, ...]:
        table = self.tables.get(kind)
        return table.of(of) if table else ()

    def _lot(self, form: str, name: str) -> str:
        return f"https://id.gs1.org/01/{self.gtins[form]}/10/{name}"

    def _silo(self, name: str) -> str:
        return self._lot("paddy", f"{name}-{self.programme.season}")

    def _packed_uri(self, lot: str) -> str:
        packed = self.packed.get(lot)
        return f"https://id.gs1.org/01/{packed.gtin if packed else '0' * 14}/10/{lot}"

    def _site(self, actor: str) -> str:
        gln = self.organisations[actor].gln if actor in self.organisations else ""
        return f"https://id.gs1.org/414/{gln}" if gln else ""

    def _attestation_id(self, number: str) -> str:
        return f"https://{self.programme.host}/attestations/{quote(number)}"


def _new_key(key: SigningKey) -> acts.NewKey:
    return acts.NewKey(jwk=convert(dict(key.public.jwk), acts.Jwk), admin=True, not_after=KEYS_END)


def _role(role: str, on: str, communes: Iterable[str], scheme: str = "") -> acts.RoleGrant:
    return acts.RoleGrant(
        role=role,  # type: ignore[arg-type]  # the act's reader checks the word
        scheme=scheme,
        communes=tuple(communes),
        from_on=on,
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


def _batch(row: PackedLot) -> LabelBatch:
    return LabelBatch(gtin=row.gtin, lot=row.lot, count=row.bags)


def _day(day: date | None) -> str:
    """Return an ISO day; an empty cell gives what no reader accepts."""
    return day.isoformat() if day else ""


def _event_id(row: Row, step: str) -> str:
    return f"urn:uuid:{uuid.uuid5(_NAMESPACE, f'{row.digest} {step}')}"


def _paper_uri(kind: str, number: str) -> str:
    return f"urn:rice:{kind}:{quote(number, safe='')}"
