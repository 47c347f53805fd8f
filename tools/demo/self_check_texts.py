"""Texts of the fictional self-check reports, different for each district and year, with figures from the score table."""

from collections import Counter
from random import Random

from assessments.common.enums import BuildState
from assessments.score_page.selectors.table_rows import live_sheet
from assessments.self_checks.models import SelfCheck

# What is behind schedule, and what is planned for the next year.
SOLAR = ("两处屋顶光伏并网时间推迟", "推动屋顶光伏并网，接入能耗监测平台")
MATTERS = (
    ("再生水管线随道路同步施工，道路竣工推迟半年", "完成再生水管线验收，核对用水计量数据"),
    ("公交首末站用地交付推迟，周边慢行道未贯通", "完成首末站建设，贯通慢行道断点"),
    ("部分既有住宅小区加装充电设施尚在征求业主意见", "按小区推进充电设施安装，年内完成三个小区"),
    ("海绵设施汛后维护不及时，两处雨水花园排水变慢", "建立海绵设施养护台账，汛前逐处检查"),
    ("社区养老服务设施装修方案调整，开办推迟", "完成社区养老服务设施装修并投入使用"),
)
MANAGEMENT = (
    "联席会议由区专门机构牵头，各部门数据提供责任人已明确，按季度通报进展。",
    "实行月度调度，绿色生态要求写入土地出让、方案审查和竣工验收各环节的征询意见。",
    "设立绿色生态专项资金科目，资金使用接受年度审计；技术服务单位驻场指导。",
    "建立指标台账，责任单位逐项填报并附证明材料，区专门机构每半年抽查一次。",
)
MANDATORY = (
    "控制项逐条自查，依据材料已上传；未建成部分按设计文件核对。",
    "控制项及选址、规模等强制性内容逐条核对，核对记录由填报人和审核人分别签字。",
    "控制项逐条自查并现场复核，复核照片随证明材料一并上传。",
)


def texts_of(check: SelfCheck, seed: int, *, solar_late: bool) -> dict[str, str]:
    """Text of each report section by its key; the same check always gets the same texts.

    ``seed`` is that of the district; ``solar_late``: its solar clause misses the target.
    """
    turn = Random(f"{seed}:{check.year}:report")
    other, another = turn.sample(MATTERS, 2)
    (behind, next_year), (second, next_second) = (SOLAR if solar_late else other), another
    area, sponge = turn.randint(20, 99) / 10, turn.randint(12, 60) / 10
    return {
        "overview": f"{check.year}年新增二星级及以上绿色建筑{area}万平方米，海绵设施{sponge}公顷；协同会议和资金见运营台账。",
        "indicators": f"{_clauses(check)}\n进度落后的原因：{behind}；{second}。",
        "mandatory": turn.choice(MANDATORY),
        "management": turn.choice(MANAGEMENT),
        "plan": f"存在问题：{behind}；{second}。\n{check.year + 1}年{next_year}；{next_second}。",
    }


def _clauses(check: SelfCheck) -> str:
    sheet = live_sheet(check.table)
    states = [row.build_state for row in sheet.rows.values() if row.item_id in sheet.points and not sheet.points[row.item_id].excluded]
    if not check.table.building:
        return f"参评条文{len(states)}条，按运行实效逐条核实。"
    found = Counter(states)
    told = "，".join(f"{state.label}{found[state]}条" for state in reversed(BuildState) if found[state])
    return f"参评条文{len(states)}条，其中{told}。"
