"""Small valid files for the demo, each marked 演示数据."""

import json
from functools import cache
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.loader import render_to_string

from greendistrict.documents.office.inspection import KINDS

TITLES = (
    "绿色生态指标体系", "绿色生态规划方案", "碳排放分析报告", "生态诊断报告", "试点申报表", "近期重点项目实施计划", "地块出让文件",
    "政府批复", "报送函", "能源专项规划", "海绵城市专项规划", "绿色建筑台账", "年度监测数据", "公共服务设施分布图", "数字化平台说明",
)  # fmt: skip
SIDE = 240


@cache
def content(title: str) -> bytes:
    """PDF with a few lines below ``title``."""
    from reports.common import render  # noqa: PLC0415 -- heavy; used by the demo command only

    return render.from_html(render_to_string("pdf/demo_file.html", {"title": title}), sheets=["report.css"])


def upload(title: str) -> SimpleUploadedFile:
    """Upload of the demo file with that title."""
    return SimpleUploadedFile(f"{title}（演示）.pdf", content(title), content_type=KINDS["pdf"].content_type)


def drawn_boundary(name: str, geometry: dict[str, object]) -> SimpleUploadedFile:
    """Upload of a boundary as GeoJSON."""
    return SimpleUploadedFile(f"{name}.geojson", json.dumps(geometry).encode())


def picture() -> SimpleUploadedFile:
    """A simple drawing of a building site, not of any real place."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 -- used by the demo command only

    image = Image.new("RGB", (SIDE * 4 // 3, SIDE), "#dfe9f0")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, SIDE * 3 // 4, SIDE * 4 // 3, SIDE), fill="#8aa06f")
    draw.rectangle((SIDE // 2, SIDE // 3, SIDE, SIDE * 3 // 4), fill="#b9b2a6", outline="#6b665c")
    stream = BytesIO()
    image.save(stream, "PNG")
    return SimpleUploadedFile("现场（演示）.png", stream.getvalue(), content_type="image/png")
