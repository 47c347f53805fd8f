"""Boundaries as drawings."""

import re

import pytest

from districts.boundaries import geojson

SQUARE = [[121.5, 31.2], [121.52, 31.2], [121.52, 31.22], [121.5, 31.22], [121.5, 31.2]]


def test_the_outline_fits_its_box_and_keeps_the_proportions():
    drawn = geojson.outline({"type": "MultiPolygon", "coordinates": [[SQUARE]]})
    numbers = [float(number) for number in re.findall(r"[\d.]+", drawn.path)]
    wide = max(numbers[::2]) - min(numbers[::2])
    high = max(numbers[1::2]) - min(numbers[1::2])
    assert min(numbers) >= 0
    assert max(numbers[::2]) <= drawn.width
    assert wide / high == pytest.approx(0.855, abs=0.01)
    assert high == pytest.approx(drawn.height - 2 * 16, abs=0.2)  # it fills the height between the margins
    assert drawn.scale_words in {"500 m", "1 km"}
    assert drawn.scale_px <= drawn.width / 5 + 1


def test_a_boundary_that_is_almost_a_line_still_draws():
    flat = [[121.5, 31.2], [121.6, 31.2], [121.55, 31.2], [121.5, 31.2]]
    assert geojson.outline({"type": "MultiPolygon", "coordinates": [[flat]]}).path.startswith("M")
