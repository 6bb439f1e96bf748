"""Keys: making one, showing its public half, proving that one has it, and looking at tokens."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import Passphrases, read_bytes
from ledger.cli.options import AsJson, PassphraseFile
from ledger.cli.signers import opened_holder, tokens_of
from ledger.cli.speech import Speech, printable
from ledger.errors import LedgerError

if TYPE_CHECKING:
    from ledger.log.keys import PublicKey

HolderId = Annotated[str, typer.Option(help="Who signs with it: the id in the ledger.")]
Origin = Annotated[str, typer.Option("--for", help="Origin of the ledger it is for.")]
Nonce = Annotated[str, typer.Option(help="What the registrar gave you to prove it with.")]


class Alg(StrEnum):
    """The algorithms a key file may be for."""

    ED_DSA = "EdDSA"
    ES256 = "ES256"


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(no_args_is_help=True, help="Make keys, show them, and look at tokens.")
    group.command()(new)
    group.command()(show)
    group.command()(check)
    group.command()(tokens)
    app.add_typer(group, name="key")


def new(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(help="The key file to write, such as my-office.age.")],
    holder: HolderId,
    alg: Annotated[Alg, typer.Option(help="Its algorithm.")] = Alg.ED_DSA,
    passphrase_file: PassphraseFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a key file, locked with a passphrase. Do it on the device of whoever will sign."""
    import secrets

    from ledger.keyring import SECRET_LENGTH, make_key, public_members, save_key

    speech: Speech = ctx.obj
    speech.to_program = as_json
    made = make_key(holder, secrets.token_bytes(SECRET_LENGTH), alg.value)
    save_key(out, made, Passphrases(speech, passphrase_file).choose(out))
    public = {"holder": holder, "jwk": public_members(made), "kid": made.key.public.kid}
    if as_json:
        speech.answer({**public, "file": str(out)})
        return
    speech.tell(speech.phrase("key_made", holder=holder, file=str(out)))
    speech.tell(speech.phrase("key_public"))
    speech.answer(public)


def show(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(help="Key file, or the pkcs11: name of a key on a token.")],
    did: Annotated[str, typer.Option(help="The DID of whoever holds it.")] = "",
    holder: HolderId = "",
    origin: Origin = "",
    nonce: Nonce = "",
    passphrase_file: PassphraseFile = None,
) -> None:
    """Show the public half of a key as JSON: JWK, name, DID forms.

    With --holder, --for and --nonce, also a proof for the registrar that you have the key.
    """
    from ledger.log.possession import prove_possession

    speech: Speech = ctx.obj
    with opened_holder(speech, key, passphrase_file, origin or None) as found:
        public = found.key.public
        shown: dict[str, object] = _public(public, found.key.alg, did)
        if origin and nonce:
            shown["proof"] = prove_possession(
                found.key, holder=holder or found.name, ledger=origin, nonce=nonce
            ).decode()
    speech.answer(shown)


def check(
    ctx: typer.Context,
    proof: Annotated[
        Path, typer.Argument(help="What key show printed, or the proof alone; - for input.")
    ],
    holder: HolderId,
    origin: Origin,
    nonce: Nonce,
) -> None:
    """Check a proof that somebody has a key, and show the key that may be enrolled."""
    from ledger.log.possession import check_possession

    speech: Speech = ctx.obj
    data = _proof_in(read_bytes(proof).strip())
    public = check_possession(data, holder=holder, ledger=origin, nonce=nonce)
    speech.answer({"holder": holder, **_public(public, public.algorithms[0], "")})


def tokens(
    ctx: typer.Context,
    module: Annotated[
        Path, typer.Argument(help="The maker's PKCS#11 library, such as libsofthsm2.so.")
    ],
    as_json: AsJson = False,
) -> None:
    """List the tokens that are plugged in, and the keys that they show without a PIN.

    Each key has the name that --key takes.
    """
    speech: Speech = ctx.obj
    speech.to_program = as_json
    for token in tokens_of(module.absolute()):
        record = {"maker": token.maker, "model": token.model, "serial": token.serial}
        if as_json:
            keys = [_token_key(one.public) | {"key": one.address} for one in token.keys]
            speech.answer({**record, "keys": keys, "token": token.label})
            continue
        speech.tell(printable(f"{token.label} ({token.maker}, {token.model}, {token.serial})"))
        for one in token.keys:
            speech.tell(printable(f"  {one.address}"))
            if isinstance(one.public, LedgerError):
                speech.tell(f"    {speech.text(one.public.words)} [{one.public.code}]")
            else:
                speech.tell(f"    {one.public.kid} ({', '.join(one.public.algorithms)})")


def _proof_in(data: bytes) -> bytes:
    """Return the proof in what `key show` prints, or the proof alone."""
    from msgspec import MsgspecError, json

    try:
        shown = json.decode(data)
    except MsgspecError:
        return data
    return str(shown.get("proof", "")).encode() if isinstance(shown, dict) else data


def _token_key(public: PublicKey | LedgerError) -> dict[str, object]:
    if isinstance(public, LedgerError):
        return {"refused": public.code}
    return {"algs": public.algorithms, "kid": public.kid}


def _public(public: PublicKey, alg: str, did: str) -> dict[str, object]:
    """Return the public half of a key in the forms that others ask for."""
    from ledger.log.data_integrity import format_multikey

    shown: dict[str, object] = {
        "jwk": {**public.jwk, "alg": alg, "kid": public.kid},
        "kid": public.kid,
    }
    multikey = format_multikey(public)
    if multikey:
        shown["did_key"] = f"did:key:{multikey}"
    if did:
        shown["verification_method"] = {
            "controller": did,
            "id": f"{did}#{public.kid}",
            "publicKeyJwk": {**public.jwk, "kid": public.kid},
            "type": "JsonWebKey",
        }
    return shown
