"""DID documents: showing those this ledger writes, and taking down one from another domain."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ledger.cli.exits import Exit
from ledger.cli.opening import Passphrases, log_vkey, opened, read_bytes, read_origin
from ledger.cli.options import HERE, AsJson, Folder, PassphraseFile
from ledger.cli.speech import Speech
from ledger.cli.writing import answer_record, tell_answer
from ledger.errors import LedgerError, NotFoundError

if TYPE_CHECKING:
    from ledger.service import Ledger


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(did)
    app.command("did-snapshot")(did_snapshot)


def did(
    ctx: typer.Context,
    actor: Annotated[str, typer.Argument(help="Whose; the ledger's own if not given.")] = "",
    ledger: Folder = HERE,
) -> None:
    """Show the DID document of an organisation, or of the ledger.

    did:web readers find the same at /actors/ACTOR/did.json and /.well-known/did.json.
    """
    from msgspec import json

    from ledger.dids import document_of
    from ledger.service import utc_now

    speech: Speech = ctx.obj
    with opened(ledger) as book:
        if actor:
            with book.reading() as view:
                document = document_of(view, actor, utc_now())
        else:
            document = _own_document(book, ledger)
    speech.tell(json.format(json.encode(document), indent=2).decode())


def did_snapshot(
    ctx: typer.Context,
    did: Annotated[str, typer.Argument(help="A DID of another domain, as did:web:….")],
    file: Annotated[
        Path | None,
        typer.Option(help="The document, if it is here already; nothing is fetched then."),
    ] = None,
    key: Annotated[
        Path | None,
        typer.Option(help="Key file of its owner or a registrar: record the document with it."),
    ] = None,
    ledger: Folder = HERE,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Take down what stands at a DID of another domain.

    The document is fetched once, over https from a public address, and checked: it has to be that
    DID's and its keys have to be ones a ledger admits. With --key it is recorded for the
    organisation registered under that DID; without, it is shown as register_actor carries it.
    """
    from hashlib import sha256

    from ledger.did_fetching import fetch_document
    from ledger.log import encoding
    from ledger.rice.did_documents import read_snapshot
    from ledger.service import utc_now

    speech: Speech = ctx.obj
    speech.to_program = as_json
    data = fetch_document(did) if file is None else read_bytes(file)
    kids = sorted(read_snapshot(data, did, utc_now()))
    spelled, digest = (encoding.encode_base64(each) for each in (data, sha256(data).digest()))
    record = {"did": did, "did_document": spelled, "digest": digest, "keys": kids}
    if key is not None:
        _record(speech, ledger, record, key, passphrase_file)
    elif as_json:
        speech.answer(record)
    else:
        speech.tell(speech.phrase("did_seen", did=did, digest=digest))
        for kid in kids:
            speech.tell(f"  {kid}")
        speech.tell(f"did_document: {spelled}")


def _own_document(book: Ledger, folder: Path) -> dict[str, Any]:
    from ledger.log.note import parse_vkey
    from ledger.rice.did_documents import ledger_document
    from ledger.rice.facts import Founding, find

    with book.reading() as view:
        founding = find(view, Founding, "ledger:")
    log_key = parse_vkey(log_vkey(folder)).public
    assert founding is not None
    assert log_key is not None
    return ledger_document(founding.host, log_key)


def _record(
    speech: Speech, folder: Path, record: dict[str, Any], file: Path, passphrases: Path | None
) -> None:
    """Sign and record a document for the actor that has its DID."""
    from ledger.keyring import check_usable, load_key
    from ledger.log.statement import ACT, seal
    from ledger.rice.acts import write_act
    from ledger.rice.facts import Did, find
    from ledger.rice.trust_acts import SnapshotDid

    held = load_key(file, Passphrases(speech, passphrases).ask)
    signer = check_usable(held, read_origin(folder)).key
    with opened(folder) as book:
        with book.reading() as view:
            known = find(view, Did, f"did:{record['did']}")
        if known is None:
            raise NotFoundError("name_unknown", name=record["did"])
        act = SnapshotDid(actor=known.actor, document=record["did_document"])
        sealed = seal(write_act(act), typ=ACT, key=signer, ledger=book.origin)
        (answer,) = book.append([sealed])
    if speech.to_program:
        speech.answer(answer_record(answer) | record)
    else:
        tell_answer(speech, record["did"], answer)
    if isinstance(answer, LedgerError):
        raise typer.Exit(Exit.NO)
