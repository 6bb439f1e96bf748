"""What is known of one HTTP request while it is answered, without who asks and about what.

Whoever answers writes here; whoever stands before it all (`api.watch`) reads it afterwards. The
record lies in the ASGI scope, of which inner applications get copies that share it.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

_KEY = "rice-ledger.asked"
NO_ROUTE = "-"


@dataclass(slots=True)
class Asked:
    """The template of the route that answers; the code of a refusal; a trouble's reference."""

    route: str = NO_ROUTE
    code: str = ""
    reference: str = ""


def begin(scope: MutableMapping[str, Any]) -> Asked:
    """Return a new record, and lay it into a scope."""
    scope[_KEY] = asked = Asked()
    return asked


def asked_in(scope: Mapping[str, Any]) -> Asked:
    """Return the record of a request; one that nobody reads where nobody watches."""
    asked: Asked = scope.get(_KEY) or Asked()
    return asked
