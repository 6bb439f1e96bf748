"""The dossier as one file: deterministic, every file in it named with its SHA-256.

The same log at the same moment gives the same bytes. What checks the evidence comes with it for
convenience; whoever must be sure takes the trust file and the checking page from somebody else, as
the README in it says.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from ledger.consignment.gathered import Consignment, gather
from ledger.consignment.summary import write_summary
from ledger.service import Ledger
from ledger.store.zip_file import ZipWriter

MANIFEST, README = "MANIFEST.sha256", "README.txt"

_README = """\
{kind} {number}
{line}

HỒ SƠ LÔ HÀNG

summary.pdf          tóm tắt: hàng, lô, số bao, khối lượng, chứng nhận, phát thải
verify.html          trang kiểm tra, chạy được khi không có mạng
trust.json           khóa của sổ mà trang kiểm tra tin
lots/<lô>/epcis.json lịch sử của lô theo EPCIS 2.0
lots/<lô>/bundle-*.json  bằng chứng của một bao mẫu
attestations/        văn bản đã ký (.jws) và bằng chứng nằm trong sổ (.tlog-proof)
MANIFEST.sha256      mã SHA-256 của mọi tệp trên

Cách kiểm tra: mở verify.html, chọn tệp bundle. Hoặc:
  rice-ledger verify lots/<lô>/bundle-<mã>.json --trust trust.json
Muốn chắc chắn, hãy lấy trust.json và verify.html từ nơi khác mà bạn tin, không phải từ người gửi
bộ hồ sơ này. Bằng chứng nói về bản ghi; hãy so mã và hạn dùng với bao trên tay.

SHIPPING DOSSIER

summary.pdf          summary: goods, lots, bags, mass, certificates, emission
verify.html          the checking page, which needs no network
trust.json           the keys of the log that the checking page believes
lots/<lot>/epcis.json the lot's history as EPCIS 2.0
lots/<lot>/bundle-*.json  the evidence for a sample bag
attestations/        signed statements (.jws) and the proof that they are in the log (.tlog-proof)
MANIFEST.sha256      the SHA-256 of every file above

To check: open verify.html and choose a bundle. Or:
  rice-ledger verify lots/<lot>/bundle-<code>.json --trust trust.json
To be sure, take trust.json and verify.html from somebody you trust, not from whoever sent you this
dossier. Evidence is about the record; compare code and dates with the bag in hand.

{origin}, {size} entries, {at}
"""


@dataclass(frozen=True, slots=True)
class Packed:
    """A dossier: its bytes, and the names and lengths of what is in it."""

    data: bytes
    consignment: Consignment
    files: tuple[tuple[str, int], ...]


def pack(
    ledger: Ledger,
    name: str,
    at: datetime,
    verifier: Callable[[bytes], bytes],
    progress: Callable[[int, int], object],
) -> Packed:
    """Return the dossier of a container, pallet or lot. ``verifier`` makes the checking page."""
    ledger.events.catch_up()
    one = gather(ledger, name, at)
    out = io.BytesIO()
    archive = ZipWriter(out)
    digests: list[tuple[str, bytes]] = []
    files: list[tuple[str, int]] = []
    for file, data in _files(ledger, one, verifier, progress):
        digests.append((file, archive.add(file, data)))
        files.append((file, len(data)))
    manifest = "".join(f"{digest.hex()}  {file}\n" for file, digest in digests).encode()
    archive.add(MANIFEST, manifest)
    archive.close()
    return Packed(out.getvalue(), one, (*files, (MANIFEST, len(manifest))))


def _files(
    ledger: Ledger,
    one: Consignment,
    verifier: Callable[[bytes], bytes],
    progress: Callable[[int, int], object],
) -> Iterator[tuple[str, bytes]]:
    trust = ledger.trust()
    yield README, _readme(one)
    yield "summary.pdf", write_summary(one)
    yield "trust.json", trust
    yield "verify.html", verifier(trust)
    entries: set[int] = set()
    for place, lot in enumerate(one.lots, start=1):
        folder = f"lots/{plain(lot.code)}"
        yield f"{folder}/epcis.json", ledger.epcis_history(lot.lot.id, one.at)
        if lot.bundle:
            yield f"{folder}/bundle-{lot.serial}.json", lot.bundle
        if lot.verdict is not None and lot.verdict.bag is not None:
            entries |= {vouching.entry for vouching in lot.verdict.bag.vouchings}
        progress(place, len(one.lots))
    for entry in sorted(entries):
        yield f"attestations/{entry}.jws", ledger.statement(entry)
        yield f"attestations/{entry}.tlog-proof", ledger.tlog_proof(entry).encode()


def _readme(one: Consignment) -> bytes:
    heading = f"{one.kind} {one.number}"
    at = one.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    return _README.format(
        kind=one.kind,
        number=one.number,
        line="=" * len(heading),
        origin=one.origin,
        size=one.size,
        at=at,
    ).encode()


def plain(name: str) -> str:
    """Return a name as every file system takes it."""
    return "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in name)[:40]
