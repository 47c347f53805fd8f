"""Filling score tables and self-checks of the fiction through their services."""

from random import Random

from assessments.enums import BuildState
from assessments.models import ScoreTable, SelfCheck
from assessments.report import SECTIONS
from assessments.selectors.prefill_sources import LAND
from assessments.services import cells, prefill, row_evidence, selfchecks
from greendistrict.accounts.models import User
from greendistrict.portal.demo.files import TITLES, upload
from greendistrict.portal.demo.values import values_for
from indicators.selectors import rules_for

TEXT = {
    "overview": (
        "本年度完成绿色生态专业规划年度任务，召开协调会6次，投入绿色生态专项资金1200万元。\n"
        "新增二星级及以上绿色建筑4万平方米，海绵设施2.3公顷。"
    ),
    "indicators": (
        "指标体系各项按年度目标推进，年径流总量控制率和绿色建筑比例达到目标。\n"
        "可再生能源替代率低于年度目标0.7个百分点，原因是两处屋顶光伏延期并网。"
    ),
    "mandatory": "控制项逐条自查，专业规划成果、碳排放控制目标和选址合规均满足。",
    "management": "建立由区专门机构牵头的联席会议制度，明确各部门数据提供责任人，按季度通报进展。",
    "plan": "下一年度推动屋顶光伏并网，完成公共服务设施建设，开展第三方监测。",
}


def fill(table: ScoreTable, by: User, *, seed: int, ambition: float, files: int = 6, leave: int = 0) -> None:
    """Type values into a table cell by cell, give every tenth row a file; the last ``leave`` rows stay empty.

    What plots and key projects brought in stands, and is confirmed.
    """
    rules, rng = rules_for(table.edition), Random(seed)
    values = values_for(rules, table.type, table.stage, rng=rng, ambition=ambition)
    prefill.bring_in(table=table, by=by)
    filled = list(table.rows.order_by("order"))
    brought = set(table.rows.filter(prefill__source=LAND.key).values_list("item_id", flat=True))
    for row in filled[: len(filled) - leave]:
        version = row.version
        if row.item_id in values and row.item_id not in brought:
            saved = cells.save_cell(
                table=table, item_id=row.item_id, field="value", value=values[row.item_id], version=version, token="", by=by
            )
            version = saved.version
        if table.building:
            state = rng.choice((BuildState.GOING, BuildState.DONE, BuildState.DONE))
            cells.save_cell(table=table, item_id=row.item_id, field="build_state", value=state.value, version=version, token="", by=by)
    prefill.declare_unchanged(table=table, by=by, items=brought)
    for index, row in enumerate(filled[:: max(1, len(filled) // max(1, files))][:files]):
        title = TITLES[9 + index % 6]
        row_evidence.add_upload(row=row, upload=upload(title), title=title, page=1, by=by)


def report(check: SelfCheck, by: User) -> None:
    """Write every section of the narrative report."""
    for section in SECTIONS:
        check.refresh_from_db(fields=["report_version"])
        selfchecks.save_section(check=check, key=section.key, text=TEXT[section.key], version=check.report_version, by=by)


def file_self_check(check: SelfCheck, preparer: User, reviewer: User, *, seed: int, ambition: float) -> None:
    """Fill, report, hand up, sign and submit."""
    fill(check.table, preparer, seed=seed, ambition=ambition)
    report(check, preparer)
    selfchecks.hand_up(check=check, by=preparer)
    selfchecks.sign_and_submit(check=check, by=reviewer)
