"""The whole log in one file: audited from the file alone, and every change to it is named."""

from __future__ import annotations

import csv
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from msgspec import json
from sqlalchemy import delete, update

from ledger.archive import save_archive
from ledger.audit import audit
from ledger.demo import SEASON_FOLDER, prepare
from ledger.errors import ConflictError, CorruptedError, LedgerError, NotFoundError
from ledger.log import encoding
from ledger.log.note import format_vkey, note_key
from ledger.log.statement import parse_statement
from ledger.log.tiles import parse_bundle
from ledger.rice import accreditation, actors, acts, did_snapshots, events, key_life, terms
from ledger.rice.attachments import ATTACHED, SALTED, Attachment, attachments_of
from ledger.rice.case import bodies_of
from ledger.rice.certificate_facts import (
    Scheme,
)
from ledger.rice.facts import (
    Actor,
    Did,
    Fact,
    Founding,
    Key,
    decode_fact,
    encode_fact,
)
from ledger.rice.judge import _FOLDS
from ledger.rice.profile import SPELLINGS
from ledger.rice.register import STATEMENTS, VIEWS
from ledger.service import Ledger
from ledger.store.store import DISCLOSURE, FACT, STATEMENT
from tests.archives import DISPOSED, DOCUMENT, LIMITS, SCHEME, Files, season, unpacked
from tests.small_season import (
    AREA,
    NOT_AFTER,
    ORIGIN,
    key_of,
    lot,
    sealed,
)

SEED = 20260301
BITS_PER_FILE = 6


@pytest.fixture
def book(tmp_path: Path, database_url: str) -> Iterator[Ledger]:
    made = season(tmp_path / "book", database_url)
    yield made
    made.close()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Ledger]:
    made = season(tmp_path / "book", "ledger.db")
    yield made
    made.close()


@pytest.fixture
def archive(tmp_path: Path, small: Ledger) -> Path:
    path = tmp_path / "book.zip"
    small.archive(path, small.log_key)
    return path


@pytest.mark.parametrize("hashes_only", [False, True])
def test_an_archive_is_audited_from_the_file_alone(
    tmp_path: Path, book: Ledger, *, hashes_only: bool
) -> None:
    written: list[tuple[int, int]] = []
    path = tmp_path / "out" / "book.zip"
    made = book.archive(path, book.log_key, lambda done, of: written.append((done, of)))
    assert written[-1][0] == written[-1][1]
    assert sorted(path.parent.iterdir()) == [path]
    assert (made.size, made.length) == (book.size, path.stat().st_size)
    vkey = book.log_key
    looked: list[tuple[int, int]] = []
    report = audit(
        path,
        vkey,
        hashes_only=hashes_only,
        opening=lambda done, of: looked.append((done, of)),
    )
    assert (report.ok, report.findings, report.size) == (True, [], 15)
    assert report.judged == (0 if hashes_only else 15)
    assert looked[-1] == (made.length, made.length)
    assert audit(path, "").ok  # by the key in it
    with pytest.raises(LedgerError, match="keys you trust"):
        audit(path, format_vkey(note_key(ORIGIN, key_of("another log").public)))


