"""Issuing: a W3C credential or presentation, signed in one of the forms that `secured` reads.

Before anything is signed:

1. The document is strict JSON, and its contexts define what it says (`contexts`). Of the document
   itself only defined terms speak. Of its subject, its evidence or its status, words may be used
   that a catch-all vocabulary gives an address; what would be dropped is refused wherever it is.
2. What a holder may keep back is there, and decides nothing (`selective`).

What was signed is read back, by the rules by which others' documents are read, before anybody gets
it. What an attestation for a ledger says beyond this, `rice` decides.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ledger.errors import CODES, MalformedError, RefusedError, Words
from ledger.log import cose, encoding
from ledger.log.contexts import Contexts, find_strays
from ledger.log.keys import SigningKey
from ledger.log.methods import Method
from ledger.log.presentation import open_enclosed
from ledger.log.secured import Form, as_list, check_secured, parse_secured
from ledger.log.selective import conceal, join
from ledger.log.statement import (
    CREDENTIAL,
    PRESENTATION,
    SELECTIVE_CREDENTIAL,
    SELECTIVE_PRESENTATION,
    check_document,
    seal,
)

CODES |= {
    "terms_undefined": Words(
        "No context of this document defines {members}. Name a context that does, or leave it out.",
        "Không ngữ cảnh nào của văn bản định nghĩa {members}. Hãy ghi ngữ cảnh có định nghĩa, hoặc"
        " bỏ nội dung đó.",
    ),
}

_TYPES: Mapping[Form, tuple[str, str]] = {
    "jose": (CREDENTIAL, PRESENTATION),
    "sd-jwt": (SELECTIVE_CREDENTIAL, SELECTIVE_PRESENTATION),
    "cose": (cose.CREDENTIAL, cose.PRESENTATION),
}
_METHOD = re.compile(r"([a-z][a-z0-9+.-]*:[!-\"$-~]+)#[!-\"$-~]+", re.ASCII)
_MEMBERS_SHOWN = 5


def issue(
    document: bytes,
    *,
    form: Form,
    key: SigningKey,
    kid: str,
    contexts: Contexts,
    hidden: Sequence[str] = (),
    draw_salt: Callable[[], bytes],
) -> bytes:
    """Return a document that a key has signed, as text; COSE is base64.

    ``kid`` is the URL of a verification method, ``<who signs>#<key>``, as VC-JOSE-COSE wants it
    where no ``iss`` is: of the issuer's for a credential, of the holder's for a presentation.
    ``hidden`` are JSON Pointers to what the holder of an SD-JWT may keep back; ``draw_salt`` as for
    `conceal`.
    """
    claims = check_document(encoding.parse_json(document, decimals=True))
    speaker = _speaker(kid)
    _check_terms(claims, contexts)
    if hidden and form != "sd-jwt":
        raise RefusedError("not_concealable", pointer=hidden[0])
    is_presentation = "VerifiablePresentation" in as_list(claims.get("type"))
    typ = _TYPES[form][is_presentation]
    if form == "cose":
        message = cose.seal_cose(encoding.exact_json(claims), typ=typ, key=key, kid=kid)
        issued = encoding.encode_base64(message).encode("ascii")
    elif form == "jose":
        issued = seal(encoding.exact_json(claims), typ=typ, key=key, kid=kid)
    else:
        kept, disclosures = conceal(claims, hidden, draw_salt)
        issued = join(seal(encoding.exact_json(kept), typ=typ, key=key, kid=kid), disclosures)
    _read_back(issued, claims, {kid: Method(key.public, speaker)})
    return issued


def _speaker(kid: str) -> str:
    """Return whose key a verification method is."""
    match = _METHOD.fullmatch(kid)
    if match is None:
        en = "a kid that is not ISSUER#KEY, such as did:web:lab.example#key-1"
        vi = "kid không có dạng NƠI-CẤP#KHÓA, như did:web:lab.example#key-1"
        raise MalformedError("header_refused", what=Words(en, vi))
    return match[1]


def _check_terms(claims: Mapping[str, Any], contexts: Contexts) -> None:
    strays = [
        stray.pointer
        for stray in find_strays(claims, contexts)
        if stray.is_own or not stray.is_caught
    ]
    if strays:
        raise RefusedError("terms_undefined", members=", ".join(strays[:_MEMBERS_SHOWN]))


def _read_back(issued: bytes, claims: Mapping[str, Any], methods: Mapping[str, Method]) -> None:
    """Raise unless what was signed stands, and says what was to be said."""
    secured = parse_secured(issued)
    method = check_secured(secured, methods)
    if secured.claims != claims:
        raise MalformedError("malformed_credential", what="a value that reads back otherwise")
    if secured.is_presentation:
        holder = claims.get("holder", method.controller)
        name = holder.get("id") if isinstance(holder, dict) else holder
        if name != method.controller:
            raise MalformedError("malformed_credential", what="the key is not the holder's")
        open_enclosed(secured, methods)
