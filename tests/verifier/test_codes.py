"""What is typed at the checking page, as the script reads it."""

from __future__ import annotations

import json

import pytest

from tests.verifier.node import printed_by_node

READ = """
import { readCode } from "./web/static/page/code.js";
console.log(JSON.stringify(readCode(JSON.parse(process.argv[1]))));
"""


@pytest.mark.parametrize(
    "typed", ["https://", "https://[", "https://exa mple/v/0006GXCCMV85EHV2", "http://a:99999/v/1"]
)
def test_an_address_that_is_none_is_odd_and_leaves_no_code_standing(typed: str) -> None:
    printed = printed_by_node("--input-type=module", "-e", READ, json.dumps(typed))
    assert json.loads(printed) == {"serial": "", "said": "reader.code.odd"}
