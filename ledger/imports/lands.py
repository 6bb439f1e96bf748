"""Land on the ellipsoid: how large an outline is, and which outlines claim the same land.

Areas are geodesic on WGS 84. Intersections are cut in degrees, where the edges of fields are short
enough to be straight, and only then measured.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import shapely
from pyproj import Geod

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ledger.imports.rows import PlantingArea, Polygon

_ELLIPSOID = Geod(ellps="WGS84")

OVERLAP_WARN_PPT = 10  # outlines drawn by hand meet at their edges
OVERLAP_REFUSE_PPT = 100
AREA_TOLERANCE_PPT = 20


class Overlap(NamedTuple):
    """Land claimed twice: the later code, the earlier one that stands, the share of the later."""

    code: str
    other: str
    share_ppt: int  # rounded to the nearest part per thousand of the later area


def shape_of(polygons: Sequence[Polygon]) -> shapely.MultiPolygon:
    """Return the outline as a shape in degrees, longitude first."""
    return shapely.MultiPolygon(
        [
            (
                [(float(lon), float(lat)) for lon, lat in rings[0]],
                [[(float(lon), float(lat)) for lon, lat in hole] for hole in rings[1:]],
            )
            for rings in polygons
        ]
    )


def is_drawable(polygons: Sequence[Polygon]) -> bool:
    """Whether the outline encloses land and does not cross itself."""
    shape = shape_of(polygons)
    return bool(shape.is_valid) and shape.area > 0


def area_m2(polygons: Sequence[Polygon]) -> int:
    """Return the geodesic area of an outline, to the nearest square metre."""
    return round(_geodesic_m2(shape_of(polygons)))


def is_area_as_drawn(area: PlantingArea) -> bool:
    """Whether the stated area is within 2 % of the outline."""
    drawn_m2 = area_m2(area.polygons)
    return abs(area.area_m2 - drawn_m2) * 1000 <= AREA_TOLERANCE_PPT * drawn_m2


def overlaps(areas: Sequence[PlantingArea]) -> list[Overlap]:
    """Return every pair that shares land worth a warning; the code issued first stands.

    Pairs come in the order of the later codes. A spatial index keeps this near linear.
    """
    shapes = [shape_of(area.polygons) for area in areas]
    ranks = {index: rank for rank, index in enumerate(_by_issue(areas))}
    found = []
    first, second = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    for one, two in zip(first.tolist(), second.tolist(), strict=True):
        if ranks[one] <= ranks[two]:
            continue
        shared = shapely.intersection(shapes[one], shapes[two])
        share = _geodesic_m2(shared) / _geodesic_m2(shapes[one])
        if (share_ppt := round(share * 1000)) >= OVERLAP_WARN_PPT:
            found.append(
                (ranks[one], ranks[two], Overlap(areas[one].code, areas[two].code, share_ppt))
            )
    return [overlap for _, _, overlap in sorted(found)]


def _by_issue(areas: Sequence[PlantingArea]) -> list[int]:
    """Return the places of the areas, the first issued first; undated codes come last."""

    def rank(index: int) -> tuple[float, int]:
        issued_on = areas[index].issued_on
        return (math.inf if issued_on is None else issued_on.toordinal(), index)

    return sorted(range(len(areas)), key=rank)


def _geodesic_m2(shape: shapely.Geometry) -> float:
    """Return the area whatever way the rings run; lines and points that remain have none."""
    flat = [part for part in shapely.get_parts(shape) if part.area > 0]
    return sum(
        abs(_ELLIPSOID.geometry_area_perimeter(shapely.orient_polygons(part))[0]) for part in flat
    )
