"""Parts 11 and 12: methods, and annexes; the lists of the last day of a year: titles, districts, leading bodies."""

from collections.abc import Iterator

from greendistrict.core.days import day_in_words
from reports.city.enums import ReportEdition
from reports.city.figures.standing import figures_of
from reports.city.figures.whole import CityReport
from reports.city.sections.overview import bodies_table, places_table, schematic_map
from reports.city.sections.shapes import guessed, guesses, name, number, star_note, table, text
from reports.common.definitions import TERMS
from reports.composition.blocks import Block, Cell, Heading, Paragraph, Wide

# What ``CityMethods.unknown`` counts, said where it counts nothing.
ALL_KNOWN = "持有称号的城区的面积、类型、星级、授予日期、实施主体和碳排放强度控制目标，各称号的现状、编号和公告批次，都已查明或者登记。"
# Of editions that counted fewer of them.
NOT_COUNTED = "核定时列入这一统计的事项没有未查明的；没有列入的（如是否在重点区域内），未查明的在各表中标明。"
SHOWN_CODE = 16  # characters of a digest
SHORT = 5  # characters of the name of a 方面 in a narrow column


def methods(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Editions, readings, default values, snapshot, what is not known, glossary."""
    found, stood = report.methods, report.stood
    yield Heading("（一）标准", 2)
    yield table(
        "本年度自查采用的评价标准", (text("版本", 45), name("名称", 95), number("自查", 30, unit="个")), found.editions, key="editions"
    )
    if report.reference:
        yield Paragraph("标“参考版”的评价标准按公开章名自拟，不是DG/TJ 08-2253-2024条文；据此得出的星级均为推定。")
    yield Heading("（二）统计日期", 2)
    renewed = "和美丽街区、美丽家园项目" if report.renewal.lines else ""
    yield Paragraph(
        f"称号、面积、地块和实施主体按{report.stood_on}统计，此后的变化不计入；重点项目、市政设施{renewed}的清单按核定当日的登记，进展统计到{day_in_words(stood.on)}；"
        f"自查、得分和年度报告按接收情况统计。{report.basis}"
    )
    internal = edition is ReportEdition.INTERNAL
    opened = f"平台“{report.year}年度全市数据”页面所列的数字，可以在该页打开构成它的全部记录。" if internal else ""
    yield Paragraph(f"本报告为{edition}。{opened}")
    yield Heading("（三）未查明的事项", 2)
    yield Paragraph("\n".join(f"{one}。" for one in found.unknown) or (ALL_KNOWN if report.is_kept_whole else NOT_COUNTED))
    yield Heading("（四）与上一版相比的变化", 2)
    changes = report.closing.changes if report.closing else ()
    rows = [(change.subject, change.name, change.before or "—", change.after or "—") for change in changes]
    columns = (name("城区或范围", 45), text("数据", 45), text("上一版", 33), text("本版", 33))
    yield table("与上一版相比的变化", columns, rows, key="changes", empty=f"本报告为{report.edition_words}，没有与上一版相比的变化。")
    yield Heading("（五）名词", 2)
    yield table("名词", (name("名词", 35), text("含义", 135)), TERMS, key="glossary")


def _left_open(report: CityReport) -> Iterator[Block]:
    """What the city has not confirmed yet, in the internal edition alone: readings of the policy, and settings at their defaults."""
    found = report.methods
    yield Heading("附表5　对政策的理解", 2)
    open_ = f"依据{found.policy}。原文未明确的，本平台理解如下，待市住房城乡建设管理委确认。"
    yield Paragraph(open_ if found.policy else "统计截止日没有施行的政策文件。")
    yield table("本平台的理解（待确认）", (text("条款", 25), text("事项", 60), text("本平台理解为", 85)), found.readings, key="readings",
                empty="没有待确认的理解。")  # fmt: skip
    yield Heading("附表6　尚未确认的平台参数", 2)
    defaults = [(row.label, row.value) for row in found.defaults]
    yield table("尚未确认的平台参数", (name("参数", 110), text("默认值", 60)), defaults, key="defaults", empty="平台参数都已确认。")


def annexes(report: CityReport, edition: ReportEdition) -> Iterator[Block]:
    """Scores of all districts, duties, register of titles, panels; on landscape pages."""
    panels = [(panel.subject, panel.on, panel.members, panel.conclusion) for panel in report.assessments.panels]
    columns = (name("评审对象", 110), text("结论日期", 40), number("表决专家", 30, unit="人"), text("结论", 50))
    duties: Block = Paragraph("本版不列各城区应报事项的办理情况。")
    if edition is ReportEdition.INTERNAL:
        owed = [(duty.district, duty.title, duty.due, duty.met_on or "未报送", duty.state) for duty in report.checks.duties]
        heads = (name("城区", 70), text("事项", 60), text("期限", 35), text("报送日期", 35), text("情况", 40))
        duties = table(
            "应报事项清单", heads, owed, key="duties", wide=True, empty="平台没有应报事项的记录。", note=f"{report.checks_basis}。"
        )
    found: tuple[tuple[str, Block], ...] = (
        ("附表1　各城区得分", _scores(report)),
        ("附表2　应报事项清单", duties),
        ("附表3　称号名录", register_table(report)),
        (
            "附表4　专家评审组",
            table("本年形成结论的专家评审", columns, panels, key="panels", wide=True, empty="本年度没有形成结论的专家评审。"),
        ),
    )
    headed: list[tuple[Block, ...]] = [(Heading(title, 2), block) for title, block in found]
    internal = edition is ReportEdition.INTERNAL
    if internal:
        headed[-1] += (_codes(report),)
    if report.is_long:
        yield from (Wide(blocks) for blocks in headed)
    else:
        yield Wide(tuple(block for blocks in headed for block in blocks))
    if internal:
        yield from _left_open(report)


def _codes(report: CityReport) -> Block:
    """Codes by which each draw can be repeated."""
    rows = [(draw.what, draw.on, draw.seed_code[:SHOWN_CODE], (draw.list_code or "—")[:SHOWN_CODE]) for draw in report.assessments.draws]
    columns = (name("抽取", 110), text("日期", 32), text("种子校验值", 48), text("名单校验值", 48))
    note = f"校验值列前{SHOWN_CODE}位，完整值见平台抽取页面，可按公开的方法复算。"
    return table("抽取的校验值", columns, rows, key="draw_codes", wide=True, empty="平台没有本年度抽取的记录。", note=note)


def _scores(report: CityReport) -> Block:
    names = [dimension.name for dimension in report.scores.dimensions]
    columns = (
        number("序号", 11), name("城区", 50), text("类型", 18), text("称号", 22), number("面积", 18, unit="km²"),
        number("总分", 16), number("上年", 16, missing="无记录"), number("预期", 16, missing="无记录"),
        *(number(one[:SHORT], 16, missing="—") for one in names), text("星级", 22),
    )  # fmt: skip
    rows: list[tuple[Cell, ...]] = []
    for at, row in enumerate(report.scores.rows, start=1):
        scores = {chapter.dimension: chapter.score for chapter in row.dimensions}
        before = report.scores.before.get(row.district.pk)
        head = (at, row.district.name, row.type_words or "未查明", row.stage_words, row.area_km2)
        rows.append((*head, row.total, before, row.planned_total, *(scores.get(one) for one in names), row.verdict))
    areas = guesses(((row.district.name, row.area_is_inferred) for row in report.scores.rows), "面积")
    note = f"{star_note(reference=report.reference)}{areas}"
    return table("各城区得分（按拼音排列）", columns, rows, key="scores", wide=True, note=note)


def register_table(report: CityReport) -> Block:
    """Titles held on the snapshot day."""
    rows = [
        (
            one.district, one.held, one.star, one.number or None, guessed(one.granted_on, inferred=one.date_is_inferred), one.batch or None,
            guessed(one.edition or None, inferred=one.edition_is_inferred),
        )
        for one in report.stood.register
    ]  # fmt: skip
    columns = (
        name("城区", 48), text("称号", 37), text("星级", 20), text("编号", 36), text("授予日期", 35), text("公告批次", 30),
        text("适用标准", 41),
    )  # fmt: skip
    return table("称号名录", columns, rows, key="register", wide=True, empty="没有持有称号的城区。")


def year_end_lists(report: CityReport) -> Iterator[Block]:
    """Figures, leading bodies, locations, then every district and every title on the day."""
    stood = report.stood
    yield Heading("一、数量")
    yield Paragraph(f"本名录列出{report.stood_on}持有称号的绿色生态城区，此后的授予、变更和终止不计入。")
    figures = [(figure.label, figure.unit, figure.value, figure.before) for figure in figures_of(stood)]
    columns = (name("指标", 60), text("单位", 25), number(f"{report.year}年末", 35), number(f"{report.year - 1}年末", 35, missing="—"))
    yield table("年末数量", columns, figures, key="counts")
    yield Heading("二、各实施主体")
    yield bodies_table(report, ReportEdition.HANDED_ON)
    yield Heading("三、分布")
    yield from schematic_map(stood)
    yield places_table(report)
    yield Wide((
        Heading("四、城区一览"),
        _districts(report),
        Heading("五、称号名录"),
        register_table(report),
    ))  # fmt: skip


def _districts(report: CityReport) -> Block:
    bodies = {body.key: body.name for body in report.bodies}
    rows: list[tuple[Cell, ...]] = [
        (
            at, row.name, guessed("、".join(row.areas), inferred=row.district.place_is_inferred) or "未查明", row.type_words, row.held.text,
            row.star_words, row.area_km2, "、".join(bodies[key] for key in row.bodies if key in bodies) or "未查明",
        )
        for at, row in enumerate(report.stood.rows, start=1)
    ]  # fmt: skip
    columns = (
        number("序号", 12), name("城区", 50), text("行政区", 24), text("类型", 24), text("称号", 37), text("星级", 18),
        number("面积", 22, unit="km²"), text("实施主体", 53),
    )  # fmt: skip
    note = guesses(((row.name, row.area_is_inferred) for row in report.stood.rows), "面积")
    return table("城区一览", columns, rows, key="districts", wide=True, empty="没有持有称号的城区。", note=note)
