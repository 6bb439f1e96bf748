from __future__ import annotations

import importlib.util
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from ledger.errors import LedgerError
from ledger.keyring import (
    SAMPLE_KEYS,
    Algorithm,
    Keyring,
    SampleKeyring,
    check_usable,
    format_key,
    load_key,
    load_signer,
    make_key,
    parse_key,
    public_members,
    save_key,
)
from ledger.log.keys import EcdsaSigningKey, admit_key
from ledger.programme import derive

PASSPHRASE = "cơm trắng cá kho tộ"
DEMO = "demo.rice.example/dx-2026"
REAL = "rice.example/dx-2026"
SECRET = bytes(range(32))


def never(path: Path) -> str:
    pytest.fail(f"the passphrase of {path} was asked for")


def refused(code: str, call: Callable[[], object]) -> None:
    with pytest.raises(LedgerError) as caught:
        call()
    assert caught.value.code == code


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one locked key; locking takes a second, so the tests share it."""
    folder = tmp_path_factory.mktemp("keys")
    save_key(folder / "nha-may.age", make_key("nha-may", SECRET, "EdDSA"), PASSPHRASE)
    return folder


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_a_key_is_read_as_it_was_written(alg: Algorithm) -> None:
    file = make_key("nha-may", SECRET, alg)
    read = parse_key(format_key(file))
    assert format_key(read) == format_key(file)
    assert read.key.alg == alg
    admitted = admit_key(public_members(read))
    admitted.verify(b"rice", read.key.sign(b"rice"), alg)


@pytest.mark.parametrize("alg", ["EdDSA", "ES256"])
def test_no_character_of_a_key_is_decoration(alg: Algorithm) -> None:
    data = format_key(make_key("nha-may", SECRET, alg))
    for position in range(len(data)):
        bent = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        try:
            read = parse_key(bent)
        except LedgerError:
            continue
        # Only the holder's name may be another; the keyring compares it with the file's.
        assert read.holder != "nha-may"
        assert read.secret == SECRET


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"holder":"a"}', b"null"])
def test_what_is_no_key_is_refused(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(LedgerError):
        parse_key(data)
    (tmp_path / "a.json").write_bytes(data)
    refused("key_file_unreadable", lambda: load_key(tmp_path / "a.json", never))


def test_a_locked_key_opens_with_its_passphrase_and_no_other(locked: Path) -> None:
    path = locked / "nha-may.age"
    data = path.read_bytes()
    assert data.startswith(b"age-encryption.org/v1\n-> scrypt ")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_key(path, lambda _: PASSPHRASE).secret == SECRET
    refused("passphrase_wrong", lambda: load_key(path, lambda _: PASSPHRASE + " "))


def test_a_signer_is_a_key_file_or_a_locked_pem(locked: Path, tmp_path: Path) -> None:
    file = locked / "nha-may.age"
    assert (
        load_signer(file, REAL, lambda _: PASSPHRASE).public
        == load_key(file, lambda _: PASSPHRASE).key.public
    )
    key = EcdsaSigningKey.from_number(7, "P-521")
    pem = tmp_path / "lab.pem"
    for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
        lock = BestAvailableEncryption(PASSPHRASE.encode())
        pem.write_bytes(key._private.private_bytes(Encoding.PEM, form, lock))
        assert load_signer(pem, REAL, lambda _: PASSPHRASE).public == key.public
        refused("key_refused", lambda: load_signer(pem, REAL, lambda _: "another"))
        pem.write_bytes(key._private.private_bytes(Encoding.PEM, form, NoEncryption()))
        refused("key_file_open", lambda: load_signer(pem, REAL, never))
    refused("key_file_missing", lambda: load_signer(tmp_path / "none", REAL, never))
    sample = SAMPLE_KEYS / "log.json"
    assert load_signer(sample, DEMO, never).alg == "EdDSA"
    refused("sample_key_refused", lambda: load_signer(sample, REAL, never))


def test_a_damaged_key_file_is_refused(locked: Path, tmp_path: Path) -> None:
    data = (locked / "nha-may.age").read_bytes()
    cut = tmp_path / "nha-may.age"
    cut.write_bytes(data[:-1])
    refused("passphrase_wrong", lambda: load_key(cut, lambda _: PASSPHRASE))


def test_a_key_file_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "nha-may.age"
    path.write_bytes(b"the only copy")
    file = make_key("nha-may", SECRET, "EdDSA")
    refused("passphrase_short", lambda: save_key(path, file, "ngắn"))
    refused("key_file_taken", lambda: save_key(path, file, PASSPHRASE))
    assert path.read_bytes() == b"the only copy"


def test_a_secret_key_in_the_open_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nha-may.json"
    path.write_bytes(format_key(make_key("nha-may", SECRET, "EdDSA")))
    refused("key_file_open", lambda: load_key(path, never))


@pytest.mark.parametrize("holder", ["", "..", "a/b", "A", "a_b", "-a", "a-", "a\n", "hợp-tác"])
def test_a_holder_has_a_plain_name(holder: str) -> None:
    refused("holder_name", lambda: make_key(holder, SECRET, "EdDSA"))
    assert holder not in SampleKeyring(DEMO)


def test_a_keyring_asks_once_for_each_key(locked: Path) -> None:
    asked: list[Path] = []

    def ask(path: Path) -> str:
        asked.append(path)
        return PASSPHRASE

    keyring = Keyring(locked, REAL, ask)
    assert "nha-may" in keyring
    assert "htx" not in keyring
    assert not asked
    key = keyring.key("nha-may")
    assert key.public == make_key("nha-may", SECRET, "EdDSA").key.public
    assert keyring.secret("nha-may", "labels L1") == derive(SECRET, "labels L1")
    assert asked == [locked / "nha-may.age"]
    refused("key_file_missing", lambda: keyring.key("htx"))


def test_a_key_under_another_holders_name_is_refused(locked: Path, tmp_path: Path) -> None:
    (tmp_path / "htx.age").write_bytes((locked / "nha-may.age").read_bytes())
    keyring = Keyring(tmp_path, REAL, lambda _: PASSPHRASE)
    refused("key_file_unreadable", lambda: keyring.key("htx"))


def test_sample_keys_sign_for_a_demo_and_nothing_else() -> None:
    assert SampleKeyring(DEMO).key("log").sign(b"rice")
    refused("sample_key_refused", lambda: SampleKeyring(REAL).key("log"))
    refused("sample_key_refused", lambda: SampleKeyring("demonstration").key("log"))
    sample = load_key(SAMPLE_KEYS / "log.json", never)
    assert sample.sample
    refused("sample_key_refused", lambda: check_usable(sample, REAL))


def test_sample_keys_are_what_their_published_text_gives(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_sample_keys", SAMPLE_KEYS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    script.write(tmp_path)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    kept = {path.name: path.read_bytes() for path in SAMPLE_KEYS.glob("*.json")}
    assert made == kept
    assert {"root-1.json", "log.json", "witness.json", "htx-kenh-xang.json"} <= set(kept)
    warning = (SAMPLE_KEYS / "README.md").read_text(encoding="utf-8")
    assert "Never use one for anything else" in warning
