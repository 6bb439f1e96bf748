"""Where a term of a credential is defined: a walk over the published JSON-LD contexts.

A term that no context defines falls silently into a catch-all vocabulary, and two houses then read
two things in it. This is not JSON-LD expansion: it follows type-scoped and term-scoped contexts as
far as our credentials use them, and names every member that none of them defines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Terms = Mapping[str, Any]


def undefined_terms(value: object, contexts: list[Terms], path: str = "") -> Iterator[str]:
    """Yield the paths of members that the contexts in force there do not define."""
    if isinstance(value, list):
        for item in value:
            yield from undefined_terms(item, contexts, path)
    if not isinstance(value, dict):
        return
    types = value.get("type", [])
    scoped = [*contexts]
    for name in [types] if isinstance(types, str) else types:
        scoped += _scope(name, contexts)
        if not any(name in context for context in contexts):
            yield f"{path}/type:{name}"
    for name, member in value.items():
        if name in {"@context", "id", "type"}:
            continue
        here = f"{path}/{name}"
        if not any(name in context for context in scoped):
            yield here
            continue
        # A context that comes with a type is left behind with it; one of a term goes on inside.
        yield from undefined_terms(member, [*contexts, *_scope(name, scoped)], here)


def _scope(name: str, contexts: list[Terms]) -> Iterator[Terms]:
    for context in contexts:
        defined = context.get(name)
        if isinstance(defined, dict) and isinstance(defined.get("@context"), dict):
            yield defined["@context"]
