"""Tokens in software: SoftHSM with one folder of its own, and keys of every kind on its tokens.

The library reads its configuration when it is loaded, once in a process, so there is one set of
tokens for a whole run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from pkcs11 import Attribute, CertificateType, KeyType, Mechanism, ObjectClass, PublicKey, lib
from pkcs11.util.ec import encode_named_curve_parameters

from tests.requirements import require

CONFIG = "SOFTHSM2_CONF"
PIN = "246813"
PINS = ("--pin", PIN, "--so-pin", PIN)
CERTIFIER = "TN Hạt Ngọc"
OTHER = "HTX"
MODULES = (
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
)
ED25519 = bytes.fromhex("06032b6570")


@dataclass(frozen=True, slots=True)
class Tokens:
    """A certifier's token with keys of every kind, and another with halves of keys."""

    module: str
    config: Path

    def address(self, label: str, token: str = CERTIFIER) -> str:
        """Return the PKCS#11 URI of a key."""
        name = f"token={quote(token)};object={quote(label)}"
        return f"pkcs11:{name}?module-path={self.module}"


@contextmanager
def running_tokens() -> Iterator[Tokens]:
    """Set up tokens and keys; give them; remove them."""
    module = next((path for path in MODULES if Path(path).is_file()), None)
    program = shutil.which("softhsm2-util")
    require(module and program, "tokens need SoftHSM: install softhsm2")
    assert module is not None
    with tempfile.TemporaryDirectory(prefix="rice-hsm-") as name:
        folder, config = Path(name) / "tokens", Path(name) / "softhsm2.conf"
        folder.mkdir()
        config.write_text(f"directories.tokendir = {folder}\nlog.level = ERROR\n")
        os.environ[CONFIG] = str(config)
        for label in (CERTIFIER, OTHER):
            subprocess.run(
                [*("softhsm2-util", "--init-token", "--free", "--label", label), *PINS],
                check=True,
                stdout=subprocess.DEVNULL,
            )
        _make_keys(module)
        yield Tokens(module, config)


def _make_keys(module: str) -> None:
    token = lib(module).get_token(token_label=CERTIFIER)
    with token.open(rw=True, user_pin=PIN) as session:
        curve = {Attribute.EC_PARAMS: encode_named_curve_parameters("secp256r1")}
        p256 = session.create_domain_parameters(KeyType.EC, curve, local=True)
        for number, label in enumerate(("es256", "twin", "twin"), 1):
            p256.generate_keypair(id=bytes([number]), label=label, store=True)
        curve = {Attribute.EC_PARAMS: ED25519}
        ed25519 = session.create_domain_parameters(KeyType.EC_EDWARDS, curve, local=True)
        how = Mechanism.EC_EDWARDS_KEY_PAIR_GEN
        ed25519.generate_keypair(id=b"\x10", label="eddsa", store=True, mechanism=how)
        session.generate_keypair(KeyType.RSA, 2048, id=b"\x20", label="rsa", store=True)
        session.generate_keypair(KeyType.RSA, 1024, id=b"\x21", label="weak", store=True)
    token = lib(module).get_token(token_label=OTHER)
    with token.open(rw=True, user_pin=PIN) as session:
        for number, label in enumerate(("rsa", "bare", "certified"), 1):
            how_many = {"id": bytes([number]), "label": label, "store": True}
            public, _ = session.generate_keypair(KeyType.RSA, 2048, **how_many)
            if label == "certified":
                # As certification authorities hand tokens out: a certificate, no public key.
                session.create_object(_certificate(public, bytes([number])))
            if label != "rsa":
                public.destroy()


def _certificate(public: PublicKey, key_id: bytes) -> dict[Attribute, object]:
    numbers = rsa.RSAPublicNumbers(
        int.from_bytes(public[Attribute.PUBLIC_EXPONENT]), int.from_bytes(public[Attribute.MODULUS])
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "HTX")])
    made = x509.CertificateBuilder(
        issuer_name=name,
        subject_name=name,
        public_key=numbers.public_key(),
        serial_number=1,
        not_valid_before=datetime(2026, 1, 1, tzinfo=UTC),
        not_valid_after=datetime(2027, 1, 1, tzinfo=UTC),
    ).sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return {
        Attribute.CLASS: ObjectClass.CERTIFICATE,
        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
        Attribute.TOKEN: True,
        Attribute.ID: key_id,
        Attribute.SUBJECT: name.public_bytes(),
        Attribute.VALUE: made.public_bytes(Encoding.DER),
    }
