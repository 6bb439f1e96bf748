"""A season of rice, from office files to printed labels; a bag in each state a buyer may meet.

Everything goes the way it goes in real use: signed statements, appended in order, attested, packed
and labelled. Only the keys are published ones; that is why the origin begins with "demo.".
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select, update

from ledger.imports.tables import read_season
from ledger.intake import Intake, take_in
from ledger.keyring import SampleKeyring
from ledger.labels.batch_facts import told_of
from ledger.labels.jobs import Job, set_up
from ledger.labels.wording import bags_of
from ledger.log import encoding, statement
from ledger.programme import Programme, read_scheme
from ledger.rice import acts
from ledger.rice.acts import LocalText, PublishScheme
from ledger.rice.facts import LabelBatch as Issued
from ledger.rice.facts import find
from ledger.rice.labels import LabelBatch, label_at, labels_between
from ledger.season import Season
from ledger.service import Ledger
from ledger.store.store import STATEMENT

SEASON_FOLDER = Path(__file__).parent / "demo_data" / "season-dx-2026"


def _scheme(name: str) -> PublishScheme:
    folder = SEASON_FOLDER.parent / "schemes"
    return read_scheme((folder / f"{name}.json").read_bytes(), (folder / f"{name}.md").read_bytes())


PROGRAMME = Programme(
    origin="demo.rice.example/dx-2026",
    host="demo.rice.example",
    name=LocalText(vi="Sổ lúa Cần Thơ (dữ liệu minh họa)", en="Can Tho rice ledger (demo data)"),
    season="DX-2026",
    root_keys=("root-1", "root-2", "root-3"),
    threshold=2,
    registrar="dang-ky-chuoi",
    scheme_owner="hiep-hoi-gao-xanh",
    published=_scheme("low-emission-rice"),
    also_published=(_scheme("srp-reference"),),
)
SHOWN_LOT = "L260411A"
SHOWN_NUMBER = 412
RECALLED_LOT = "L260413A"
HELD_LOT = "L260417A"
SHEET = "a4-2x4"
PRINTED = 48
"""Labels in the sample sheet; the whole lot has thousands."""

Progress = Callable[[str, int, int], None]
"""Told which step, and how much of how much is done."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A bag to look at: what it shows, its address, and the code on its label."""

    shows: str
    url: str
    typed_code: str


@dataclass(frozen=True, slots=True)
class Demo:
    """What was made, for scripts and for people."""

    bag_url: str
    typed_code: str
    bundle: str
    trust: str
    log_key: str
    export: str
    labels: str
    samples: tuple[Sample, ...]
    intake: Intake


def prepare(
    folder: Path, *, resolver: str, progress: Progress, tamper: bool = False
) -> tuple[Ledger, Demo]:
    """Make the demo ledger in a folder, or go on with the one that is there.

    Every step repeats harmlessly: the same files and keys give the same statements, and the ledger
    answers those with the receipts it gave before.
    """
    keyring = SampleKeyring(PROGRAMME.origin)
    progress("reading", 0, 1)
    season = Season(read_season(SEASON_FOLDER), PROGRAMME, keyring)
    ledger = _open(folder, season, keyring, resolver)
    intake = take_in(ledger, season, lambda done, of: progress("appending", done, of))
    for batch, secret in season.label_secrets():
        if ledger.has_labels(batch.lot):
            ledger.disclose_labels(batch.lot, secret)
    ledger.append(list(_warnings_to_buyers(season, keyring)))
    progress("publishing", 0, 1)
    ledger.publish()
    demo = _write_files(folder, ledger, season, resolver, progress, intake)
    if tamper:
        _tamper(ledger, season)
    return ledger, demo


def _open(folder: Path, season: Season, keyring: SampleKeyring, resolver: str) -> Ledger:
    log_key = keyring.key("log")
    if (folder / "ledger.json").exists():
        return Ledger.open(folder, log_key)
    folder.mkdir(parents=True, exist_ok=True)
    return Ledger.create(folder, log_key, founding=season.founding(), resolver=resolver)


