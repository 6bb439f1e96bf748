"""How a key on a PKCS#11 token is named, and what is said when it cannot be had.

A key is named by a PKCS#11 URI (RFC 7512), such as
``pkcs11:token=My%20Token;object=signing?module-path=/usr/lib/softhsm/libsofthsm2.so``. ``token``,
``serial``, ``object`` and ``id`` may be given, as many as leave one key; ``module-path`` is the
vendor's library. A PIN is never part of it.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, unquote_to_bytes

from ledger.errors import CODES, MalformedError, RefusedError, Words

CODES |= {
    "token_address": Words(
        "This does not name a key on a token: {what}. Ask `rice-ledger key tokens` for its name.",
        "Đây không phải tên của khóa trên thiết bị ký: {what}. Hãy xem `rice-ledger key tokens`.",
    ),
    "pin_in_address": Words(
        "A PIN does not belong in the name of a key: others can read it there. Change that PIN.",
        "Không ghi mã PIN trong tên khóa vì người khác đọc được. Hãy đổi mã PIN đó.",
    ),
    "token_module": Words(
        "{module} is no PKCS#11 library that can be loaded: {what}.",
        "Không nạp được thư viện PKCS#11 {module}: {what}.",
    ),
    "token_missing": Words(
        "{count} tokens fit {address}; it has to be one. Plug it in, or name it by its serial.",
        "Có {count} thiết bị ký khớp {address}; phải đúng một. Hãy cắm vào, hoặc nêu số sê-ri.",
    ),
    "token_key_missing": Words(
        "{count} keys on the token fit {address}; it has to be one, with its public half.",
        "Có {count} khóa trên thiết bị khớp {address}; phải đúng một, kèm phần công khai.",
    ),
    "pin_wrong": Words(
        "This PIN does not open the token {token}. A few wrong ones in a row lock it.",
        "Mã PIN này không mở được thiết bị {token}. Sai vài lần liên tiếp thiết bị sẽ khóa.",
    ),
    "pin_locked": Words(
        "The token {token} is locked after too many wrong PINs. Whoever issued it can open it.",
        "Thiết bị {token} đã khóa vì sai mã PIN nhiều lần. Nơi cấp thiết bị có thể mở lại.",
    ),
    "token_refused": Words(
        "The token does not sign {alg} with this key ({what}).",
        "Thiết bị không ký {alg} bằng khóa này ({what}).",
    ),
}

SCHEME = "pkcs11:"
_UNSAID = ("pin-value", "pin-source")


class TokenName(NamedTuple):
    """What a PKCS#11 URI says (RFC 7512 section 2.3); empty where it says nothing."""

    module: str
    token: str = ""
    serial: str = ""
    label: str = ""
    id: bytes = b""


def parse_token_name(text: str) -> TokenName:
    """Return what a PKCS#11 URI names; refuse one that holds a PIN, or says what is not known."""
    path, _, query = text.removeprefix(SCHEME).partition("?")
    said: dict[str, bytes] = {}
    for part in [*path.split(";"), *query.split("&")]:
        name, is_said, value = part.partition("=")
        if name in _UNSAID:
            raise RefusedError("pin_in_address")
        if part and (not is_said or name in said):
            raise MalformedError("token_address", what=part)
        if part:
            said[name] = unquote_to_bytes(value)
    if said.pop("type", b"private") != b"private":
        raise MalformedError("token_address", what="type")
    try:
        known = {
            name: said.pop(member, b"").decode()
            for name, member in (
                ("module", "module-path"),
                ("token", "token"),
                ("serial", "serial"),
                ("label", "object"),
            )
        }
    except UnicodeDecodeError as error:
        raise MalformedError("token_address", what=str(error)) from error
    found = TokenName(**known, id=said.pop("id", b""))
    if said or not text.startswith(SCHEME):
        raise MalformedError("token_address", what=min(said, default=SCHEME))
    if not found.module.startswith("/") and "\\" not in found.module:
        raise MalformedError("token_address", what="module-path")
    return found


def format_token_name(name: TokenName) -> str:
    """Return the PKCS#11 URI of a key."""
    said = [("token", name.token), ("serial", name.serial), ("object", name.label)]
    parts = [f"{member}={quote(value, safe='')}" for member, value in said if value]
    if name.id:
        parts.append("id=" + "".join(f"%{byte:02x}" for byte in name.id))
    return f"{SCHEME}{';'.join(parts)}?module-path={quote(name.module, safe='/')}"
