"""Long work for people at a desk: begun by a request, watched by polling, its file fetched after.

Jobs are done one after the other in a thread, so that pages are answered meanwhile. They live in
the memory of one process and their files in a folder that goes with it: what must outlast them is
recorded elsewhere before a job is done. Where several processes serve the pages, those below
``/workplace/{actor}/jobs`` have to reach the one that began them.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from msgspec import json
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from ledger.errors import CODES, ConflictError, CorruptedError, LedgerError, NotFoundError, Words
from web.frame import problem
from web.workplace.frame import HOME, NO_STORE, WorkFrame
from web.workplace.signed_in import SignedIn, check_signed_in

CODES |= {
    "jobs_full": Words(
        "Too much is being prepared already. Wait until some of it is done.",
        "Đang chuẩn bị quá nhiều việc. Hãy chờ xong bớt.",
    ),
    "job_unknown": Words(
        "There is no such job any more; the server forgets them after a while. Begin it again.",
        "Không còn việc này; máy chủ quên sau một thời gian. Hãy làm lại.",
    ),
    "job_stopped": Words(
        "This could not be finished through no fault of yours. Try again, or tell the operator.",
        "Việc này chưa xong được, không phải do bạn. Hãy thử lại hoặc báo người vận hành.",
    ),
}

JOBS_MAX = 60
UNFINISHED_MAX = 4
"""Jobs of one organisation that wait or are worked on."""

_log = logging.getLogger(__name__)

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Made:
    """What a job made: facts for the page, and a file if there is one."""

    facts: Mapping[str, Any] = field(default_factory=dict)
    file: Path | None = None
    name: str = ""
    media_type: str = "application/octet-stream"


Work = Callable[[Path, Progress], Made]
"""Does a job: given a folder for its files, and whom to tell how far it is."""


@dataclass(slots=True)
class Job:
    """One piece of work and how far it is: ``waiting``, ``working``, ``ready`` or ``refused``."""

    id: str
    actor: str
    kind: str
    title: str
    state: str = "waiting"
    done: int = 0
    of: int = 0
    made: Made | None = None
    refusal: LedgerError | None = None

    def tell(self, done: int, of: int) -> None:
        """Note how far it is."""
        self.done, self.of = done, of


class Jobs:
    """All jobs of one process; the oldest that are finished give way."""

    def __init__(self, frame: WorkFrame, signed: SignedIn) -> None:
        self._frame = frame
        self._signed = signed
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self.routes = [
            Route(f"{HOME}/{{actor}}/jobs", self.listing),
            Route(f"{HOME}/{{actor}}/jobs/{{job}}", self.state),
            Route(f"{HOME}/{{actor}}/jobs/{{job}}/file", self.file),
        ]

    def begin(self, actor: str, kind: str, title: str, work: Work) -> Job:
        """Begin a job, soon."""
        job = Job(secrets.token_urlsafe(16), actor, kind, title)
        with self._lock:
            unfinished = [one for one in self._jobs.values() if one.state in {"waiting", "working"}]
            if (
                sum(one.actor == actor for one in unfinished) >= UNFINISHED_MAX
                or len(unfinished) >= JOBS_MAX
            ):
                raise ConflictError("jobs_full")
            self._jobs[job.id] = job
            self._forget()
        self._pool.submit(self._run, job, work)
        return job

    def listing(self, request: Request) -> Response:
        """Return the jobs of an organisation, newest first."""
        try:
            actor = check_signed_in(request, self._signed)
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)
        with self._lock:
            mine = [job for job in self._jobs.values() if job.actor == actor]
        return _answer([self.record(request, job) for job in reversed(mine)])

    def state(self, request: Request) -> Response:
        """Return how far a job is."""
        try:
            return _answer(self.record(request, self._named(request)))
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)

    def file(self, request: Request) -> Response:
        """Return the file that a job made."""
        try:
            made = self._named(request).made
            if made is None or made.file is None or not made.file.exists():
                raise NotFoundError("job_unknown")
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)
        return FileResponse(made.file, 200, NO_STORE, made.media_type, filename=made.name)

    def record(self, request: Request, job: Job) -> dict[str, Any]:
        """Return a job as the page reads it."""
        told: dict[str, Any] = {
            "done": job.done,
            "id": job.id,
            "kind": job.kind,
            "of": job.of,
            "state": job.state,
            "title": job.title,
        }
        if job.refusal is not None:
            told["problem"] = json.decode(problem(job.refusal, self._frame.voice_of(request)))
        if job.made is not None:
            told["facts"] = dict(job.made.facts)
            if job.made.file is not None:
                told["file"] = f"{HOME}/{job.actor}/jobs/{job.id}/file"
                told["name"] = job.made.name
        return told

    def begun(self, request: Request, job: Job) -> Response:
        """Return the answer to whoever began a job."""
        return _answer(self.record(request, job), 202)

    def _named(self, request: Request) -> Job:
        actor = check_signed_in(request, self._signed)
        with self._lock:
            job = self._jobs.get(request.path_params["job"])
        if job is None or job.actor != actor:
            raise NotFoundError("job_unknown")
        return job

    def _run(self, job: Job, work: Work) -> None:
        job.state = "working"
        try:
            folder = self._folder / job.id
            folder.mkdir()
            job.made = work(folder, job.tell)
            job.state = "ready"
        except LedgerError as refusal:
            job.refusal, job.state = refusal, "refused"
        except Exception:  # noqa: BLE001  whatever it is, whoever waits must hear of it
            _log.exception("a job stopped")
            job.refusal, job.state = CorruptedError("job_stopped"), "refused"

    def _forget(self) -> None:
        """Let go of the oldest jobs that are finished, and of their files."""
        for name in [*self._jobs]:
            if len(self._jobs) <= JOBS_MAX:
                return
            job = self._jobs[name]
            if job.state in {"ready", "refused"}:
                del self._jobs[name]
                if job.made is not None and job.made.file is not None:
                    job.made.file.unlink(missing_ok=True)

    @cached_property
    def _pool(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(1, "jobs")

    @cached_property
    def _folder(self) -> Path:
        """The folder of all files; it goes when the process does, or these jobs."""
        made = mkdtemp(prefix="rice-ledger-jobs-")
        weakref.finalize(self, shutil.rmtree, made, ignore_errors=True)
        return Path(made)


def _answer(said: object, status: int = 200) -> Response:
    return Response(json.encode(said), status, NO_STORE, "application/json")
