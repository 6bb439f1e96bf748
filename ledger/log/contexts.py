"""Which members of a document its contexts define (JSON-LD 1.1; Processing Algorithms 4.1, 5.1).

Whoever reads a credential as linked data drops, without a word, what no context defines; what was
signed and what is understood would be two things. So an issuer looks before it signs.

A term is defined by name. A catch-all vocabulary (``@vocab``) defines nothing: it gives every word
an address, the misspelled ones too. What is found says therefore which of the two is missing.

Contexts are what the caller brings; nothing is fetched. Refused in them is what credentials do not
need: ``@import``, ``@propagate``, ``@nest``, ``@reverse``, containers keyed by something.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from ledger.errors import CODES, MalformedError, NotFoundError, Words
from ledger.log import encoding

CODES |= {
    "context_unknown": Words(
        "The context {context} was not given, and nothing is fetched. Give the file it is in.",
        "Chưa có ngữ cảnh {context}, mà chương trình không tự tải về. Hãy đưa tệp của nó.",
    ),
}

CREDENTIALS_V2 = "https://www.w3.org/ns/credentials/v2"
_PUBLISHED = {CREDENTIALS_V2: "59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734"}
"""SHA-256 of contexts that never change (W3C VC Data Model 2.0, appendix B.1)."""

_ABOUT_VALUES = frozenset({"@context", "@id", "@type", "@value", "@language", "@direction"})
_IN_CONTEXTS = frozenset({"@vocab", "@protected", "@version", "@base", "@language", "@direction"})
_IN_TERMS = frozenset(
    {"@id", "@type", "@context", "@protected", "@container", "@language", "@direction"}
)
_CONTAINERS = frozenset({"@set", "@list", "@graph"})
_CHAIN_MAX = 8
"""How many contexts may name each other in a row."""

Contexts = Mapping[str, object]
"""By URL, what the file published there has as its ``@context``."""


@dataclass(frozen=True, slots=True)
class Stray:
    """A member, or a type, that no term defines: where it stands (JSON Pointer, RFC 6901)."""

    pointer: str
    is_caught: bool
    """Whether a catch-all vocabulary gives it an address; if none does, it is dropped."""

    @property
    def is_own(self) -> bool:
        """Whether it says something of the document itself, not of what the document is about."""
        return self.pointer.count("/") == 1


def read_context(url: str, data: bytes) -> object:
    """Return the context in a file that was published under a URL."""
    known = _PUBLISHED.get(url)
    if known is not None and sha256(data).hexdigest() != known:
        raise MalformedError("malformed", what=f"a file that is not {url}")
    document = encoding.parse_json(data, decimals=True)
    if not isinstance(document, dict) or "@context" not in document:
        raise MalformedError("malformed", what="a context")
    return document["@context"]


def find_strays(document: Mapping[str, Any], contexts: Contexts) -> tuple[Stray, ...]:
    """Return what the contexts of a document do not define, in the order in which it stands."""
    return tuple(_Reader(contexts).read(document))


@dataclass(frozen=True, slots=True)
class _Term:
    meaning: Mapping[str, Any]
    """Its definition with every IRI written out; ``@id`` is None for a word that means nothing."""
    is_protected: bool


_UNTYPED = _Term({}, is_protected=False)


@dataclass(frozen=True, slots=True)
class _Active:
    """The terms in force at one place of a document."""

    terms: Mapping[str, _Term]
    vocab: str | None
    outside: _Active | None = None
    """What is in force again in the members' own members, if a type brought these terms."""


class _Reader:
    def __init__(self, contexts: Contexts) -> None:
        self._contexts = contexts

    def read(self, document: Mapping[str, Any]) -> Iterator[Stray]:
        yield from self._read_node(document, _Active({}, None), _UNTYPED, "")

    def _read_value(
        self,
        value: Any,  # noqa: ANN401  (any JSON value)
        active: _Active,
        term: _Term,
        pointer: str,
    ) -> Iterator[Stray]:
        if isinstance(value, list):
            for place, item in enumerate(value):
                yield from self._read_value(item, active, term, f"{pointer}/{place}")
        elif isinstance(value, dict) and term.meaning.get("@type") != "@json":
            yield from self._read_node(value, active, term, pointer)

    def _read_node(
        self, node: Mapping[str, Any], active: _Active, term: _Term, pointer: str
    ) -> Iterator[Stray]:
        active, outer = self._enter_node(node, active, term)
        for name, member in node.items():
            here = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            found = active.terms.get(name)
            iri = name if found is None else found.meaning["@id"]
            if iri == "@type":
                for kind in _texts(member):
                    if not _is_mapped(kind, outer):
                        yield Stray(here, is_caught=False)
            elif iri in _ABOUT_VALUES:
                continue
            elif iri is None or iri.startswith("@"):
                yield Stray(here, is_caught=False)
            elif found is not None or ":" in name:
                yield from self._read_value(member, active, found or _UNTYPED, here)
            else:
                yield Stray(here, is_caught=active.vocab is not None)
                if active.vocab is not None:
                    yield from self._read_value(member, active, _UNTYPED, here)

    def _enter_node(
        self, node: Mapping[str, Any], active: _Active, term: _Term
    ) -> tuple[_Active, _Active]:
        """Return the terms in force inside a node, and those among which its types are looked up.

        Steps 7 to 11 of expansion (5.1.2): leave the terms that the outer node's type brought, then
        enter the context of the member, the node's own, and those of its types by name.
        """
        if active.outside is not None and not self._is_reference(node, active):
            active = active.outside
        if "@context" in term.meaning:
            active = self._enter(active, term.meaning["@context"], overrides=True)
        if "@context" in node:
            active = self._enter(active, node["@context"])
        outer = active
        kinds = [
            kind
            for name, member in node.items()
            if _keyword(name, outer) == "@type"
            for kind in _texts(member)
        ]
        for kind in sorted(kinds):
            found = outer.terms.get(kind)
            if found is not None and "@context" in found.meaning:
                entered = self._enter(active, found.meaning["@context"])
                active = replace(entered, outside=outer)
        return active, outer

    @staticmethod
    def _is_reference(node: Mapping[str, Any], active: _Active) -> bool:
        """Whether this is a value, or nothing but an id: neither is a node of its own."""
        keywords = {_keyword(name, active) for name in node}
        return "@value" in keywords or keywords == {"@id"}

    def _enter(
        self,
        active: _Active,
        local: object,
        *,
        overrides: bool = False,
        chain: tuple[str, ...] = (),
    ) -> _Active:
        """Return the terms in force after a context (4.1.2)."""
        for one in local if isinstance(local, list) else [local]:
            if one is None:
                if not overrides and any(term.is_protected for term in active.terms.values()):
                    raise MalformedError(
                        "malformed_credential", what="a context that takes protected terms away"
                    )
                active = _Active({}, None)
            elif isinstance(one, str):
                if one not in self._contexts:
                    raise NotFoundError("context_unknown", context=one)
                if one in chain or len(chain) == _CHAIN_MAX:
                    raise MalformedError(
                        "malformed_credential", what="contexts that name each other"
                    )
                active = self._enter(
                    active, self._contexts[one], overrides=overrides, chain=(*chain, one)
                )
            elif isinstance(one, dict):
                active = _define(active, one, overrides=overrides)
            else:
                raise MalformedError("malformed_credential", what="a context that is none")
        return active


