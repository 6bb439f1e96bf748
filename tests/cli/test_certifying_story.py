"""A certifier's season at the command line: dossier, signing, grant, and what becomes of a bag.

Field, mill and the other communes' decisions come from the office files of the demo's season. One
commune's decision and the grant of the mark are made here, by people, each with a key of theirs;
then the bags are packed, and a buyer judges one after every step.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from ledger.cli.exits import Exit
from ledger.demo import PROGRAMME, SEASON_FOLDER, SHOWN_LOT
from ledger.imports.tables import read_season
from ledger.keyring import SAMPLE_KEYS, SampleKeyring
from ledger.rice.labels import label_at
from ledger.season import Season
from tests.cli.places import Place
from tests.cli.talk import Rice

COMMUNE, OWNER, MILL = "ubnd-thanh-an", "hiep-hoi-gao-xanh", "luong-thuc-song-hau-xanh"
COOP, AREA, SEASON = "htx-kenh-xang", "VN-CTOR-0001", "DX-2026"
SCHEME = PROGRAMME.scheme
BEFORE = (
    *("organisations.csv", "products.csv", "planting_areas.geojson", "area_events.csv"),
    *("inspections.csv", "contracts.csv", "contracts_private.csv", "baselines.csv"),
    *("field_diary.csv", "water_levels.csv", "weigh_tickets.csv", "drying.csv", "milling.csv"),
)
MADE_HERE = {"XN-DX26-001", "CN-DX26-001", "CN-DX26-002", "TTr-DX26-001", "TTr-DX26-002"}
CONFORMITY = {
    "number": "XN-DX26-001",
    "profile": "conformity",
    "scheme": SCHEME,
    "issuer": COMMUNE,
    "issued_to": COOP,
    "areas": [AREA],
    "season": SEASON,
    "from_on": "2026-03-24",
    "until_on": "2027-03-23",
    "area_m2": 960_800,
}
GRANT = {
    "number": "CN-DX26-001",
    "profile": "grant",
    "scheme": SCHEME,
    "issuer": OWNER,
    "issued_to": MILL,
    "areas": [f"VN-CTOR-000{number}" for number in range(1, 9)],
    "season": SEASON,
    "from_on": "2026-04-02",
    "until_on": "2027-04-01",
    "area_m2": 5_540_900,
}


def key_of(holder: str) -> Path:
    return SAMPLE_KEYS / f"{holder}.json"


def took_in(place: Place, *files: Path) -> None:
    """Import office files; rows that are wrong in the season are refused, as they should be."""
    place.does("import", *files, "--keys", SAMPLE_KEYS, code=Exit.NO)


def decisions_of_others(folder: Path) -> Path:
    """Return the season's decisions without those that are made here."""
    with (SEASON_FOLDER / "certifications.csv").open(encoding="utf-8-sig", newline="") as file:
        heading, *rows = csv.reader(file)
    out = folder / "certifications.csv"
    with out.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([heading, *(row for row in rows if row[0] not in MADE_HERE)])
    return out


def certified(place: Place, fields: object, holder: str) -> str:
    """Prepare, show, sign and submit a certificate; return what was shown."""
    draft = place.prepares("attestation", fields, "--ledger", place.folder / "book")
    shown = place.does("--lang", "en", "attest", "show", draft)
    place.does("attest", "sign", draft, "--yes", "--key", key_of(holder))
    place.does("attest", "submit", draft, "--to", place.folder / "book")
    draft.unlink()
    return shown


@pytest.fixture
def place(rice: Rice, tmp_path: Path) -> Place:
    """A machine with a ledger that knows the season but for one decision and all bags."""
    book = tmp_path / "book"

    def run(*words: object, **more: str | bytes) -> object:
        return rice(*words, RICE_LEDGER_FOLDER=str(book), **more)

    roots = [word for number in (1, 2, 3) for word in ("--root-key", key_of(f"root-{number}"))]
    place = Place(run, tmp_path)
    place.does(
        *("init", book, "--origin", PROGRAMME.origin, "--name", "Sổ lúa", "--log-key"),
        *(key_of("log"), "--host", PROGRAMME.host, "--resolver", "http://127.0.0.1:8000", *roots),
    )
    took_in(place, *(SEASON_FOLDER / name for name in BEFORE), decisions_of_others(tmp_path))
    place.does("trust", tmp_path / "trust.json", "--log-key", key_of("log"))
    return place