def test_both_databases_and_every_run_give_the_same_bytes(tmp_path: Path, book: Ledger) -> None:
    twin = season(tmp_path / "twin", "ledger.db")
    for ledger, name in ((book, "a"), (twin, "b")):
        ledger.archive(tmp_path / f"{name}.zip", ledger.log_key)
    twin.close()
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_what_is_in_it(small: Ledger, archive: Path) -> None:
    files = unpacked(archive)
    assert list(files) == [
        *("README.txt", "accreditations.json", "actors.json", "attachments.json"),
        *("checkpoint", "checkpoints/1", "checkpoints/15", "checkpoints/9"),
        *("keys.json", "log.vkey", "schemes.json", "settings.json"),
        *("statements/000.p/15", "tile/0/000.p/15", "tile/entries/000.p/15", "manifest.json"),
    ]
    for name in VIEWS:
        encoding.check_canonical(files[name])
    views = {name: json.decode(files[name]) for name in VIEWS}
    phone = next(
        key for key in views["keys.json"]["keys"] if key["kid"] == key_of("phone").public.kid
    )
    assert phone == {
        "actor": "htx",
        "admin": False,
        "dated_index": 10,
        "enrolled_by": [key_of("htx").public.kid],
        "enrolled_at": "2026-03-10T08:00:04.000Z",
        "enrolled_index": 9,
        "invalid_from": DISPOSED,
        "jwk": key_of("phone").public.jwk,
        "token": False,
        "kid": phone["kid"],
        "not_after": NOT_AFTER,
        "only": [],
        "places": [],
        "reaffirmed": [],
        "reason": "compromised",
        "revoked_index": 10,
    }
    mill = next(one for one in views["actors.json"]["actors"] if one["id"] == "nha-may")
    assert [(role["role"], role["ended_on"]) for role in mill["roles"]] == [
        ("mill", None),
        ("packer", "2026-03-09"),
    ]
    assert views["attachments.json"]["attachments"] == [
        {"index": 5, "kind": "boundary", "of": AREA, "digest": "A" * 43 + "="},
        {"index": 12, "kind": "document", "of": SCHEME, "digest": DOCUMENT},
    ]
    (scheme,) = views["schemes.json"]["schemes"]
    assert (scheme["owner"], scheme["document"], scheme["index"]) == ("chi-cuc", DOCUMENT, 12)
    assert views["settings.json"]["ledger"]["settings"] == json.decode(json.encode(LIMITS))
    readme = files["README.txt"].decode()
    assert readme.count(ORIGIN) == readme.count("rice-ledger audit") == 2
    assert files["log.vkey"].decode() == f"{small.log_key}\n"


def test_what_is_not_published_yet_is_not_in_it(tmp_path: Path, small: Ledger) -> None:
    before, after = tmp_path / "before.zip", tmp_path / "after.zip"
    small.archive(before, small.log_key)
    late = acts.RevokeKey(kid=key_of("htx").public.kid, reason="lost")
    small.append([sealed(late, "so")])
    small.archive(after, small.log_key)
    assert before.read_bytes() == after.read_bytes()


def test_the_register_of_a_season_is_what_its_facts_say(tmp_path: Path) -> None:
    ledger, _ = prepare(tmp_path, resolver="https://rice.example", progress=lambda *_: None)
    kinds = (Founding, Actor, Key, Did, Scheme)
    with ledger.reading() as view:
        stored: dict[str, Fact] = {row[0]: decode_fact(row[1]) for row in view.table(FACT)}
    path = tmp_path / "season.zip"
    ledger.archive(path, ledger.log_key)
    views = {name: json.decode(data) for name, data in unpacked(path).items() if name in VIEWS}
    assert audit(path, ledger.log_key).ok
    kept: tuple[tuple[type[Fact], str], ...] = ((Key, "keys"), (Actor, "actors"))
    for kind, name in kept:
        expected = {encode_fact(one) for one in stored.values() if type(one) is kind}
        shown = [{"fact": name[:-1], **one} for one in views[f"{name}.json"][name]]
        assert {json.encode(one, order="sorted") for one in shown} == expected
        assert len(shown) == len(expected) > 10
    assert len(views["schemes.json"]["schemes"]) == 2
    assert {type(one) for one in stored.values()} > set(kinds)
    ledger.close()


def test_every_digest_that_a_statement_carries_is_an_attachment_or_known_to_be_none() -> None:
    others: set[tuple[type, str]] = {(acts.IssueLabels, "root")}
    digests: set[tuple[type, str]] = {
        (body, name)
        for body in get_args(acts.AnyAct)
        for name, kind in get_type_hints(body, include_extras=True).items()
        if kind in {terms.Digest, terms.DigestOrNone}
    }
    for spelling in SPELLINGS:  # what an event calls text, its spelling may call a digest
        kinds = get_type_hints(spelling.shape, include_extras=True)
        digests |= {
            (spelling.record, member.fields[0])
            for member in spelling.members
            if terms.Digest in get_args(kinds.get(member.of))
        }
    attached = {(body, member.name) for body, members in ATTACHED.items() for member in members}
    assert attached | others == digests
    assert len(digests) >= 5
    assert {name for _, name in attached} >= SALTED


