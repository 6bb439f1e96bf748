"""Prefixes as a document declares them, brought to those of this ledger's events.

Contexts are never fetched: what GS1's says is known here, what another says is taken only where it
stands in the document itself. A name under our own namespace is spelled ``rice:…`` whatever prefix
its sender gave it; a prefix nobody explains is refused, for a reader of linked data would drop it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from ledger.epcis.refusals import EpcisError
from ledger.rice.epcis import CONTEXT

OWN = {
    name: namespace
    for part in CONTEXT
    if isinstance(part, dict)
    for name, namespace in part.items()
}
"""The prefixes an event of this ledger declares, and their namespaces."""
GS1 = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
"""The prefixes of the context of EPCIS."""

_COMPACT = re.compile(r"(?P<prefix>[A-Za-z][A-Za-z0-9_-]*):(?P<rest>[^/].*)", re.ASCII | re.DOTALL)
_SCHEMES = frozenset({"http", "https", "urn", "did", "geo", "ni", "tel", "mailto"})
"""Schemes of URIs, which look like prefixes and are none."""


class Prefixes:
    """What the prefixes in one event mean."""

    def __init__(self, contexts: Iterable[Any]) -> None:
        declared: dict[str, str] = {}
        for context in contexts:
            if isinstance(context, dict):
                declared |= {k: v for k, v in context.items() if isinstance(v, str)}
        for prefix, namespace in OWN.items():
            if declared.get(prefix, namespace) != namespace:
                raise EpcisError("epcis_prefix_taken", prefix=prefix, expected=namespace)
        self._known = declared | GS1  # the terms of that context are protected

    def member(self, name: str) -> str:
        """Return the name of a member under the prefixes of this ledger."""
        found = _COMPACT.fullmatch(name)
        if found is not None and found["prefix"] not in {*self._known, *_SCHEMES}:
            raise EpcisError("epcis_prefix", member=name[:80], prefix=found["prefix"])
        return self.word(name)

    def word(self, text: str) -> str:
        """Return a name used as a value; what is none, or nobody's prefix explains, stays."""
        found = _COMPACT.fullmatch(text)
        whole = text
        if found is not None and found["prefix"] in self._known:
            whole = self._known[found["prefix"]] + found["rest"]
        for prefix, namespace in _SPELLED.items():
            if whole.startswith(namespace) and len(whole) > len(namespace):
                return f"{prefix}:{whole.removeprefix(namespace)}"
        return text


_SPELLED = {**OWN, "cbvmda": GS1["cbvmda"]}
"""Namespaces whose names this ledger's events spell with a prefix."""