def _define(active: _Active, local: Mapping[str, Any], *, overrides: bool) -> _Active:
    """Return the terms in force after the definitions of one context (4.2.2)."""
    _check_words(local, {word for word in local if word.startswith("@")}, _IN_CONTEXTS)
    vocab = local.get("@vocab", active.vocab)
    if not _is_address(vocab):
        raise MalformedError("malformed_credential", what="a vocabulary that is no address")
    terms = dict(active.terms)
    for name in local:
        if name.startswith("@"):
            continue
        term = _read_term(name, local, replace(active, vocab=vocab))
        before = active.terms.get(name)
        if before is not None and before.is_protected and not overrides:
            if before.meaning != term.meaning:
                raise MalformedError(
                    "malformed_credential", what=f"a context that gives {name} another meaning"
                )
            term = before
        terms[name] = term
    return replace(active, terms=terms, vocab=vocab)


def _read_term(name: str, local: Mapping[str, Any], active: _Active) -> _Term:
    definition = local[name]
    said = {"@id": definition} if definition is None or isinstance(definition, str) else definition
    if not isinstance(said, dict):
        raise MalformedError("malformed_credential", what=f"a definition of {name} that is none")
    _check_words(said, set(said), _IN_TERMS)
    meaning = {
        word: _write_out(value, local, active) if word in {"@id", "@type"} else value
        for word, value in {"@id": name, **said}.items()
        if word != "@protected"
    }
    if not _is_address(meaning["@id"]):
        raise MalformedError("malformed_credential", what=f"a definition of {name} that is none")
    return _Term(meaning, said.get("@protected", local.get("@protected", False)) is True)


def _is_address(iri: object) -> bool:
    """Whether a term may mean this: an IRI, a keyword, or with None nothing at all."""
    if isinstance(iri, str):
        return iri != "@context" and (iri.startswith("@") or ":" in iri)
    return iri is None


def _check_words(said: Mapping[str, Any], words: set[str], known: frozenset[str]) -> None:
    containers = set(_texts(said.get("@container", [])))
    unknown = sorted((words - known) | (containers - _CONTAINERS))
    if unknown:
        raise MalformedError("malformed_credential", what=f"a context with {unknown[0]}")


def _write_out(iri: object, local: Mapping[str, Any], active: _Active, depth: int = 0) -> object:
    """Return an IRI in full; what is none stays as it is (5.2.2)."""
    if not isinstance(iri, str) or iri.startswith("@") or depth == _CHAIN_MAX:
        return iri
    prefix, colon, rest = iri.partition(":")
    if not colon:
        return f"{active.vocab or ''}{iri}"
    if rest.startswith("//"):
        return iri
    meant = local.get(prefix)
    if isinstance(meant, dict):
        meant = meant.get("@id")
    if meant is not None:
        meant = _write_out(meant, local, active, depth + 1)
    elif prefix in active.terms:
        meant = active.terms[prefix].meaning["@id"]
    return f"{meant}{rest}" if isinstance(meant, str) else iri


def _keyword(name: str, active: _Active) -> str:
    """Return the keyword that a member's name stands for, or its own name."""
    found = active.terms.get(name)
    return name if found is None else str(found.meaning["@id"])


def _is_mapped(kind: str, active: _Active) -> bool:
    """Whether a type has an address; a catch-all vocabulary is enough."""
    found = active.terms.get(kind)
    if found is not None:
        return found.meaning["@id"] is not None
    return ":" in kind or active.vocab is not None


def _texts(value: object) -> list[str]:
    listed = value if isinstance(value, list) else [value]
    texts = [text for text in listed if isinstance(text, str)]
    if len(texts) != len(listed):
        raise MalformedError("malformed_credential", what="a type that is no text")
    return texts
