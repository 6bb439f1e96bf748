"""The key that signs: in a file locked with a passphrase, or on a token that asks for its PIN."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ledger.cli.opening import Passphrases
from ledger.cli.speech import Speech
from ledger.errors import CODES, NotFoundError, Words

if TYPE_CHECKING:
    from ledger.log.keys import SigningKey
    from ledger.tokens.signing import TokenShown

CODES |= {
    "token_software_missing": Words(
        "Tokens need more software here: install rice-ledger with the part [token].",
        "Máy này thiếu phần mềm cho thiết bị ký: hãy cài rice-ledger kèm phần [token].",
    ),
}

KeyName = Annotated[
    str, typer.Option("--key", help="Key file, or the pkcs11: name of a key on a token.")
]


@dataclass(frozen=True, slots=True)
class Holder:
    """A key that is open, and whose it says it is; a token's says nothing."""

    name: str
    key: SigningKey

    def using(self, alg: str) -> SigningKey:
        """Return the key as it signs with an algorithm; a file's has only one."""
        if self.name:
            return self.key
        from ledger.tokens.signing import TokenKey

        assert isinstance(self.key, TokenKey)
        return self.key.using(alg)


def check_there(name: str) -> None:
    """Refuse the name of a key file that is not there, before anything long is shown."""
    from ledger.tokens.naming import SCHEME

    if not name.startswith(SCHEME) and not Path(name).exists():
        raise NotFoundError("key_file_missing", file=name)


@contextmanager
def opened_holder(
    speech: Speech, name: str, passphrase_file: Path | None, origin: str | None
) -> Iterator[Holder]:
    """Give the key of a name while it is open; published keys only for a demo's ``origin``."""
    from ledger.keyring import check_usable, load_key
    from ledger.tokens.naming import SCHEME

    passphrases = Passphrases(speech, passphrase_file)
    if not name.startswith(SCHEME):
        file = load_key(Path(name), passphrases.ask)
        yield Holder(file.holder, (file if origin is None else check_usable(file, origin)).key)
        return
    try:
        from ledger.tokens.signing import opened_key
    except ImportError as error:
        raise NotFoundError("token_software_missing") from error
    with opened_key(name, passphrases.ask_pin) as key:
        yield Holder("", key)


def tokens_of(module: Path) -> list[TokenShown]:
    """Return the tokens that a PKCS#11 library sees."""
    try:
        from ledger.tokens.signing import list_tokens
    except ImportError as error:
        raise NotFoundError("token_software_missing") from error
    return list_tokens(str(module))
