"""The description of the JSON face: the shapes that encode answers also describe them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from msgspec import Struct

from api import problems, shapes
from ledger.affected import Affected
from ledger.certified import Certified
from ledger.dossier import Dossier
from ledger.log.statement import STATEMENT_LENGTH_MAX
from ledger.standing import Impact, Standing

TITLE = "Rice ledger"
DESCRIPTION = f"""Where a bag of rice comes from, and who vouches for it.

There is one door for writing: signed statements are sent to `POST /entries`. The signature is the
login; a sender needs a key that is registered in the ledger and nothing else. A statement is a JWS
of at most {STATEMENT_LENGTH_MAX:,} bytes and is kept byte for byte.

Everything else is for reading. `/checkpoint` and `/tile/…` follow c2sp.org/tlog-tiles, so that any
such tool can mirror and audit the log; proofs follow c2sp.org/tlog-proof.

What is not done is answered as `application/problem+json` (RFC 9457). Its `code` never changes
meaning; `GET /problems` lists every code with its words in English and Vietnamese.
"""
TAGS = [
    {"name": "writing", "description": "The one door: signed statements."},
    {"name": "entries", "description": "Places in the log, receipts, and proofs of them."},
    {"name": "log", "description": "The log's files for anybody's tools (c2sp.org/tlog-tiles)."},
    {"name": "register", "description": "Who may speak, where rice grows, who vouches for it."},
    {"name": "status", "description": "How attestations stand, what rests on them, what ends."},
    {"name": "lots", "description": "What came from what, and the evidence for one bag."},
    {"name": "epcis", "description": "Events as EPCIS 2.0.1 asks for them and takes them."},
    {"name": "service", "description": "Whether the server is well, and what its codes mean."},
]
RECEIPT = {
    "index": 412,
    "statement": "BlHcMJncs6U0o4V+NZox29GdeZcDxP7Vy96dG92U3q8=",
    "leaf_hash": "yiM+eia4w1wsk/Ukx7kF56IQVkDW3MWUaUz/VtJu+yU=",
    "recorded_at": "2026-03-02T08:40:00.000Z",
    "warnings": [],
    "proof": "/entries/412/proof",
}
"""What a receipt looks like."""

_REF = "#/components/schemas/{name}"

Answers = dict[int | str, dict[str, Any]]


def says(shape: type[Struct], description: str, example: Any = None) -> dict[str, Any]:  # noqa: ANN401
    """Return the description of an answer of one shape."""
    media: dict[str, Any] = {"schema": {"$ref": _REF.format(name=shape.__name__)}}
    if example is not None:
        media["example"] = example
    return {"description": description, "content": {"application/json": media}}


def sends(
    media_types: str | Sequence[str], description: str, example: str | None = None
) -> dict[str, Any]:
    """Return the description of an answer that is text or bytes, of one kind or several."""
    if not isinstance(media_types, str):
        kinds = [sends(one, description, example) for one in media_types]
        content = {name: media for kind in kinds for name, media in kind["content"].items()}
        return {"description": description, "content": content}
    media_type, schema = media_types, {"type": "string"}
    if media_type.endswith("json"):
        schema["type"] = "object"
    if media_type == "application/octet-stream":
        schema["format"] = "binary"
    media: dict[str, Any] = {"schema": schema}
    if example is not None:
        media["example"] = example
    return {"description": description, "content": {media_type: media}}


PROBLEM: Answers = {
    "default": {
        "description": "Why it was not done.",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
    }
}


def describe(app: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document, made once."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=TITLE,
            version=app.version,
            description=DESCRIPTION,
            tags=TAGS,
            routes=app.routes,
        )
        views = (Affected, Dossier, Certified, Impact, Standing)
        known = [*vars(shapes).values(), *vars(problems).values(), *views]
        records = [one for one in known if isinstance(one, type) and issubclass(one, Struct)]
        _, components = msgspec.json.schema_components(records, ref_template=_REF)
        for name in ("Struct", "Shape"):
            components.pop(name, None)
        for one in components.values():
            one["additionalProperties"] = False  # facts are read leniently, yet written exactly
            for member in one.get("properties", {}).values():
                for schema in (member, member.get("items", {})):
                    if "pattern" in schema:  # JSON Schema wants the anchors of ECMA-262
                        anchored = schema["pattern"].replace(r"\A", "^").replace(r"\Z", "$")
                        schema["pattern"] = anchored
        document.setdefault("components", {}).setdefault("schemas", {}).update(components)
        app.openapi_schema = document
    return app.openapi_schema
