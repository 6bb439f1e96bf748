"""Node as a test runs it, on the very modules that a page loads."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.requirements import require

HERE = Path(__file__).parent


def printed_by_node(*arguments: object, given: str = "") -> str:
    """Return what Node prints in the repository's folder; it must end well."""
    program = shutil.which("node")
    require(program, "Node is needed: install nodejs 20 or newer")
    done = subprocess.run(
        [str(program), *map(str, arguments)],
        cwd=HERE.parents[1],
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr or done.stdout
    return done.stdout


def judged_by_node(
    jobs: Iterable[dict[str, Any]], *, before: str = "", may_throw: bool = False
) -> list[dict[str, Any]]:
    """Return the answers of ``run.mjs`` to jobs, all from one process; what it threw fails.

    A script may be run ``before``, to take something away from Node.
    """
    asked = "".join(f"{json.dumps(job)}\n" for job in jobs)
    first = ("--import", f"data:text/javascript,{before}") if before else ()
    printed = printed_by_node(*first, HERE / "run.mjs", given=asked)
    answers = [json.loads(line) for line in printed.splitlines()]
    thrown = [answer["thrown"] for answer in answers if "thrown" in answer]
    assert may_throw or not thrown, thrown[0]
    return answers
