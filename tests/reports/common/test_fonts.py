"""Every PDF is set in the families that the style sheet and the charts name: Chinese forms, nothing the machine happened to have."""

import re
import subprocess
from io import BytesIO

import pikepdf
import pytest

from greendistrict.core import chart_marks, charts
from reports.common import render
from tools.demo import files

CSS = (render.ALLOWED[1] / "report.css").read_text(encoding="utf-8")
NAMED = {*re.findall(r'"([^"]+)"', CSS), *chart_marks.FAMILIES.split(", ")}
SIGNS = "碳排放强度 kgCO₂/㎡·a，Ⅳ类水，25.6℃，≥ ≤ ± × ÷ ² ³ μg ✓ ★ ☆ □ ■ ● ○ △ ▲ ← → ①②⑩ ㎡ ㎞ § № ‰ … — – “” ‘’ 〔2023〕"


def families(content):
    """Names without the subset's letters and the style: ``/ABCDEF+Noto-Sans-CJK-SC-Bold`` is Noto Sans CJK SC."""
    with pikepdf.open(BytesIO(content)) as document:
        parts = [part for part in document.objects if isinstance(part, pikepdf.Dictionary) and part.get("/Type") == "/FontDescriptor"]
        names = [str(part["/FontName"]).partition("+")[2] for part in parts]
    return {re.sub(r"-(Bold|Regular|Book)$", "", name).replace("-", " ") for name in names}


@pytest.mark.parametrize("report", ["district_report", "city_report"])
def test_reports_use_named_families_only(report, request):
    found = families(request.getfixturevalue(report).pdf)
    assert {"Noto Serif CJK SC", "Noto Sans CJK SC"} <= found <= NAMED, found


def test_the_agencys_own_font_comes_first_where_one_is_given(settings):
    html = '<html lang="zh-CN"><head><title>试</title></head><body><p>ABC</p></body></html>'
    assert not any("Agency" in name for name in families(render.from_html(html, sheets=["report.css"])))
    found = subprocess.run(["fc-match", "--format", "%{file}", "DejaVu Serif"], capture_output=True, text=True, check=True)
    settings.REPORT_FONTS = [found.stdout]
    assert any("Agency0" in name for name in families(render.from_html(html, sheets=["report.css"])))


def test_demo_files_use_named_families_only():
    assert families(files.content("绿色生态规划方案")) <= NAMED


@pytest.mark.parametrize("element", ["p", "h1", "h2", "h3", "th", "b"])
def test_signs_of_the_portals_own_words_come_from_named_families(element):
    body = f"<table><thead><tr><th>{SIGNS}</th></tr></thead></table>" if element == "th" else f"<{element}>{SIGNS}</{element}>"
    html = f'<html lang="zh-CN"><head><title>试</title></head><body>{body}</body></html>'
    assert families(render.from_html(html, sheets=["report.css"])) <= NAMED


def test_every_chart_names_its_families():
    one = charts.Series("甲", [1, 2, 3])
    drawn = [charts.radar(["一", "二", "三"], one, title="图"), charts.bars([charts.Bar("甲", 1)], unit="分", title="图")]
    assert all(f'font-family="{chart_marks.FAMILIES}"' in svg for svg in drawn)
    assert not any("JP" in family for family in NAMED)
