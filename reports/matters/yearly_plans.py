"""年度实施计划: works of a year by district, districts left out, and the comparison with the year before."""

from django.db.models import QuerySet

from districts.yearly_plans.calendar import plan_deadline
from districts.yearly_plans.columns import CARRIED, PLAN_ITEM
from districts.yearly_plans.comparison import WorkPair, money_of
from districts.yearly_plans.lifecycle import IMPLEMENTATION_PLAN
from districts.yearly_plans.models import ImplementationPlan, PlanItem
from districts.yearly_plans.selectors import PlanComparison, comparison_of, implementation_plans_visible_to, items_of, unlisted
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.templatetags.gd import num
from greendistrict.policy.parameters import default_mark
from reports.composition.blocks import Block, Cell, Composition, Pairs, PaperColumn, PaperTable, Paragraph, Signature, Wide
from reports.composition.columns import ORDINAL, paper_cells, paper_columns
from reports.composition.enums import ColumnKind, ParagraphStyle
from reports.matters.words import day, section

NOT_FILLED = "未填"
LISTED = PLAN_ITEM.without("note", "carried")
ITEMS = (ORDINAL, *paper_columns(LISTED, 32, 20, 41, 30, 26, 20, 33, 33, named="name"))
PAIRS = (
    PaperColumn("城区", 40),
    PaperColumn("工作内容", 44, ColumnKind.NAME),
    PaperColumn("变化", 18),
    PaperColumn("资金增减", 24, ColumnKind.NUMBER, unit="万元", missing="—"),
    PaperColumn("完成日期", 52),
)


def visible_to(viewer: Viewer) -> QuerySet[ImplementationPlan]:
    """Yearly plans the user sees."""
    return implementation_plans_visible_to(viewer)


def compose(viewer: Viewer, plan: ImplementationPlan) -> Composition:
    """What the page of the plan shows."""
    del viewer  # whoever sees it reads all of it
    items = items_of(plan)
    names = "、".join(district.name for district in unlisted(plan))
    missing = f"未列入这份计划的城区：{names}。纳入实施计划的城区要编制绿色生态专业规划（七（一））。"
    deadline, file = plan_deadline(plan.authority_id, plan.year), plan.document
    rows = tuple((str(place), *paper_cells(LISTED, item, name=_name(item))) for place, item in enumerate(items, start=1))
    unfunded = sum(item.money is None for item in items)
    note = f"{unfunded}项没有填资金" if unfunded else ""
    total = ("", "", "", f"合计　{len(items)}项", "", money_of(items), "", "", "")
    facts = (
        ("实施主体", plan.authority.name),
        ("期限", f"{day(deadline.day)}（{deadline.note}）{default_mark('plan_due', '拟', unless=deadline.is_moved)}"),
        ("上报日期", day(plan.filed_on, "未上报")),
        ("计划文件", "未上传" if file is None else file.printed_title if file.is_classified else file.original_name),
    )
    works = PaperTable("列入的城区和工作", ITEMS, rows, total=total, empty="没有列出工作。", note=note, key="works")
    blocks: tuple[Block, ...] = (
        *section("一、上报", Pairs(facts)),
        *section("二、列入的城区和工作", Wide((works,)), *([Paragraph(missing, ParagraphStyle.NOTE)] if names else [])),
        *section("三、与上一年度比较", *_comparison(plan, comparison_of(plan, items), items)),
        Signature((plan.authority.name, "负责人：＿＿＿＿＿＿　　联系人：＿＿＿＿＿＿", "＿＿＿＿年＿＿月＿＿日")),
    )
    state = IMPLEMENTATION_PLAN.state(plan.status).label
    cover = (("实施主体", plan.authority.name), ("年度", f"{plan.year}年度"), ("状态", state))
    return Composition(str(plan), blocks, cover=cover, is_demo=plan.is_demo)


def _name(item: PlanItem) -> str:
    """Name of a work, what is noted of it, and the mark of one that nobody has confirmed since last year."""
    return "\n".join(filter(None, (item.name, item.note, "" if item.is_confirmed else CARRIED)))


def _comparison(plan: ImplementationPlan, found: PlanComparison | None, items: list[PlanItem]) -> list[Block]:
    if found is None:
        return [Paragraph(f"没有{plan.year - 1}年度的计划，无从比较。")]
    counts = "，".join(f"{how}{count}项" for how, count in found.counts)
    before, now = found.money_before, money_of(items)
    money = "资金合计不变" if before == now else f"资金由{num(before, 2)}万元{'增至' if now > before else '减至'}{num(now, 2)}万元"
    words = f"{counts}；{money}。"
    return [Paragraph(words), PaperTable("与上一年度比较", PAIRS, tuple(map(_pair, found.pairs)), empty="两年都没有列出工作。")]


def _pair(pair: WorkPair) -> tuple[Cell, ...]:
    if pair.later and pair.before and pair.now:
        finish = f"{day(pair.before.finish)} → {day(pair.now.finish)}　推后"
    else:
        finish = day(pair.item.finish, NOT_FILLED)
    return pair.item.district.name, pair.item.name, pair.how, pair.more_money, finish
