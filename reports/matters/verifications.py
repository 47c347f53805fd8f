"""碳排放核查报告 as the verifier signed it: the statement with place to sign and seal, what was verified, findings, files."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from approvals.casework.selectors.known_on_day import name_on
from carbon.factors.selectors import factors_now
from carbon.inventories.content import shown_lines
from carbon.verification.models import CarbonVerification, VerificationState
from carbon.verification.selectors import verifications_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.rounding import fixed
from greendistrict.core.templatetags.gd import cn_date, fours
from reports.composition.blocks import Block, Composition, Pairs, PaperColumn, PaperTable, Paragraph, Signature
from reports.composition.enums import ColumnKind
from reports.matters.carbon import ACTIVITIES, SIGNS
from reports.matters.words import given, matter_code, moment, section

FINDINGS = (
    PaperColumn("序号", 14, ColumnKind.NAME), *(PaperColumn(title, missing="—") for title in ("核查发现", "更正情况", "核实意见")),
)  # fmt: skip
FILES = tuple(
    PaperColumn(title, wide, kind)
    for title, wide, kind in (("文件", None, ColumnKind.NAME), ("校验值（SHA-256前16位）", 56, ColumnKind.TEXT))
)


def visible_to(viewer: Viewer) -> QuerySet[CarbonVerification]:
    """Signed verifications that the user sees; before that nothing is stated."""
    return verifications_visible_to(viewer).filter(status=VerificationState.SIGNED)


def compose(_viewer: Viewer, found: CarbonVerification) -> Composition:
    """The signed content; nothing of it is computed anew."""
    content = found.frozen or {}
    signed = found.signed_at.astimezone(clock.SHANGHAI).date() if found.signed_at else None
    district = name_on(found.district, signed) if signed else str(found.district)
    rows = [
        ("城区", district),
        ("核查年度", f"{found.year}年度"),
        ("核查机构", content["body"]),
        ("委托时间", moment(found.mandated_at)),
        ("签发时间", moment(found.signed_at)),
        ("核查结论", found.get_conclusion_display()),
        matter_code(found),
    ]
    blocks = (
        *section("一、核查声明", *_statement(found, content, district)),
        Signature((f"核查机构（盖章）：{content['body']}", "签发人（签名）：　　　　　　", f"日期：{cn_date(signed)}")),
        *section("二、基本情况", Pairs(given(rows))),
        *section("三、核查的清单", *_inventory(found, content)),
        *section("四、核查发现和处理", _findings(content)),
        *section("五、核查意见附件", _files(content), Paragraph(f"签发内容校验值（SHA-256）{fours(found.digest)}")),
    )
    cover = (("核查机构", content["body"]), ("核查结论", found.get_conclusion_display()), ("签发日期", signed))
    return Composition(f"{district}{found.year}年度碳排放核查报告", blocks, cover=cover, is_demo=found.district.is_demo)


def _statement(found: CarbonVerification, content: dict[str, Any], district: str) -> list[Block]:
    """What was verified with which result, then the statement in the verifier's own words."""
    inventory = content["inventory"]
    said = (
        f"{content['body']}受委托，对{district}{found.year}年度碳排放清单（第{inventory['edition']}版）进行了核查。经核查，"
        f"该年度碳排放总量为{fixed(Decimal(inventory['total']), grouped=True)} tCO₂e，"
    )
    if inventory["per_m2_kg"]:
        said += f"单位面积碳排放量为{fixed(Decimal(inventory['per_m2_kg']), 3)} kgCO₂e/m²，"
    count = len(content["findings"])
    settled = f"核查中提出的{count}条发现均已核实关闭。" if count else "核查中没有提出发现。"
    return [Paragraph(f"{said}核查结论为{found.get_conclusion_display()}。{settled}"), Paragraph(content["statement"])]


def _inventory(found: CarbonVerification, content: dict[str, Any]) -> list[Block]:
    """Lines of the edition that was verified."""
    frozen = (found.inventory.frozen or {}) if found.inventory else {}
    told: list[Block] = [
        Paragraph(
            f"核查的是{found.year}年度清单第{content['inventory']['edition']}版，清单校验值（SHA-256）{fours(content['inventory']['digest'])}。"
        )
    ]
    if "content" not in frozen:
        return told
    lines = tuple(
        (line.sector, line.name, f"{line.amount} {line.unit}", line.factor, line.counted)
        for line in shown_lines(frozen["content"], factors_now())
    )
    total = ("合计", "", "", "", Decimal(frozen["content"]["total"]))
    return [*told, PaperTable(f"{found.year}年度逐项核算", ACTIVITIES, lines, total, note=SIGNS, key="activities")]


def _findings(content: dict[str, Any]) -> PaperTable:
    rows = tuple((str(one["order"]), one["text"], one["reply"] or "—", one["note"] or None) for one in content["findings"])
    return PaperTable("核查发现和处理", FINDINGS, rows, empty="核查中没有提出发现。", key="findings")


def _files(content: dict[str, Any]) -> PaperTable:
    rows = tuple((one["title"], one["sha256"][:16]) for one in content.get("papers", ()))
    without = "没有附件。" if "papers" in content else "签发时没有留存附件清单。"
    return PaperTable("核查意见附件", FILES, rows, empty=without, key="papers")
