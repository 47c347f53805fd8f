"""Parts on operation, and on the streets and homes of renewal districts: paragraphs and tables.

Nothing is concluded about districts from fewer than ``ENOUGH`` of them; reasons, what is asked and who lacks records stand in the internal
edition alone.
"""

from collections.abc import Iterator
from decimal import Decimal

from assessments.common.mechanism import REQUIRED
from greendistrict.core.days import day_in_words
from greendistrict.core.rounding import fixed, percent
from reports.annual.figures import ENOUGH
from reports.city.enums import ReportEdition
from reports.city.figures.operation import OperationLine
from reports.city.figures.whole import CityReport
from reports.city.sections.shapes import Columns, name, number, several, table, text
from reports.city.sections.themes import OF_REPORTS, asked, last_year, reasons, share
from reports.common.own_words import quoted
from reports.composition.blocks import Block, Cell, Paragraph

RECORDS = "应建立的管理机制、会议、数字化平台、培训和资金"  # kinds of records of the ledger that the table counts


def operation(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """What was reported and recorded of the operation in the year, by district."""
    internal = edition is ReportEdition.INTERNAL
    yield Paragraph(operated(report, internal=internal))
    columns: Columns = (
        name("城区", 29), number("投用面积", 22, unit="万m²", missing="—"), number("上年投用", 22, unit="万m²", missing="—"),
        number("绿色建筑", 22, unit="万m²", missing="—"), text("应建立机制", 20), number("培训人次", 21, digits=0, missing="—"),
        number("资金预算", 22, unit="万元", missing="—"), number("资金使用", 22, unit="万元", missing="—"),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = [
        (line.district, line.in_use, line.before, line.green, _mechanisms(line), line.trained, line.budget, line.used)
        for line in report.operation.lines
        if internal or line.received
    ]
    note = "投用面积、绿色建筑取自已接收的运营工作报告，其余取自城区登记完整的运营管理记录；“—”为没有已接收的报告，或者没有所列各类的记录。"
    yield table("各城区运营情况", columns, rows, key="operation", note=note, empty="截止日前没有接收本年度运营工作报告。")


def _mechanisms(line: OperationLine) -> str:
    return "—" if line.mechanisms is None else f"{line.mechanisms}/{len(REQUIRED)}"


def operated(report: CityReport, *, internal: bool) -> str:
    """Reports against last year, area in use and its growth, mechanisms, trainings, funds; why districts are behind, what is asked."""
    lines = report.operation.lines
    received = [line for line in lines if line.received]
    said = f"截至{day_in_words(report.judged_on)}，持有称号的城区{len(lines)}个，已接收{report.year}年度运营工作报告{len(received)}个"
    said += last_year(report, "operation_received", "个")
    said += f"，其余{len(lines) - len(received)}个没有已接收的报告，投用面积未计入。" if len(received) < len(lines) else "。"
    said += _in_use(received) + _managed(report, internal=internal) + _spent(lines)
    if not internal:
        return said
    told = (f"{line.district}说明：{quoted(line.reason)}（{report.year}年度运营工作报告）" for line in received if line.reason)
    return said + reasons(told) + asked(report, OF_REPORTS)


def _in_use(received: list[OperationLine]) -> str:
    """Area in use with its share of green buildings, and its growth in the districts that reported for both years."""
    known = [(line.in_use, line.green) for line in received if line.in_use is not None and line.green is not None]
    if len(known) < ENOUGH:
        return f"填写投用面积的报告不足{ENOUGH}个，不对全市运营规模作结论。" if received else ""
    whole, green = (sum(column, Decimal(0)) for column in zip(*known, strict=True))
    said = f"{len(known)}个城区已投入使用的建筑面积合计{fixed(whole, grouped=True)} 万m²，其中绿色建筑{fixed(green, grouped=True)} 万m²"
    said += f"（{percent(green, whole)}）。" if whole else "。"
    pairs = [(line.before, line.in_use) for line in received if line.before is not None and line.in_use is not None]
    then, now = (sum((pair[at] for pair in pairs), Decimal(0)) for at in (0, 1))
    if len(pairs) < ENOUGH or not then:
        return said
    moved = f"比上年{'增加' if now > then else '减少'}{percent(abs(now - then), then)}" if now != then else "与上年持平"
    return f"{said}两年都有报告的{len(pairs)}个城区投用面积合计{moved}。"


def _managed(report: CityReport, *, internal: bool) -> str:
    """Mechanisms that the policy asks for, and trainings, of the districts with records."""
    kept = [line for line in report.operation.lines if line.mechanisms is not None]
    if not kept:
        return f"没有城区登记完整的{RECORDS}记录。"
    short = [line.district for line in kept if not line.is_complete]
    said = f"登记{RECORDS}任一类记录的城区{len(kept)}个，应建立的两项管理机制（七（三）1）当年记录齐全的{len(kept) - len(short)}个"
    said += last_year(report, "operation_mechanisms", "个")
    said += f"，不齐的是{several(short)}" if internal and short else ""
    held, people = (sum(one or 0 for one in found) for found in zip(*((line.trainings, line.trained) for line in kept), strict=True))
    return f"{said}；举办培训{held}次，参加{people}人次。" if held else f"{said}；没有举办培训的记录。"


def _spent(lines: tuple[OperationLine, ...]) -> str:
    """Funds used against the budget, of districts that entered both."""
    both = [(line.used, line.budget) for line in lines if line.used is not None and line.budget]
    if not both:
        return ""
    used, budget = (sum(column, Decimal(0)) for column in zip(*both, strict=True))
    rate = f"（{percent(used, budget)}）" if len(both) >= ENOUGH else ""
    said = f"登记资金预算和使用的城区{len(both)}个，预算合计{fixed(budget, grouped=True)} 万元，"
    return f"{said}已使用{fixed(used, grouped=True)} 万元{rate}。"


def renewal(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Projects of the renewal districts."""
    yield Paragraph(renewed(report, internal=edition is ReportEdition.INTERNAL))
    columns: Columns = (
        name("城区", 56), number("美丽街区", 25, unit="个"), number("美丽家园", 25, unit="个"), number("已开工", 25, unit="个"),
        number("已完工", 25, unit="个"),
    )  # fmt: skip
    rows = [(one.district, one.streets, one.homes, one.begun, one.finished) for one in report.renewal.lines if one.projects]
    note = "按城区登记的项目和开工、完工日期；没有登记日期的，不计入已开工、已完工。"
    yield table("美丽街区、美丽家园项目", columns, rows, key="renewal", note=note, empty="")


def renewed(report: CityReport, *, internal: bool) -> str:
    """Projects by programme and state against last year, and the renewal districts without any."""
    lines, found = report.renewal.lines, [line for line in report.renewal.lines if line.projects]
    said = f"截至{day_in_words(report.stood.on)}，持有称号的更新城区{len(lines)}个，"
    if not found:
        return f"{said}到核定当日都没有登记美丽街区、美丽家园项目（六（二））。"
    streets, homes, begun, finished = (sum(getattr(line, key) for line in found) for key in ("streets", "homes", "begun", "finished"))
    said += f"按核定当日的登记，其中{len(found)}个有美丽街区项目{streets}个、美丽家园项目{homes}个，"
    said += f"已开工{begun}个，已完工{finished}个{share(finished, streets + homes)}{last_year(report, 'renewal_finished', '个')}。"
    without = [line.district for line in lines if not line.projects]
    if not without:
        return said
    names = f"（{several(without)}）" if internal else ""
    return f"{said}其余{len(without)}个{names}没有登记这两类项目。"
