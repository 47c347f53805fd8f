"""Definitions of the figures of reports: printed as 名词 in the city's report and as sheet 口径说明 in workbooks."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from obligations.filing_words import MEANINGS as FILING_WORDS
from obligations.filing_words import Filing

SHEET = "口径说明"
HEADS = ("名称", "单位", "口径", "时点", "取数")
TERM = "名词"


class AsOf(Enum):
    """Reference day of a figure."""

    STOCK = auto()
    FLOW = auto()
    MADE = auto()


@dataclass(frozen=True)
class Meaning:
    """Definition of a figure: what it counts, the selector that reads it, its reference day."""

    words: str
    selector: str
    as_of: AsOf


@dataclass(frozen=True)
class Definition:
    """A line of the sheet: name, unit, meaning, reference day, selector."""

    name: str
    unit: str
    meaning: str
    day: str
    selector: str

    @property
    def cells(self) -> tuple[str, ...]:
        """Cells in the order of the headers."""
        return self.name, self.unit or "—", self.meaning, self.day or "—", self.selector or TERM


TERMS = (
    ("试点", "经审定公告授予试点称号、在建设期内的绿色生态城区"),
    ("示范", "通过终期验收，经审定公告授予示范称号的绿色生态城区"),
    ("实施主体", "各区政府和特定地区管委会；一个城区可以有几个实施主体，合计按城区各计一次"),
    (str(Filing.OWED.label), FILING_WORDS[Filing.OWED]),
    ("逾期", "期限（含延期）届满未报送，或期限届满后报送"),
    ("预期", "规划设计评分表的得分"),
    ("已实现", "本年度已接收自评分表的得分"),
    ("中位数、四分位数", "得分由低到高排列，位于二分之一、四分之一、四分之三处的数，两数之间按比例内插"),
    ("得分率", "条文得分占该条满分的百分比，不参评的不计"),
    ("无记录", "平台没有这一事项的记录，不等于没有发生"),
    ("未查明", "公开资料和平台记录都不能确定"),
    ("推定", "由资料推断，没有直接出处"),
)
_CITY, _ANNUAL = "reports.city.figures", "reports.annual.figures"
_STANDING, _LAND, _CHECKS = f"{_CITY}.standing.standing", f"{_CITY}.land.land_figures", f"{_CITY}.checks.check_figures"
_ASSESSED, _SUPERVISED = f"{_CITY}.assessments.assessment_figures", f"{_CITY}.supervision.supervision_figures"
_SCORES, _OUTLOOK, _CARBON = f"{_CITY}.scores.read_scores", f"{_CITY}.outlook.outlook_figures", f"{_CITY}.carbon.carbon_figures"
_TABLE, _PLACE, _PLOTS = f"{_ANNUAL}.scores.district_figures", f"{_ANNUAL}.district.figures_of", f"{_ANNUAL}.land.land_of"
_OPERATED, _RENEWED = f"{_CITY}.operation.operation_figures", f"{_CITY}.operation.renewal_figures"
_EXAMINED, _VERIFIED = "reports.examination.figures.examination", "assessments.yearly_reports.selectors.text.carbon_of"
_TRIED = "reports.sensitivity.figures.row_of"
STOCK, FLOW, MADE = AsOf.STOCK, AsOf.FLOW, AsOf.MADE

CITY_MEANINGS: Mapping[str, Meaning] = {
    "pilot": Meaning("持有试点称号的城区个数，按称号决定统计", _STANDING, STOCK),
    "demonstration": Meaning("持有示范称号的城区个数，按称号决定统计", _STANDING, STOCK),
    "titled": Meaning("持有试点或者示范称号的城区个数", _STANDING, STOCK),
    "area": Meaning("持有称号的城区规划范围面积合计，面积未查明的不计入", _STANDING, STOCK),
    "new": Meaning("上一年统计截止日没有称号、本年统计截止日持有称号的城区个数", _STANDING, STOCK),
    "lost": Meaning("两个统计截止日之间取消或者撤销称号的决定个数，截止日停止执行的不计", _STANDING, STOCK),
    "assessed": Meaning("本年形成结论的阶段评估、后评估和终期验收次数", _ASSESSED, STOCK),
    "assessed_passed": Meaning("其中结论合格或者通过的次数", _ASSESSED, STOCK),
    "assessed_failed": Meaning("其中结论不合格或者不通过的次数", _ASSESSED, STOCK),
    "mending": Meaning("本年不合格、平台有整改记录而尚未复核通过的次数；从纸质补录的和后评估、终期验收没有整改记录，不计", _ASSESSED, FLOW),
    "plots": Meaning("清单中标为可建设的地块个数", _LAND, STOCK),
    "plots_granted": Meaning("可建设地块中统计截止日以前完成出让或者划拨的个数，自有土地不计", _LAND, STOCK),
    "plots_building": Meaning("可建设地块中已开工、尚未建成的个数", _LAND, STOCK),
    "plots_built": Meaning("可建设地块中统计截止日以前建成的个数", _LAND, STOCK),
    "plots_conforming": Meaning("已建成地块中绿色生态指标登记为符合的个数", _LAND, STOCK),
    "plots_failing": Meaning("已建成地块中绿色生态指标登记为不符合的个数，不计入完成建设的比例", _LAND, STOCK),
    "projects_late": Meaning("近期重点项目中晚于计划开工、竣工或者投用日期的个数", _LAND, STOCK),
    "carbon_received": Meaning("市级已接收的本年度碳排放核查报告份数", _CARBON, FLOW),
    "carbon_total": Meaning("已接收报告中填写的年碳排放总量合计，未填的不计入", _CARBON, FLOW),
    "operation_received": Meaning("市级已接收的本年度运营工作报告份数", _OPERATED, FLOW),
    "operation_in_use": Meaning("已接收报告中填写的已投入使用的建筑面积合计，未填的不计入", _OPERATED, FLOW),
    "operation_mechanisms": Meaning("七（三）1应建立的两项管理机制当年记录齐全的城区个数", _OPERATED, FLOW),
    "renewal_projects": Meaning("持有称号的更新城区登记的美丽街区、美丽家园项目个数，清单按核定当日的登记", _RENEWED, STOCK),
    "renewal_finished": Meaning("其中统计截止日以前完工的个数", _RENEWED, STOCK),
    "inspections": Meaning("本年发出意见的监督检查次数", _SUPERVISED, STOCK),
    "findings": Meaning("本年监督检查登记的问题个数", _SUPERVISED, STOCK),
    "findings_open": Meaning("年末尚未销号的检查问题个数，含以前年度的", _SUPERVISED, STOCK),
    "findings_late": Meaning("整改期限届满、年末尚未报送整改情况的检查问题个数", _SUPERVISED, STOCK),
    "opinions_open": Meaning("年末尚未销号的专家评审意见条数", _SUPERVISED, STOCK),
    **{f"check_{word.value}": Meaning(f"本年度自查，按城区计个数：{meaning}", _CHECKS, FLOW) for word, meaning in FILING_WORDS.items()},
    "check_received": Meaning("市级已接收的本年度自查份数", _SCORES, FLOW),
    "score_median": Meaning("已接收自评分表总分的中位数", _SCORES, FLOW),
    "controls_failed": Meaning("已接收自评分表中不满足的控制项，按城区逐项计", _SCORES, FLOW),
    "dimension": Meaning("已接收自评分表中这一方面得分的中位数", _SCORES, FLOW),
    "warned": Meaning(
        "需要关注的情况，按城区逐项计：最近一次评估不合格；控制项不满足、按经市级确认的期限两项以上应报事项逾期（平台提示，不是八（四）撤销称号的条件）",
        *(_OUTLOOK, FLOW),
    ),
    "candidates": Meaning("按写明的规则可以推荐申报国家级奖项的称号个数", _OUTLOOK, FLOW),
    "idle": Meaning("持有称号、申报主体没有在平台办理的城区个数", _OUTLOOK, STOCK),
}
DISTRICT_MEANINGS: Mapping[str, Meaning] = {
    "城区代码": Meaning("城区在平台的代码", _PLACE, STOCK),
    "年度": Meaning("评估年度", _PLACE, STOCK),
    "统计截止日": Meaning("称号、面积、地块和实施主体所按的日期；重点项目、设施和美丽街区、美丽家园项目的进展也到这一天", _PLACE, STOCK),
    "称号": Meaning("统计截止日持有的称号，按称号决定", _PLACE, STOCK),
    "规划范围面积": Meaning("统计截止日已生效的规划范围面积", _PLACE, STOCK),
    "总分": Meaning("已接收自评分表的总分：各章得分按权重相加，另加加分项", _TABLE, FLOW),
    "加分": Meaning("总分中加分项的得分", _TABLE, FLOW),
    "预期总分": Meaning("规划设计评分表的总分", _TABLE, FLOW),
    "上年总分": Meaning("上一年度已接收自评分表的总分", _TABLE, FLOW),
    "目标总分": Meaning("目标星级的总分下限", _TABLE, FLOW),
    "星级": Meaning("按总分和控制项得出的星级；建设期不作星级结论", _TABLE, FLOW),
    "佐证材料": Meaning("已接收自评分表中各条文的佐证件数", _TABLE, FLOW),
    "数据校验值": Meaning("已接收自评分表取值和佐证的SHA-256", _TABLE, FLOW),
    "地块": Meaning("统计截止日登记的地块个数，含不可建设的", _PLOTS, STOCK),
    "已出让或划拨地块": Meaning("可建设地块中统计截止日以前完成出让或者划拨的个数，自有土地不计", _PLOTS, STOCK),
    "建成且符合地块": Meaning("可建设地块中统计截止日以前建成、绿色生态指标登记为符合的个数", _PLOTS, STOCK),
    "近期重点项目": Meaning("近期重点项目个数，清单按核定当日的登记", _PLOTS, STOCK),
    "市政设施": Meaning("道路、管线等市政设施项数，清单按核定当日的登记", _PLOTS, STOCK),
    "年碳排放总量": Meaning("本年度碳排放核查报告填写的总量", f"{_ANNUAL}.district.carbon_of", FLOW),
    "未办结评审意见": Meaning("尚未销号的专家评审意见条数", f"{_ANNUAL}.district.supervision_of", STOCK),
}
EXAMINATION_MEANINGS: Mapping[str, Meaning] = {
    "pilot": Meaning("所属城区中持有试点称号的个数", _EXAMINED, STOCK),
    "demonstration": Meaning("所属城区中持有示范称号的个数", _EXAMINED, STOCK),
    "check_owed": Meaning("应报上一年度自查的城区个数，免报的和期限未经市级确认而没有报送的不计", _EXAMINED, MADE),
    "check_received": Meaning("应报城区中市级已接收自查的个数", _EXAMINED, MADE),
    "operation_owed": Meaning("应报上一年度运营工作报告的城区个数，期限未经市级确认而没有报送的不计", _EXAMINED, MADE),
    "operation_filed": Meaning("应报城区中已报送运营工作报告的个数", _EXAMINED, MADE),
    "carbon_owed": Meaning("应报上一年度碳排放核查报告的城区个数，期限未经市级确认而没有报送的不计", _EXAMINED, MADE),
    "carbon_filed": Meaning("应报城区中已报送碳排放核查报告的个数", _EXAMINED, MADE),
    "unconfirmed": Meaning("上一年度没有报送的上述三类材料份数，报送期限未经市级确认，不计入应报", _EXAMINED, MADE),
    "passed": Meaning("本年阶段评估、后评估结论合格的次数", _EXAMINED, MADE),
    "failed": Meaning("本年阶段评估、后评估结论不合格的次数", _EXAMINED, MADE),
    "findings": Meaning("本年监督检查登记的问题个数", _EXAMINED, MADE),
    "open": Meaning("尚未销号的检查问题个数，不论何年登记", _EXAMINED, MADE),
    "serious": Meaning("尚未销号的检查问题中登记为严重的个数", _EXAMINED, MADE),
}
SENSITIVITY_MEANINGS: Mapping[str, Meaning] = {
    "原总分": Meaning("评分表提交时按原标准得出的总分", _TRIED, MADE),
    "测算总分": Meaning("同一评分表按测算标准重算的总分，不写入评分表", _TRIED, MADE),
    "总分变化": Meaning("测算总分减原总分", _TRIED, MADE),
    "不能沿用的取值": Meaning("测算标准不接受、重算时按未填的取值个数", _TRIED, MADE),
}
CARBON_MEANINGS: Mapping[str, Meaning] = {
    "碳排放强度": Meaning("专业规划的碳排放强度控制目标和分阶段目标", _VERIFIED, MADE),
    "年碳排放总量": Meaning("城区报送的碳排放核查报告填写的总量", _VERIFIED, MADE),
    "核算建筑面积": Meaning("城区报送的碳排放核查报告填写的建筑面积", _VERIFIED, MADE),
    "单位建筑面积年碳排放量": Meaning("总量除以核算建筑面积", _VERIFIED, MADE),
}


def defined(meaning: Meaning, name: str, unit: str, days: Mapping[AsOf, str]) -> Definition:
    """The line of one figure."""
    return Definition(name, unit, meaning.words, days[meaning.as_of], meaning.selector)


def terms() -> Iterable[Definition]:
    """The lines that define terms."""
    return (Definition(name, "", words, "", "") for name, words in TERMS)
