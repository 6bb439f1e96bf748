"""Selective disclosure: an SD-JWT, of which a holder shows some claims and keeps others (RFC 9901).

Whoever issued it signed digests; a disclosure is the claim behind one of them. What is shown is
proved by the one signature, and what is not shown stays a number. ``conceal`` makes the digests,
``reveal`` puts the claims back.

Refused: key binding, which answers a question that nobody here asks (section 7.3), JSON
serialisation (section 8), and whatever the issuer's own header may not say (`statement`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256, sha384, sha512
from typing import Any

from ledger.errors import CODES, MalformedError, RefusedError, Words
from ledger.log import encoding
from ledger.log.statement import (
    SELECTIVE_CREDENTIAL,
    SELECTIVE_PRESENTATION,
    STATEMENT_LENGTH_MAX,
    Statement,
    parse_jws,
)

CODES |= {
    "not_concealable": Words(
        "{pointer} cannot be left to the holder to show: it is not there, or it decides whether the"
        " certificate stands.",
        "Không để người giữ tự chọn có cho xem {pointer} hay không: không có nội dung đó, hoặc nó"
        " quyết định chứng nhận có giá trị hay không.",
    ),
}

_SEPARATOR = b"~"
_DIGESTS, _ELEMENT, _ALGORITHM = "_sd", "...", "_sd_alg"
_RESERVED = frozenset({_DIGESTS, _ELEMENT, _ALGORITHM})
_HASHES: Mapping[str, Callable[[bytes], Any]] = {
    "sha-256": sha256,
    "sha-384": sha384,
    "sha-512": sha512,
}
_ALWAYS_SHOWN = frozenset(
    {
        *("@context", "type", "issuer", "validFrom", "validUntil", "credentialStatus"),
        *("iss", "nbf", "exp"),
    }
)
"""Members of a document that no holder may keep back: without them it would stand when it should
not (section 9.7). Nor may a context go, however deep: what is left would mean something else."""
SALT_LENGTH = 16
"""Bytes of a salt: 128 unpredictable bits, so that nobody finds a claim by trying (section 9.3)."""
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


def conceal(
    claims: Mapping[str, Any], pointers: Sequence[str], draw_salt: Callable[[], bytes]
) -> tuple[dict[str, Any], tuple[bytes, ...]]:
    """Return claims with a digest for each thing pointed at, and the disclosures (section 4.2).

    A JSON Pointer (RFC 6901) names a member or an item. What is pointed at inside of something else
    that is pointed at has a disclosure of its own, and its digest is in the other's (section
    4.2.6). ``draw_salt`` returns `SALT_LENGTH` bytes that nobody can foretell.
    """
    if not _RESERVED.isdisjoint(_names(claims)):
        raise MalformedError("malformed_credential", what="digests out of their place")
    kept = deepcopy(dict(claims))
    disclosures = []
    # What lies deeper goes first: its digest has to be in the disclosure of what is around it.
    for pointer in sorted(pointers, key=lambda pointer: pointer.count("/"), reverse=True):
        salt = draw_salt()
        assert len(salt) == SALT_LENGTH
        disclosures.append(_take_out(kept, pointer, encoding.encode_base64url(salt)))
    return kept, tuple(reversed(disclosures))


def join(issued: bytes, disclosures: Sequence[bytes]) -> bytes:
    """Return an SD-JWT as `parse_selective` reads it (section 4)."""
    return _SEPARATOR.join([issued, *disclosures, b""])


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


def _names(value: Any) -> Iterator[str]:  # noqa: ANN401  (any JSON value)
    """Yield the name of every member, however deep."""
    if isinstance(value, dict):
        yield from value
    if isinstance(value, dict | list):
        for member in value.values() if isinstance(value, dict) else value:
            yield from _names(member)


def _take_out(claims: dict[str, Any], pointer: str, salt: str) -> bytes:
    """Replace what a pointer names by its digest and return the disclosure."""
    root, *steps = (step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/"))
    if root or not steps or steps[0] in _ALWAYS_SHOWN or "@context" in steps:
        raise RefusedError("not_concealable", pointer=pointer)
    holder: Any = claims
    for step in steps[:-1]:
        holder = holder[_place(holder, step, pointer)]
    place = _place(holder, steps[-1], pointer)
    parts = [salt, holder[place]] if isinstance(holder, list) else [salt, place, holder[place]]
    disclosure = encoding.encode_base64url(encoding.exact_json(parts)).encode("ascii")
    digest = encoding.encode_base64url(sha256(disclosure).digest())
    if isinstance(holder, list):
        holder[place] = {_ELEMENT: digest}
    else:
        del holder[place]
        # In order of digests, so that their order does not tell which is which (section 4.2.4.1).
        holder[_DIGESTS] = sorted([*holder.get(_DIGESTS, []), digest])
    return disclosure


def _place(holder: object, step: str, pointer: str) -> Any:  # noqa: ANN401  (a name or an index)
    """Return the index or the name that one step of a pointer is (RFC 6901 section 4)."""
    if isinstance(holder, dict) and step in holder and step not in _RESERVED:
        return step
    if isinstance(holder, list):
        found = next((place for place in range(len(holder)) if str(place) == step), None)
        if found is not None and not _is_digest(holder[found]):
            return found
    raise RefusedError("not_concealable", pointer=pointer)


def _is_digest(item: object) -> bool:
    return isinstance(item, dict) and item.keys() == {_ELEMENT}
