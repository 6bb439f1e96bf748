"""What a test needs of the machine, and what happens when it is not there.

On a person's machine such a test is skipped and says what to install. Where everything must be
checked (``RICE_LEDGER_REQUIRE_ALL=1``) it fails: a check that did not run has shown nothing.
"""

from __future__ import annotations

import os

import pytest

EVERYTHING_REQUIRED = "RICE_LEDGER_REQUIRE_ALL"


def is_everything_required() -> bool:
    """Whether a test that would be skipped has to fail."""
    return os.environ.get(EVERYTHING_REQUIRED) == "1"


def require(condition: object, reason: str) -> None:
    """Return if the condition holds; else skip the running test, or fail it where all must run."""
    if condition:
        return
    if is_everything_required():
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
