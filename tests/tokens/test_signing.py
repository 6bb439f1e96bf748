"""Real PKCS#11: what a token signs verifies, and what it must not sign it does not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ledger.errors import LedgerError
from ledger.log.keys import PublicKey
from ledger.tokens.naming import TokenName, format_token_name, parse_token_name
from ledger.tokens.signing import list_tokens, opened_key
from tests.softhsm import CERTIFIER, OTHER, PIN, Tokens

TEXT = b"eyJhbGciOiJFUzI1NiJ9.e30"


def refused(call: Callable[[], object]) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        call()
    return caught.value


def use(address: str, pin: str = PIN) -> PublicKey:
    with opened_key(address, lambda _token: pin) as key:
        return key.public


@pytest.mark.parametrize(
    ("label", "algs", "length"),
    [
        ("es256", ("ES256",), 64),
        ("eddsa", ("EdDSA", "Ed25519"), 64),
        ("rsa", ("PS256", "RS256"), 256),
    ],
)
def test_what_a_token_signs_verifies(
    tokens: Tokens, label: str, algs: tuple[str, ...], length: int
) -> None:
    with opened_key(tokens.address(label), lambda _token: PIN) as key:
        assert key.alg == algs[0]
        assert key.public.algorithms == algs
        for alg in algs:
            signature = key.using(alg).sign(TEXT)
            assert len(signature) == length
            key.public.verify(TEXT, signature, alg)
            with pytest.raises(LedgerError):
                key.public.verify(TEXT + b" ", signature, alg)


def test_the_pin_is_asked_for_by_the_name_of_the_token(tokens: Tokens) -> None:
    asked: list[str] = []

    def ask(token: str) -> str:
        asked.append(token)
        return PIN

    with opened_key(tokens.address("es256"), ask):
        assert asked == [CERTIFIER]


def test_a_wrong_pin_opens_nothing(tokens: Tokens) -> None:
    for pin in ("000000", "1", ""):
        said = refused(lambda pin=pin: use(tokens.address("es256"), pin))  # type: ignore[misc]
        assert said.code == "pin_wrong"
        assert pin not in said.words.en or not pin
    assert use(tokens.address("es256")).algorithms == ("ES256",)


def test_a_key_is_named_until_one_is_left(tokens: Tokens) -> None:
    module = f"?module-path={tokens.module}"
    twin = f"{tokens.address('twin')}"
    assert refused(lambda: use(twin)).details["count"] == 2
    one, two = (use(twin.replace("?", f";id=%0{number}?")) for number in (2, 3))
    assert one.kid != two.kid
    assert refused(lambda: use(tokens.address("none"))).code == "token_key_missing"
    assert refused(lambda: use(f"pkcs11:object=rsa{module}")).code == "token_missing"
    assert refused(lambda: use(f"pkcs11:token=Nowhere{module}")).code == "token_missing"
    assert use(tokens.address("rsa", OTHER)).kid != use(tokens.address("rsa")).kid


def test_a_weak_key_on_a_token_signs_nothing(tokens: Tokens) -> None:
    assert refused(lambda: use(tokens.address("weak"))).code == "key_too_short"


def test_a_key_without_its_public_half_is_not_guessed(tokens: Tokens) -> None:
    assert refused(lambda: use(tokens.address("bare", OTHER))).code == "token_key_missing"


def test_a_certificate_on_the_token_tells_the_public_half(tokens: Tokens) -> None:
    with opened_key(tokens.address("certified", OTHER), lambda _token: PIN) as key:
        key.public.verify(TEXT, key.sign(TEXT), "PS256")


def test_tokens_are_listed_without_a_pin(tokens: Tokens) -> None:
    by_label = {token.label: token for token in list_tokens(tokens.module)}
    assert set(by_label) == {CERTIFIER, OTHER}
    keys = by_label[CERTIFIER].keys
    assert len(keys) == 6
    weak = [key for key in keys if isinstance(key.public, LedgerError)]
    assert [key.public.code for key in weak if isinstance(key.public, LedgerError)] == [
        "key_too_short"
    ]
    for key in keys:
        if isinstance(key.public, PublicKey):
            assert use(key.address).kid == key.public.kid


@pytest.mark.parametrize("module", ["/nowhere/lib.so", __file__])
def test_a_library_that_is_none_is_refused(module: str) -> None:
    assert refused(lambda: list_tokens(module)).code == "token_module"


def test_a_name_is_read_as_it_was_written() -> None:
    name = TokenName("/usr/lib/a b.so", "Hạt Ngọc; 1", "2a08", "ký?", b"\x01\xff")
    assert parse_token_name(format_token_name(name)) == name
    assert parse_token_name("pkcs11:type=private?module-path=/a.so") == TokenName("/a.so")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("pkcs11:token=a?module-path=/a.so&pin-value=1234", "pin_in_address"),
        ("pkcs11:token=a;pin-value=1234?module-path=/a.so", "pin_in_address"),
        ("pkcs11:token=a?module-path=/a.so&pin-source=file:/pin", "pin_in_address"),
        ("pkcs11:token=a", "token_address"),
        ("pkcs11:token=a?module-path=a.so", "token_address"),
        ("pkcs11:token=a;token=b?module-path=/a.so", "token_address"),
        ("pkcs11:token?module-path=/a.so", "token_address"),
        ("pkcs11:colour=red?module-path=/a.so", "token_address"),
        ("pkcs11:type=cert?module-path=/a.so", "token_address"),
        ("pkcs11:token=%ff?module-path=/a.so", "token_address"),
        ("my-office.age", "token_address"),
        ("", "token_address"),
    ],
)
def test_what_names_no_key_is_refused(text: str, code: str) -> None:
    said = refused(lambda: parse_token_name(text))
    assert said.code == code
    assert "1234" not in said.words.en + said.words.vi