def _warnings_to_buyers(season: Season, keyring: SampleKeyring) -> Iterator[bytes]:
    """Yield a recall and a hold by the packer, so that each can be seen on a bag."""
    recall = acts.Recall(
        lots=(_lot_uri(season, RECALLED_LOT),),
        reason=LocalText(
            vi="Minh họa: bao bị rách khi bốc xếp, gạo có thể bị ẩm",
            en="Demo: bags torn in handling, rice may be damp",
        ),
        contact="0292 000 000 (demo)",
    )
    hold = acts.Hold(
        lots=(_lot_uri(season, HELD_LOT),),
        reason=LocalText(
            vi="Minh họa: chờ kết quả thử nghiệm lại", en="Demo: waiting for a second test"
        ),
    )
    for act, lot in ((recall, RECALLED_LOT), (hold, HELD_LOT)):
        yield statement.seal(
            acts.write_act(act),
            typ="rice-act+jws",
            key=keyring.key(season.books.packed[lot].packer),
            ledger=PROGRAMME.origin,
        )


def _write_files(
    folder: Path,
    ledger: Ledger,
    season: Season,
    resolver: str,
    progress: Progress,
    intake: Intake,
) -> Demo:
    samples = tuple(_samples(season, resolver))
    shown = samples[0]
    batch, secret = _batch(season, SHOWN_LOT)
    serial = label_at(batch, secret, SHOWN_NUMBER).serial
    bundle, trust, export = folder / "bag.bundle.json", folder / "trust.json", folder / "export"
    bundle.write_bytes(ledger.bundle(batch.gtin, batch.lot, serial))
    trust.write_bytes(ledger.trust())
    ledger.export(export, lambda done, of: progress("exporting", done, of))
    labels = _print(folder, ledger, season, resolver, progress)
    return Demo(
        bag_url=shown.url,
        typed_code=shown.typed_code,
        bundle=str(bundle),
        trust=str(trust),
        log_key=ledger.log_key,
        export=str(export),
        labels=str(labels),
        samples=samples,
        intake=intake,
    )


def _samples(season: Season, resolver: str) -> Iterator[Sample]:
    """Yield one bag for each thing a buyer may see."""
    shown = (
        ("verified", SHOWN_LOT, SHOWN_NUMBER),
        ("certificate_suspended", "L260411B", 7),
        ("certificate_withdrawn", "L260414A", 1),
        ("not_certified", "L260415A", 1),
        ("recalled", RECALLED_LOT, 1),
        ("on_hold", HELD_LOT, 1),
    )
    for shows, lot, number in shown:
        batch, secret = _batch(season, lot)
        serial = label_at(batch, secret, number).serial
        yield Sample(shows, batch.link(serial, resolver), serial)


def _print(folder: Path, ledger: Ledger, season: Season, resolver: str, progress: Progress) -> Path:
    """Write sheets of labels, every symbol read back.

    They are samples: no print is recorded.
    """
    _, secret = _batch(season, SHOWN_LOT)
    with ledger.reading() as view:
        issued = find(view, Issued, f"labels:{SHOWN_LOT}")
        assert issued is not None, "the season packs this lot"
        batch, words = told_of(view, issued, resolver, is_demo=True)
    series, design = set_up(words, SHEET)
    labels = labels_between(batch, secret, 1, PRINTED)
    job = Job(
        *(series, design, bags_of(range(1, PRINTED + 1), labels)),
        progress=lambda done: progress("printing", done, PRINTED),
    )
    path = folder / "labels.pdf"
    with path.open("wb") as out:
        job.write_pdf(out)
    return path


def _tamper(ledger: Ledger, season: Season) -> None:
    """Change a weight in a stored statement, as somebody with access to the disk could.

    The signature and the digest in the log no longer fit, and whoever judges the bag sees it.
    """
    slip = next(row for row in season.books.slips if row.silo == "S1")
    uri = f"https://id.gs1.org/01/{season.books.gtins['paddy']}/10/{slip.number}"
    index = ledger.mentions(f"lot:{uri}")[0]
    with ledger.store.engine.begin() as connection:
        row = connection.execute(select(STATEMENT).where(STATEMENT.c.index == index)).one()
        head, payload, signature = row.data.split(b".")
        text = encoding.decode_base64url(payload.decode()).replace(
            b'"quantity":', b'"quantity":1', 1
        )
        changed = b".".join([head, encoding.encode_base64url(text).encode(), signature])
        values = {"data": changed, "digest": hashlib.sha256(changed).digest()}
        connection.execute(update(STATEMENT).where(STATEMENT.c.index == index).values(values))


def _batch(season: Season, lot: str) -> tuple[LabelBatch, bytes]:
    return next(pair for pair in season.label_secrets() if pair[0].lot == lot)


def _lot_uri(season: Season, lot: str) -> str:
    return f"https://id.gs1.org/01/{season.books.packed[lot].gtin}/10/{lot}"
