"""Selective disclosure: an SD-JWT, of which a holder shows some claims and keeps others (RFC 9901).

Whoever issued it signed digests; a disclosure is the claim behind one of them. What is shown is
proved by the one signature, and what is not shown stays a number.

Refused: key binding, which answers a question that nobody here asks (section 7.3), JSON
serialisation (section 8), and whatever the issuer's own header may not say (`statement`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256, sha384, sha512
from typing import Any

from ledger.errors import MalformedError
from ledger.log import encoding
from ledger.log.statement import (
    SELECTIVE_CREDENTIAL,
    SELECTIVE_PRESENTATION,
    STATEMENT_LENGTH_MAX,
    Statement,
    parse_jws,
)

_SEPARATOR = b"~"
_DIGESTS, _ELEMENT, _ALGORITHM = "_sd", "...", "_sd_alg"
_RESERVED = frozenset({_DIGESTS, _ELEMENT, _ALGORITHM})
_HASHES: Mapping[str, Callable[[bytes], Any]] = {
    "sha-256": sha256,
    "sha-384": sha384,
    "sha-512": sha512,
}
_CLAIM, _ITEM = 3, 2
"""How many parts a disclosure has: salt, name and value of a claim; salt and value of an item."""


@dataclass(frozen=True, slots=True)
class Revealed:
    """The claims that are shown, and how many digests stand for something that is not."""

    claims: dict[str, Any]
    withheld: int


def parse_selective(data: bytes) -> tuple[Statement, tuple[bytes, ...]]:
    """Return the issuer's JWS and the disclosures beside it, in the order they came."""
    if len(data) > STATEMENT_LENGTH_MAX:
        raise MalformedError("oversized", length=len(data), limit=STATEMENT_LENGTH_MAX)
    issued, *disclosures = data.split(_SEPARATOR)
    if not disclosures or disclosures.pop():
        raise MalformedError("malformed_credential", what="no ~ at its end, or a key binding")
    statement = parse_jws(issued)
    if statement.typ not in {SELECTIVE_CREDENTIAL, SELECTIVE_PRESENTATION}:
        raise MalformedError("header_refused", what=f"typ {statement.typ}")
    return statement, tuple(disclosures)


def reveal(payload: bytes, disclosures: Sequence[bytes]) -> Revealed:
    """Return an issuer's claims with what is disclosed in place of its digests (section 7.1).

    Digests of which nothing is disclosed are left out and counted: they may be decoys.
    """
    claims = encoding.parse_json(payload, decimals=True)
    if not isinstance(claims, dict):
        raise MalformedError("malformed_credential", what="the payload is not a credential")
    algorithm = claims.pop(_ALGORITHM, "sha-256")
    if not isinstance(algorithm, str) or algorithm not in _HASHES:
        raise MalformedError("malformed_credential", what=f"{_ALGORITHM} of another kind")
    veil = _Veil(_HASHES[algorithm], disclosures)
    shown: dict[str, Any] = veil.lift(claims, 0)
    veil.check_used_up()
    return Revealed(shown, veil.withheld)


class _Veil:
    """Disclosures by digest, each of which is taken once."""

    def __init__(self, digest: Callable[[bytes], Any], disclosures: Sequence[bytes]) -> None:
        # The digest is over the disclosure as it is spelled (section 4.2.3).
        self._left = {
            encoding.encode_base64url(digest(spelled).digest()): _read_disclosure(spelled)
            for spelled in disclosures
        }
        self._length = digest(b"").digest_size
        self._met: set[str] = set()
        self.withheld = 0
        if len(self._left) != len(disclosures):
            raise MalformedError("malformed_credential", what="a disclosure given twice")

    def lift(self, value: Any, depth: int) -> Any:  # noqa: ANN401  (any JSON value)
        """Return a value with its digests replaced; what a disclosure holds is treated alike."""
        if depth > encoding.DEPTH_MAX:
            raise MalformedError("malformed_credential", what="disclosures nested too deep")
        if isinstance(value, dict):
            return self._lift_members(value, depth)
        if isinstance(value, list):
            return self._lift_items(value, depth)
        return value

    def check_used_up(self) -> None:
        """Raise if something was disclosed that the issuer never signed (step 5)."""
        if self._left:
            raise MalformedError("malformed_credential", what="a disclosure that nothing asks for")

    def _lift_members(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        digests = value.get(_DIGESTS, [])
        plain = value.keys() - {_DIGESTS}
        if not isinstance(digests, list) or not plain.isdisjoint(_RESERVED):
            raise MalformedError("malformed_credential", what="digests out of their place")
        shown = {
            name: self.lift(member, depth + 1) for name, member in value.items() if name != _DIGESTS
        }
        for digest in digests:
            disclosure = self._take(digest, _CLAIM)
            if disclosure is not None:
                name = disclosure[1]
                if not isinstance(name, str) or name in _RESERVED or name in shown:
                    raise MalformedError("malformed_credential", what="a disclosure of that name")
                shown[name] = self.lift(disclosure[2], depth + 1)
        return shown

    def _lift_items(self, value: list[Any], depth: int) -> list[Any]:
        shown = []
        for member in value:
            item = member
            if isinstance(member, dict) and member.keys() == {_ELEMENT}:
                disclosure = self._take(member[_ELEMENT], _ITEM)
                if disclosure is None:
                    continue
                item = disclosure[1]
            shown.append(self.lift(item, depth + 1))
        return shown

    def _take(self, digest: object, parts: int) -> list[Any] | None:
        """Return the disclosure behind a digest, or None if it is withheld."""
        if not isinstance(digest, str):
            raise MalformedError("malformed_credential", what="a digest that is no text")
        # Step 4. One digest in two places would let one disclosure speak twice.
        if len(encoding.decode_base64url(digest)) != self._length or digest in self._met:
            raise MalformedError("malformed_credential", what="a digest given twice, or no digest")
        self._met.add(digest)
        disclosure = self._left.pop(digest, None)
        if disclosure is None:
            self.withheld += 1
        elif len(disclosure) != parts:
            raise MalformedError("malformed_credential", what="a disclosure of another kind")
        return disclosure


def _read_disclosure(spelled: bytes) -> list[Any]:
    parts = encoding.parse_json(encoding.decode_base64url(spelled), decimals=True)
    if not isinstance(parts, list) or not parts or not isinstance(parts[0], str):
        raise MalformedError("malformed_credential", what="a disclosure without salt")
    return parts
