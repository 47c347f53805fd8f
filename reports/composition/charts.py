"""Charts of a composition: SVG (as on pages) for PDF, rendered to PNG for Word."""

from collections.abc import Sequence
from io import BytesIO

from districts.common.city_grid import COLUMNS, GRID, ROWS, SPECIAL
from greendistrict.core import charts, tile_chart
from reports.composition.blocks import Chart
from reports.composition.enums import ChartKind
from reports.composition.printed import words_of

TILE, TILE_ROW, TILE_GAP = 144.0, 76.0, 8.0  # steps of the schematic map
PICTURE_SCALE = 3.0  # 216 dots per inch


def svg_of(chart: Chart) -> str:
    """The chart as SVG."""
    rows = [charts.Series(row.name, row.values) for row in chart.series]
    match chart.kind:
        case ChartKind.RADAR:
            return charts.radar(chart.labels, rows[0], goal=rows[1] if len(rows) > 1 else None, title=chart.caption)
        case ChartKind.LINES:
            return charts.line(chart.labels, rows, unit=chart.unit, title=chart.caption, legend=True)
        case ChartKind.BOXES:
            boxes = [charts.Box(label, *(row.values[at] for row in rows)) for at, label in enumerate(chart.labels)]
            return charts.boxes(boxes, unit=chart.unit, title=chart.caption, paper=True)
        case ChartKind.TILES:
            return tile_chart.tiles(_tiles(chart), title=chart.caption)
        case _:
            second = rows[1].values if len(rows) > 1 else [None] * len(chart.labels)
            bars = [charts.Bar(label, value, other) for label, value, other in zip(chart.labels, rows[0].values, second, strict=True)]
            places = 0 if all(value is None or value == int(value) for row in rows for value in row.values) else 2
            names = {"name": rows[0].name, "other": rows[1].name if len(rows) > 1 else ""}
            return charts.bars(bars, unit=chart.unit, title=chart.caption, places=places, **names)


def _tiles(chart: Chart) -> list[tile_chart.MapTile]:
    """All places of the grid, each with its counts other than 0; special areas in rows below the 行政区."""
    words = {label: tuple(f"{row.name}{row.values[at]}" for row in chart.series if row.values[at]) for at, label in enumerate(chart.labels)}
    below = (((name, short), (at % COLUMNS, ROWS + at // COLUMNS, 1, 1)) for at, (name, short) in enumerate(SPECIAL.items()))
    places = (*(((name, name), place) for name, *place in GRID.values()), *below)
    return [
        tile_chart.MapTile(
            short, (1 + column * TILE, 1 + row * TILE_ROW, wide * TILE - TILE_GAP, high * TILE_ROW - TILE_GAP), words.get(name, ())
        )
        for (name, short), (column, row, wide, high) in places
    ]


def alternative(chart: Chart) -> str:
    """Figures of the chart in words, as alternative text."""
    said = (
        f"{row.name}：" + "，".join(f"{label}{words_of(value)}{chart.unit}" for label, value in zip(chart.labels, row.values, strict=True))
        for row in chart.series
    )
    return f"{chart.caption}。{'；'.join(said)}"


def pictures_of(drawn: Sequence[Chart]) -> list[bytes]:
    """Each chart as PNG, rendered by the PDF renderer so that fonts and lines are equal; in one run, to load fonts once."""
    import pypdfium2  # type: ignore[import-untyped]  # noqa: PLC0415 -- only who makes Word documents pays for it

    from reports.common import render  # noqa: PLC0415 -- pages draw charts as well, and never load the renderer

    if not drawn:
        return []
    pictures = []
    with pypdfium2.PdfDocument(render.picture_pages([svg_of(chart) for chart in drawn])) as document:
        for _, page in zip(drawn, document, strict=True):
            stream = BytesIO()
            page.render(scale=PICTURE_SCALE).to_pil().save(stream, "PNG")
            pictures.append(stream.getvalue())
    return pictures
