"""The annual report as PDF, by GB/T 9704 measures; charts are the page's own."""

from base64 import b64encode

from django.template.loader import render_to_string

from greendistrict.core.charts import Bar, bars
from reports.annual.figures import CityFigures
from reports.common import render


def _source(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def city_pdf(figures: CityFigures, *, code: str) -> bytes:
    """Report of the city over all received self-checks."""
    return render.from_html(city_html(figures, code=code))


def city_html(figures: CityFigures, *, code: str) -> str:
    """Whole HTML document behind ``city_pdf``."""
    chart = bars(
        [Bar(row.district.name, row.total, row.planned_total) for row in figures.districts], unit="分", title="各城区总分", other="预期"
    )
    planned = any(row.planned_total is not None for row in figures.districts)
    context = {"figures": figures, "bars": _source(chart), "planned": planned, "code": code, "means": figures.means()}
    return render_to_string("pdf/annual_city.html", context)
