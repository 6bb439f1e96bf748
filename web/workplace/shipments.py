"""Shipping dossiers at a workplace: one archive for a buyer, and addresses that share it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from anyio import to_thread
from msgspec import Meta, Struct, json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.consignment.archive import Packed, pack, plain
from ledger.consignment.gathered import is_concerned
from ledger.consignment.shares import DAYS_MAX, Share, SharedLot, Shares, Told
from ledger.errors import LedgerError, NotFoundError
from ledger.rice.facts import Actor, Container, Lot, Pallet
from ledger.service import Ledger
from ledger.store.store import Reading
from web.frame import root_of
from web.verifier_page import make_verifier
from web.workplace.actor_pages import actor_of
from web.workplace.bodies import read_body
from web.workplace.frame import HOME, NO_STORE, WorkFrame
from web.workplace.jobs import Jobs, Made, Progress
from web.workplace.signed_in import SignedIn, check_signed_in, decoded
from web.workplace.stock import short_name

SHARE = "/share"
_BODY_MAX = 2_000
_SHOWN = 100
_NAME_LENGTH_MAX = 200

_Name = Annotated[str, Meta(min_length=1, max_length=_NAME_LENGTH_MAX)]


class _Making(Struct, frozen=True, forbid_unknown_fields=True):
    name: _Name
    days: Annotated[int, Meta(ge=0, le=DAYS_MAX)] = 0
    """For how long it is shared too; not at all if 0."""


class _Ending(Struct, frozen=True, forbid_unknown_fields=True):
    share: Annotated[str, Meta(pattern=r"\A[0-9a-f]{16}\Z")]


class Shipments:
    """The pages of shipping dossiers."""

    def __init__(
        self,
        book: Ledger,
        frame: WorkFrame,
        clock: Callable[[], datetime],
        jobs: Jobs,
        signed: SignedIn,
    ) -> None:
        self._book = book
        self._frame = frame
        self._clock = clock
        self._jobs = jobs
        self._signed = signed
        here = f"{HOME}/{{actor}}/shipments"
        self.routes = [
            Route(here, self.listing),
            Route(f"{here}/made", self.make, methods=["POST"]),
            Route(f"{here}/shares", self.shared),
            Route(f"{here}/ended", self.end, methods=["POST"]),
            Route(f"{here}/{{name:path}}", self.page),
        ]

    def listing(self, request: Request) -> Response:
        """Return the containers, pallets and packed lots of an organisation."""
        with self._book.reading() as view:
            actor = actor_of(view, request)
            shown = _goods_of(view, actor)
        origin = self._book.origin
        return self._frame.show(
            request,
            "workplace/shipments.html",
            actor=actor,
            origin=origin,
            short_name=short_name,
            **shown,
        )

    def page(self, request: Request) -> Response:
        """Return the page on which the dossier of one of them is made and shared."""
        name = request.path_params["name"][:_NAME_LENGTH_MAX]
        with self._book.reading() as view:
            actor = actor_of(view, request)
        self._check_concerned(name, actor.id)
        shown = {"name": name, "title": short_name(name) if "://" in name else name}
        return self._frame.show(
            request, "workplace/shipment.html", actor=actor, origin=self._book.origin, **shown
        )

    async def make(self, request: Request) -> Response:
        """Begin to make a dossier; it is shared too if that was asked for."""
        try:
            actor = check_signed_in(request, self._signed)
            asked = decoded(await read_body(request, _BODY_MAX), _Making)
            await to_thread.run_sync(self._check_concerned, asked.name, actor)
            root = root_of(request)

            def work(folder: Path, progress: Progress) -> Made:
                return self._made(actor, asked, root, folder, progress)

            job = self._jobs.begin(actor, "dossier", asked.name[-60:], work)
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)
        return self._jobs.begun(request, job)

    def shared(self, request: Request) -> Response:
        """Return what an organisation shares."""
        try:
            return self._told(check_signed_in(request, self._signed))
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)

    async def end(self, request: Request) -> Response:
        """End a share."""
        try:
            actor = check_signed_in(request, self._signed)
            asked = decoded(await read_body(request, _BODY_MAX), _Ending)
            await to_thread.run_sync(self._shares.end, actor, asked.share)
            return self._told(actor)
        except LedgerError as refusal:
            return self._frame.refuse(request, refusal)

    def _made(
        self, actor: str, asked: _Making, root: str, folder: Path, progress: Progress
    ) -> Made:
        at = self._clock()
        packed = pack(self._book, asked.name, at, make_verifier, progress)
        told = _told_of(packed)
        file = folder / "dossier"
        file.write_bytes(packed.data)
        facts: dict[str, Any] = {"digest": told.digest, "files": len(packed.files)}
        if asked.days:
            token = self._shares.begin(actor, told, packed.data, at, asked.days)
            facts["address"] = f"{root}{SHARE}/{token}"
        name = f"dossier-{plain(packed.consignment.number)}.zip"
        return Made(facts, file, name, "application/zip")

    def _check_concerned(self, name: str, actor: str) -> None:
        """Refuse what an organisation has no part in, as if there were none."""
        with self._book.reading() as view:
            if not is_concerned(view, name, actor):
                raise NotFoundError("consignment_unknown", name=name[:120])

    def _told(self, actor: str) -> Response:
        shares = [_record(share) for share in self._shares.of(actor, self._clock())]
        return Response(json.encode({"shares": shares}), 200, NO_STORE, "application/json")

    @cached_property
    def _shares(self) -> Shares:
        return Shares(self._book.folder)


def _told_of(packed: Packed) -> Told:
    one = packed.consignment
    lots = tuple(
        SharedLot(lot.code, lot.product.name.vi, lot.product.name.en, lot.bags, lot.mass_g)
        for lot in one.lots
    )
    return Told(
        kind=one.kind,
        number=one.number,
        sender_vi=one.sender.vi,
        sender_en=one.sender.en,
        seal=one.seal,
        lots=lots,
        files=packed.files,
        digest=hashlib.sha256(packed.data).hexdigest(),
    )


def _record(share: Share) -> dict[str, object]:
    return {
        "begun": share.begun,
        "id": share.id,
        "number": share.told.number,
        "until": share.until,
    }


def _goods_of(view: Reading, actor: Actor) -> dict[str, Any]:
    """Return what a dossier can be made of: containers first, then lots, then single pallets."""
    lots = {lot.id: lot for lot in view.every(Lot, "lot") if lot.form == "packed"}
    mine = {name for name, lot in lots.items() if actor.id in {lot.maker, lot.holder}}
    pallets = {one.sscc: one for one in view.every(Pallet, "pallet") if one.lot in mine}
    containers = [
        one
        for one in view.every(Container, "container")
        if not mine.isdisjoint(name for name, _ in one.bags)
        or not pallets.keys().isdisjoint(one.pallets)
    ]
    containers.sort(key=lambda one: one.loaded_index, reverse=True)
    return {
        "containers": containers[:_SHOWN],
        "lots": sorted((lots[name] for name in mine), key=lambda lot: -lot.born_index)[:_SHOWN],
        "pallets": [one for one in pallets.values() if not one.container][:_SHOWN],
    }