def test_the_report_of_a_laboratory_is_an_attachment() -> None:
    said = events.Testing(
        event_id="urn:uuid:1",
        at="2026-03-01T07:00:00+07:00",
        lot=lot(1),
        mass_g=1000,
        sample="urn:rice:sample:1",
        report=DOCUMENT,
        conforms=True,
    )
    (attachment,) = attachments_of(3, said)
    assert attachment == Attachment(index=3, kind="report", of=lot(1), digest=DOCUMENT)


def test_every_statement_that_changes_the_register_is_judged_for_it() -> None:
    changing = {
        kind
        for fold in _FOLDS
        if fold.__module__
        in {actors.__name__, accreditation.__name__, did_snapshots.__name__, key_life.__name__}
        for kind in bodies_of(fold)
    }
    assert changing | {acts.PublishScheme} == set(STATEMENTS)


def test_what_cannot_be_archived(tmp_path: Path, small: Ledger) -> None:
    path = tmp_path / "book.zip"
    with pytest.raises(LedgerError, match="keys you trust"):
        small.archive(path, format_vkey(note_key(ORIGIN, key_of("another log").public)))
    path.write_bytes(b"mine")
    with pytest.raises(ConflictError, match="something at"):
        small.archive(path, small.log_key)
    assert path.read_bytes() == b"mine"
    path.unlink()
    for statement, code in (
        (update(STATEMENT).where(STATEMENT.c.index == 4).values(data=b"x"), "rule_broken"),
        (delete(STATEMENT).where(STATEMENT.c.index == 4), "entry_missing"),
    ):
        with small.store.engine.begin() as connection:
            connection.execute(statement)
        with pytest.raises(CorruptedError) as refusal:
            small.archive(path, small.log_key)
        assert refusal.value.code == code
    assert [one.name for one in tmp_path.iterdir()] == ["book"]
    with small.reading() as view, pytest.raises(NotFoundError):
        save_archive(view, [], small.log_key, path, lambda _done, _of: None)


def test_nothing_private_is_in_it(tmp_path: Path) -> None:
    """Secrets of labels, by which every bag's code could be made; names and phones of households.

    Prices are left out of the search: such numbers stand in any book by chance.
    """
    ledger, _ = prepare(tmp_path, resolver="https://rice.example", progress=lambda *_: None)
    with ledger.reading() as view:
        bodies = [bytes(row[2]) for row in view.table(DISCLOSURE)]
    assert len(bodies) > 3
    with (SEASON_FOLDER / "farmers_private.csv").open(encoding="utf-8-sig", newline="") as file:
        people = [row[1:3] for row in csv.reader(file)][1:]
    assert len(people) > 50
    path = tmp_path / "season.zip"
    ledger.archive(path, ledger.log_key)
    ledger.close()
    searched = [path.read_bytes(), *payloads(unpacked(path))]
    # The last hash that is kept is the root of the tree, which the packer has signed.
    secrets = [body[at : at + 32] for body in bodies for at in range(0, len(body) - 32, 32)]
    spelled = [
        spell
        for secret in secrets
        for spell in (secret, secret.hex().encode(), b64encode(secret), urlsafe(secret))
    ]
    names = [cell.encode() for row in people for cell in row]
    phones = [row[1].replace(" ", "").encode() for row in people]
    for data in searched:
        assert not [one for one in (*spelled, *names, *phones) if one in data]
    assert any(b"VN-CTOR-0001" in data for data in searched[1:])  # what is there is found


def urlsafe(data: bytes) -> bytes:
    return encoding.encode_base64url(data).encode()


def payloads(files: Files) -> Iterator[bytes]:
    """Yield what each statement says, out of its base64."""
    for name, data in files.items():
        if name.startswith("statements/"):
            for statement in parse_bundle(data):
                yield parse_statement(statement).payload
