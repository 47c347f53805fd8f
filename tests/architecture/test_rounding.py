"""Figures are rounded in ``core/rounding.py`` only: ``quantize``, ``round`` and ``:.2f`` all round a half to the even digit."""

import ast
import re

from tests.architecture.sources import nodes, off, said

ROUNDS = {"greendistrict/core/rounding.py": "the one place"}
ROUND_UP_OR_DOWN = {**ROUNDS, "assessments/post_evaluations/sampling.py": "a share of things is a whole number of things, upward"}
# Floats that nobody reads as a figure: coordinates of drawings and maps, sizes of files, seconds.
FLOATS = {
    "districts/boundaries/geojson.py": "coordinates of a drawing",
    "districts/boundaries/geometry/": "coordinates of a map, size of a file", "greendistrict/core/charts.py": "coordinates of a chart",
    "greendistrict/core/chart_marks.py": "coordinates of a chart", "greendistrict/core/stair_chart.py": "coordinates of a chart",
    "greendistrict/core/life_chart.py": "coordinates of a chart", "greendistrict/core/panel_chart.py": "coordinates of a chart",
    "greendistrict/core/bullet_chart.py": "coordinates of a chart", "greendistrict/core/tile_chart.py": "coordinates of a chart",
    "portal/desk/selectors.py": "coordinates of a bar", "greendistrict/documents/office/inspection.py": "size of a file",
    "greendistrict/documents/office/photographed.py": "size of a file, and coordinates of a page",
    "indicators/editions/upload.py": "size of a file", "portal/operations/selectors/status.py": "free space of a disk",
    "reports/jobs/lease.py": "minutes that are left", "reports/matters/pdf_pages.py": "coordinates of a picture and of a stamp",
    "reports/matters/field_looks.py": "sizes of fields on a page",
    "portal/first_day/trials.py": "seconds between two clocks",
    "tools/": "measurements and invented values",
}  # fmt: skip
FIXED_PLACES = re.compile(r"\.(\d+|\{\})[f%]$")


def test_decimals_are_quantized_in_one_place():
    found = [(source.path, f"line {node.lineno}") for source, node in nodes(ast.Attribute) if node.attr == "quantize"]
    assert off(found, ROUNDS) == []


def test_a_way_of_rounding_is_named_in_one_place():
    found = [
        (source.path, f"line {node.lineno} {name.name}")
        for source, node in nodes(ast.ImportFrom)
        for name in node.names
        if name.name.startswith("ROUND_")
    ]
    assert off(found, ROUND_UP_OR_DOWN) == []


def test_floats_are_rounded_for_drawings_and_sizes_only():
    found = [(source.path, node) for source, node in nodes(ast.Call) if isinstance(node.func, ast.Name) and node.func.id == "round"]
    found += [
        (source.path, node)
        for source, node in nodes(ast.FormattedValue)
        if node.format_spec and FIXED_PLACES.search("".join(_spec(node.format_spec)))
    ]
    found += [
        (source.path, node)
        for source, node in nodes(ast.Call)
        if isinstance(node.func, ast.Name) and node.func.id == "format" and any(_places(arg) for arg in node.args[1:])
    ]
    found += [
        (source.path, node)
        for source, node in nodes(ast.BinOp)
        if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and re.search(r"%[+,]?\.\d+f", str(node.left.value))
    ]
    assert off([(path, f"line {node.lineno} {said(node)[:60]}") for path, node in found], FLOATS) == []


def _spec(spec):
    """Text of a format specification, fields in it as ``{}``."""
    return (str(part.value) if isinstance(part, ast.Constant) else "{}" for part in spec.values)


def _places(arg):
    return isinstance(arg, ast.Constant) and isinstance(arg.value, str) and bool(FIXED_PLACES.search(arg.value))
