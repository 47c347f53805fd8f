"""Boundaries as GeoJSON."""

import json
import re

import pytest

from districts import geojson

SQUARE = [[121.5, 31.2], [121.52, 31.2], [121.52, 31.22], [121.5, 31.22], [121.5, 31.2]]


def encoded(data):
    return json.dumps(data).encode()


@pytest.mark.parametrize(
    "data",
    [
        {"type": "Polygon", "coordinates": [SQUARE]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [SQUARE]}}]},
        {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "coordinates": [[[*point, 4.0] for point in SQUARE]]}]},
    ],
)
def test_polygons_in_any_dress_become_one_multipolygon(data):
    assert geojson.parse(encoded(data)) == {"type": "MultiPolygon", "coordinates": [[SQUARE]]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b"null",
        encoded([]),
        encoded({"type": "Point", "coordinates": [121.5, 31.2]}),
        encoded({"type": "FeatureCollection", "features": []}),
        encoded({"type": "FeatureCollection", "features": [{"geometry": None}]}),
        encoded({"type": "Polygon", "coordinates": []}),
        encoded({"type": "Polygon", "coordinates": None}),
        encoded({"type": "Polygon", "coordinates": [[*SQUARE[:4], [121.5, None]]]}),
        encoded({"type": "Polygon", "coordinates": [[*SQUARE[:4], [True, True]]]}),
        b'{"type":"Polygon","coordinates":[[[NaN,31.2],[121.5,31.2],[121.6,31.2],[NaN,31.2]]]}',
        b" " * (geojson.MAX_BYTES + 1),
    ],
)
def test_anything_else_is_refused_in_words(content):
    with pytest.raises(geojson.BoundaryError) as caught:
        geojson.parse(content)
    assert str(caught.value)


def test_the_limits_themselves_are_inside():
    corners = [[120.85, 30.65], [122.25, 30.65], [122.25, 31.9], [120.85, 30.65]]
    assert geojson.parse(encoded({"type": "Polygon", "coordinates": [corners]}))


def test_the_outline_fits_its_box_and_keeps_the_proportions():
    drawn = geojson.outline({"type": "MultiPolygon", "coordinates": [[SQUARE]]})
    numbers = [float(number) for number in re.findall(r"[\d.]+", drawn.path)]
    wide = max(numbers[::2]) - min(numbers[::2])
    high = max(numbers[1::2]) - min(numbers[1::2])
    assert min(numbers) >= 0
    assert max(numbers[::2]) <= drawn.width
    assert wide / high == pytest.approx(0.855, abs=0.01)
    assert drawn.scale_words in {"500 m", "1 km"}
    assert drawn.scale_px <= drawn.width / 5 + 1


def test_a_boundary_that_is_almost_a_line_still_draws():
    flat = [[121.5, 31.2], [121.6, 31.2], [121.55, 31.2], [121.5, 31.2]]
    assert geojson.outline({"type": "MultiPolygon", "coordinates": [[flat]]}).path.startswith("M")
