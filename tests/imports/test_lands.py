"""Land on the ellipsoid: areas, and the same land registered twice."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from ledger.errors import MalformedError
from ledger.imports.lands import Overlap, area_m2, overlaps
from ledger.imports.rows import PlantingArea, Polygon
from ledger.imports.tables import Table, read_table


def square(west: str, south: str = "10.1", side: str = "0.01") -> Polygon:
    w, s, d = Decimal(west), Decimal(south), Decimal(side)
    return (((w, s), (w + d, s), (w + d, s + d), (w, s + d), (w, s)),)


def area(code: str, west: str, issued_on: date | None = None) -> PlantingArea:
    polygons = (square(west),)
    return PlantingArea(
        line=1,
        code=code,
        cooperative="htx",
        commune_code="31231",
        area_m2=area_m2(polygons),
        issued_on=issued_on,
        polygons=polygons,
    )


def test_a_hundredth_of_a_degree_at_ten_degrees_north() -> None:
    # One degree of latitude is 110 609 m there, one of longitude 109 601 m (WGS 84 series).
    assert area_m2([square("105.3")]) == pytest.approx(1096.01 * 1106.09, rel=1e-4)


def test_the_way_a_ring_runs_does_not_matter_and_holes_count() -> None:
    (outline,) = square("105.3")
    (hole,) = square("105.302", "10.102", "0.005")
    whole = area_m2([(outline,)])
    assert area_m2([(outline[::-1],)]) == whole
    assert area_m2([(outline, hole)]) == pytest.approx(whole * 3 / 4, rel=1e-3)


def test_the_code_issued_first_stands() -> None:
    later, first = area("B", "105.305", date(2025, 1, 2)), area("A", "105.3", date(2024, 1, 2))
    undated = area("C", "105.3")
    assert overlaps([undated, later, first]) == [
        Overlap("B", "A", 500),
        Overlap("C", "A", 1000),
        Overlap("C", "B", 500),
    ]


def test_neighbours_that_only_touch_do_not_overlap() -> None:
    assert overlaps([area("A", "105.3"), area("B", "105.31")]) == []


def collection(*features: object) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def feature(code: str, polygon: Polygon, **changes: object) -> dict[str, object]:
    properties = {
        "code": code,
        "cooperative": "htx",
        "commune_code": "31231",
        "area_ha": 121.2,
        "state": "active",
        "in_scheme": True,
        **changes,
    }
    coordinates = [[[float(lon), float(lat)] for lon, lat in ring] for ring in polygon]
    geometry = {"type": "Polygon", "coordinates": coordinates}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def lands(*features: object) -> Table:
    return read_table(collection(*features), "planting_areas", file="areas.geojson")


def test_vietnamese_properties_and_several_polygons() -> None:
    one = feature("A", square("105.3"))
    parts = [[[[float(x), float(y)] for x, y in square(west)[0]]] for west in ("105.3", "105.32")]
    names = {
        "ma_vung_trong": "B",
        "hop_tac_xa": "htx",
        "ma_xa": 31231,
        "dien_tich_ha": "242,45",
        "trong_de_an": "có",
        "trang_thai": "tạm dừng",
        "san_luong_duyet_t": 1090.5,
        "ngay_cap": "02/03/2025",
    }
    two = {"properties": names, "geometry": {"type": "MultiPolygon", "coordinates": parts}}
    (row,) = lands(two).of(PlantingArea)
    assert (row.code, row.commune_code, row.area_m2) == ("B", "31231", 2_424_500)
    assert (row.in_scheme, row.state, row.issued_on) == (True, "suspended", date(2025, 3, 2))
    assert (row.approved_output_g, len(row.polygons)) == (1_090_500_000, 2)
    assert [row.code for row in lands(one).of(PlantingArea)] == ["A"]


def test_the_same_land_twice_is_refused_a_shared_edge_is_not() -> None:
    table = lands(
        feature("A", square("105.3")),
        feature("B", square("105.3002")),
        feature("C", square("105.3098")),
    )
    assert [(notice.code, notice.line, notice.read, notice.other) for notice in table.notices] == [
        ("overlapping_area", 2, "B", "A"),
        ("overlap_small", 3, "C", "A"),
    ]
    assert [row.line for row in table.rows] == [1, 3]


def test_a_stated_area_far_from_the_outline_is_said() -> None:
    (notice,) = lands(feature("A", square("105.3"), area_ha=124)).notices
    assert (notice.code, notice.level, notice.other) == ("area_differs", "warn", "121.23")


BENT = {
    "open": (square("105.3")[0][:-1],),
    "three points": (square("105.3")[0][:2] + square("105.3")[0][:1],),
    "crossing itself": (tuple(square("105.3")[0][place] for place in (0, 2, 1, 3, 0)),),
    "no land": (square("105.3", side="0")[0],),
    "latitude first": (tuple((y, x) for x, y in square("105.3")[0]),),
    "no ring": (),
}


@pytest.mark.parametrize("shape", BENT)
def test_an_outline_that_is_none_is_refused(shape: str) -> None:
    table = lands(feature("A", BENT[shape]), feature("B", square("105.3")))
    assert [(notice.code, notice.read) for notice in table.notices] == [("shape_unreadable", "A")]
    assert [row.line for row in table.rows] == [2]


def test_a_missing_property_is_named() -> None:
    with pytest.raises(MalformedError) as refusal:
        lands({"properties": {"code": "A", "state": "active"}, "geometry": None})
    assert refusal.value.code == "import_heading_missing"
    assert "cooperative" in refusal.value.words.vi
