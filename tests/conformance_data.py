"""Published vectors of the formats we speak. They are found beside the repository, never in it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from tests.requirements import require

FOLDER = Path(
    os.environ.get("LEDGER_CONFORMANCE", Path(__file__).parents[2] / "shared" / "conformance")
)


def load(path: str) -> Any:  # noqa: ANN401 a vector has the shape its publisher gave it
    """Return the decoded JSON of a vector file; a missing folder skips the test, or fails it."""
    return json.loads(read(path))


def read(path: str) -> bytes:
    """Return the bytes of a vector file, under the same rule."""
    file = FOLDER / path
    require(file.exists(), f"conformance vectors not found: {path} (set LEDGER_CONFORMANCE)")
    return file.read_bytes()