def refused(place: Place, fields: Mapping[str, object], holder: str) -> str:
    """Return the code with which a certificate is refused once its issuer has signed it."""
    draft = place.prepares("attestation", fields)
    place.does("attest", "sign", draft, "--yes", "--key", key_of(holder))
    return place.refused("attest", "submit", draft, "--to", place.folder / "book")


def found_in_the_field(place: Place) -> dict[str, object]:
    """Return the confirmation of the area, with the figures that its dossier has."""
    told = json.loads(place.does("dossier", AREA, SEASON, "--json"))
    assert [one["criterion"]["id"] for one in told["asked"] if one["is_met"] is not True] == []
    assert told["metrics"], "figures that a certificate has names for"
    return {**CONFORMITY, "computed": True}


def headline(place: Place) -> str:
    """Publish one checkpoint, and return what a buyer is told of a bag."""
    season = Season(read_season(SEASON_FOLDER), PROGRAMME, SampleKeyring(PROGRAMME.origin))
    batch, secret = next(pair for pair in season.label_secrets() if pair[0].lot == SHOWN_LOT)
    bag = (batch.gtin, batch.lot, label_at(batch, secret, 412).serial)
    out = place.folder / "bag.json"
    out.unlink(missing_ok=True)
    place.does("publish", "--log-key", key_of("log"))
    place.does("bundle", *bag, "--out", out, "--log-key", key_of("log"))
    result = place.rice("verify", out, "--trust", place.folder / "trust.json", "--json")
    return str(json.loads(result.stdout)["headline"])


def test_a_season_is_certified_and_taken_back(place: Place) -> None:
    conformity = found_in_the_field(place)
    # Not before the confirmation, not beyond the criteria, not by somebody else.
    assert refused(place, {**GRANT, "number": "CN-X"}, OWNER) == "grant_not_confirmed"
    wasteful = {"measures": {"seed-rate": {"value": 100.5, "unit": "KGM"}}}
    assert refused(place, conformity | wasteful | {"number": "X"}, COMMUNE) == "criterion_not_met"
    foreign = {**conformity, "number": "Y", "issuer": "ubnd-co-do"}
    assert refused(place, foreign, "ubnd-co-do") == "issuer_not_accredited"

    shown = certified(place, conformity, COMMUNE)
    assert f'"{PROGRAMME.did(COMMUNE)}"' in shown
    assert "84.22 KGM" in shown
    stated = json.loads(place.does("dossier", AREA, SEASON, "--json"))["stated"]
    assert [one["metric"] for one in stated if one["differs"]] == []
    assert {one["number"] for one in stated} == {"XN-DX26-001", "TT-DX26-001"}
    # Tonnes that a decision does not name are what the scheme calls usual.
    assert "1889446900" in certified(place, GRANT, OWNER)

    took_in(place, SEASON_FOLDER / "packing.csv")
    sheet = place.folder / "labels.pdf"
    place.does("label", SHOWN_LOT, "--keys", SAMPLE_KEYS, "--out", sheet, "--to", 8)
    assert headline(place) == "verified"

    def change(number: str, to: str, holder: str, reason: str) -> tuple[object, ...]:
        words = ("change-attestation", number, "--to", to, "--paper", "1", "--yes")
        return (*words, "--key", key_of(holder), "--reason", reason)

    place.does(*change("CN-DX26-001", "suspended", OWNER, "complaint"))
    assert headline(place) == "certificate_suspended"
    assert SHOWN_LOT in place.does("impact", "CN-DX26-001", "--json")
    place.does(*change("CN-DX26-001", "reinstated", OWNER, "put_right"))
    assert headline(place) == "verified"
    withdrawal = change("XN-DX26-001", "withdrawn", OWNER, "records_differ")
    assert place.refused(*withdrawal) == "issuer_only"
    place.does(*change("XN-DX26-001", "withdrawn", COMMUNE, "records_differ"))
    assert headline(place) == "certificate_withdrawn"
    (row,) = (
        one
        for one in json.loads(place.does("certified", SEASON, "--json"))["rows"]
        if one["commune"] == "31231"
    )
    assert (row["confirmed"]["value"], row["granted"]["value"]) == ("58.27", "58.27")
    assert json.loads(place.does("status", "XN-DX26-001", "--json"))["state"] == "withdrawn"
    assert json.loads(place.does("audit", place.folder / "book", "--json"))["ok"]
