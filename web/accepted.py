"""What whoever asks would rather have: media types by ``Accept`` (RFC 9110 section 12.5.1).

Only the first parts of a header are read, so that a long one costs no more than a short one.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from web.words import read_weight

_PARTS_MAX = 64
_ANY = "*/*"

HTML = "text/html"
JSON = "application/json"
LINKSET = "application/linkset+json"
PROBLEM = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Accepted:
    """The media types a request names, each with its weight between 0 and 1."""

    weights: dict[str, float]

    @classmethod
    def of(cls, request: Request) -> Accepted:
        """Return what a request accepts."""
        return cls.read(request.headers.get("accept", ""))

    @classmethod
    def read(cls, header: str) -> Accepted:
        """Return what a header accepts; parts that cannot be read weigh nothing."""
        weights: dict[str, float] = {}
        for part in header.split(",", _PARTS_MAX)[:_PARTS_MAX]:
            name, _, rest = part.partition(";")
            # Parameters other than the weight, as in `text/html;level=1`, make no difference here.
            weighed = next((one for one in rest.split(";") if one.strip()[:2] == "q="), "")
            weights[name.strip().lower()] = read_weight(weighed)
        return cls(weights)

    def names(self, *media_types: str) -> bool:
        """Tell whether one of these is asked for by its own name."""
        return any(self.weights.get(one, 0.0) > 0 for one in media_types)

    @property
    def is_person(self) -> bool:
        """Tell whether a browser asks: it names pages, a program that takes anything does not."""
        return self.names(HTML, "application/xhtml+xml")

    @property
    def linkset(self) -> str:
        """Return the media type a linkset is asked for in; empty if a page is liked better."""
        wanted = self.weights.get(LINKSET, 0.0)
        if wanted > 0 and wanted >= self.weights.get(HTML, 0.0):
            return LINKSET
        return JSON if self.names(JSON) and not self.is_person else ""

    @property
    def wants_json(self) -> bool:
        """Tell whether a refusal is better told as data."""
        return self.names(LINKSET, JSON, PROBLEM, "application/ld+json") and not self.is_person

    def weigh(self, media_type: str) -> float:
        """Return how welcome a media type is."""
        if not any(self.weights):
            return 1.0
        family = media_type.partition("/")[0] + "/*"
        for name in (media_type, family, _ANY):
            if name in self.weights:
                return self.weights[name]
        return 0.0
