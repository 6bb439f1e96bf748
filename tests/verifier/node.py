"""The verifier in JavaScript as Node runs it: the very modules that a page loads."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.requirements import require

RUNNER = Path(__file__).parent / "run.mjs"


def judged_by_node(jobs: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the answers of ``run.mjs`` to jobs, all from one process; what it threw fails."""
    node = shutil.which("node")
    require(node, "Node is needed: install nodejs 20 or newer")
    asked = "".join(f"{json.dumps(job)}\n" for job in jobs)
    done = subprocess.run(
        [str(node), str(RUNNER)], input=asked, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    thrown = [answer["thrown"] for answer in answers if "thrown" in answer]
    assert not thrown, thrown[0]
    return answers
