"""The annual report as PDF, by GB/T 9704 measures; charts are the page's own."""

import re
from base64 import b64encode

from django.template.loader import render_to_string

from greendistrict.core import clock
from greendistrict.core.charts import Bar, Series, bars, radar
from reports.annual.figures import AnnualFigures, CityFigures
from reports.common import render

HEAD = re.compile(r"^([一二三四五六七八九十]+)、")


def _source(svg: str) -> str:
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def district_pdf(figures: AnnualFigures, *, code: str) -> bytes:
    """Report of one district; ``code`` is the verification code of the job."""
    return render.from_html(district_html(figures, code=code))


def district_html(figures: AnnualFigures, *, code: str) -> str:
    """Whole HTML document behind ``district_pdf``."""
    rows = figures.dimensions
    planned = [row.planned for row in rows]
    goal = Series("预期", planned) if all(value is not None for value in planned) else None
    chart = radar([row.dimension for row in rows], Series("已实现", [row.score for row in rows]), goal=goal, title="五个方面得分")
    # Second-level heads of a letter read （一）; the form numbers its sections 一、 because it has no first level.
    sections = [(HEAD.sub(r"（\1）", title), text) for title, text in figures.sections]
    context = {"figures": figures, "sections": sections, "radar": _source(chart), "code": code, "made_on": clock.today()}
    return render_to_string("pdf/annual_district.html", context)


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
