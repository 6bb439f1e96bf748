"""Questions made up from our own description: whatever is asked, the fault is never ours.

Drawn from a fixed seed, so that a run is the same everywhere and takes as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import (
    booleans,
    characters,
    fixed_dictionaries,
    one_of,
    sampled_from,
    text,
)
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks
from schemathesis.core.result import Ok
from starlette.types import ASGIApp

from tests.api.conftest import serving
from tests.vectors import small_harvest
from tests.web import resolved

load_all_checks()
EXAMPLES = 25
KNOWN = {
    "gtin": resolved.GTIN,
    "lot": resolved.LOT,
    "serial": resolved.SERIAL,
    "index": 3,
    "actor": small_harvest.MILL,
    "season": small_harvest.SEASON,
    "name": "CN-01",
    "number": 0,
    "code": "link_unlisted",
}
"""What is there to be found: most of what is made up is not."""
ODD_HEADERS = fixed_dictionaries(
    {},
    optional={
        "accept-language": one_of(
            text(alphabet=characters(min_codepoint=32, max_codepoint=126), max_size=80).map(
                str.strip
            ),
            sampled_from(["vi;q=nan", "en;q=1e999", "vi-VN,en;q=", "," * 5000, "vi;q=0.1," * 4000]),
        ),
        "host": sampled_from(["[", "a b", "x" * 300, "\xe9vil", "127.0.0.1:999999", "@/?#"]),
    },
)
HELD = CHECKS.get_by_names(
    ["not_a_server_error", "content_type_conformance", "response_schema_conformance"]
)
"""No fault of ours, and every answer of a kind and shape that the description names."""


@pytest.fixture(scope="module")
def faces(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ASGIApp]:
    with resolved.certified(tmp_path_factory.mktemp("fuzzed") / "book") as served:
        yield served


def test_no_question_is_answered_with_a_fault_of_ours(faces: ASGIApp) -> None:
    faults: list[str] = []
    with serving(faces) as client:
        schema = schemathesis.openapi.from_url(f"{client.base_url}/openapi.json")
        for found in schema.get_all_operations():
            assert isinstance(found, Ok), "our own description can be read"
            try:
                _ask(found.ok())
            except (Exception, BaseExceptionGroup) as fault:  # noqa: BLE001  (told below)
                faults.append(f"{found.ok().label}: {fault}")
    assert not faults, "\n\n".join(faults)


def _ask(operation: APIOperation[Any, Any, Any, Any]) -> None:
    """Ask about one operation, with what its description allows and with what it does not."""
    modes = [operation.as_strategy(generation_mode=mode) for mode in GenerationMode]

    @given(case=one_of(modes), is_known=booleans(), odd=ODD_HEADERS)
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def ask(case: Case[Any], is_known: bool, odd: dict[str, str]) -> None:  # noqa: FBT001  (drawn)
        if is_known and case.path_parameters:
            case.path_parameters |= {
                name: KNOWN[name] for name in case.path_parameters.keys() & KNOWN.keys()
            }
        answer = case.call(headers=odd)
        # That subscriptions are not offered is EPCIS's own 501, not a fault (EPCIS 2.0, 12.6).
        is_declined = answer.status_code == 501 and "epcis_not_served" in answer.text
        if not is_declined:
            case.validate_response(answer, checks=HELD)  # type: ignore[arg-type]  # of the registry

    ask()
