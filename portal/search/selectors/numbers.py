"""Numbers that pages and papers print, apart from those of groups of their own: one list of what bears one, and where it is shown."""

from collections.abc import Callable
from functools import reduce
from operator import and_, attrgetter
from typing import Any, NamedTuple

from django.db.models import Model, Q, QuerySet
from django.urls import reverse

from approvals.cases.rules import reads_settings
from approvals.publicity.selectors import announcements_visible_to
from approvals.titles.models.publicity import Announcement
from assessments.inspections.models import Inspection
from assessments.inspections.selectors import inspections_visible_to
from assessments.post_evaluations.models import PostEvaluation
from assessments.post_evaluations.selectors import evaluations_visible_to
from assessments.stage_assessments.models import StageAssessment
from assessments.stage_assessments.selectors.stages import stages_visible_to
from assessments.yearly_reports.models import YearlyReport
from assessments.yearly_reports.selectors.yearly_reports import reports_visible_to
from beautiful.plans.models import ActionTask
from beautiful.plans.selectors.plans import planned_visible_to
from beautiful.reserves.models import ReserveProject
from beautiful.reserves.selectors import reserves_visible_to
from greendistrict.accounts.viewer import Viewer
from greendistrict.policy import parameters
from greendistrict.policy.selectors import setting_label
from indicators.editions.models import Edition
from indicators.editions.selectors import editions_visible_to
from outreach.disclosures.models import DisclosureRequest
from outreach.disclosures.selectors import disclosures_visible_to
from portal.search.selectors.contents import MOST, Hit, HitGroup, SearchedTable, group, is_like, words_of

LEAST = 3  # characters; a shorter text is part of too many numbers


class Numbered(NamedTuple):
    """Rows that bear a number: what they are called, who sees which, the field of the number, their page, the table that has the field."""

    name: str
    rows: Callable[[Viewer], QuerySet[Any]]
    number: str
    page: str
    table: type[Model]

    @property
    def place(self) -> SearchedTable:
        """The table that the number stands in."""
        return SearchedTable(self.table, (self.number.rpartition("__")[2],))


NUMBERED = (
    Numbered("监督检查", inspections_visible_to, "number", "assessments:inspection", Inspection),
    Numbered("阶段评估", stages_visible_to, "number", "assessments:stage", StageAssessment),
    Numbered("后评估", evaluations_visible_to, "number", "assessments:post", PostEvaluation),
    Numbered("运营与碳排放核查报告", reports_visible_to, "number", "assessments:yearly_report", YearlyReport),
    Numbered("公告", announcements_visible_to, "number", "approvals:announcement", Announcement),
    Numbered("依申请公开", disclosures_visible_to, "number", "outreach:disclosure", DisclosureRequest),
    Numbered("三年行动计划任务", planned_visible_to, "task__number", "beautiful:task", ActionTask),
    Numbered("储备项目", reserves_visible_to, "number", "beautiful:reserve", ReserveProject),
    Numbered("评价标准", editions_visible_to, "code", "indicators:edition_detail", Edition),
)
PLACES = tuple(one.place for one in NUMBERED)


def numbers(viewer: Viewer, text: str) -> HitGroup:
    """What bears a number that contains each word of the text; brackets, of which there are several kinds, stand between words."""
    is_long = len("".join(words_of(text))) >= LEAST
    return group("编号", (hit for one in NUMBERED for hit in _hits(viewer, text, one)) if is_long else ())


def _hits(viewer: Viewer, text: str, one: Numbered) -> list[Hit]:
    words = reduce(and_, (Q(**{f"{one.number}__icontains": word}) for word in words_of(text)), Q())
    rows = one.rows(viewer).filter(words).order_by("-pk")[: MOST + 1]
    number = attrgetter(one.number.replace("__", "."))
    return [Hit(f"{number(row)}　{row}", one.name, reverse(one.page, args=[row.pk])) for row in rows]


def settings(viewer: Viewer, text: str) -> HitGroup:
    """Settings by name, for those who read them."""
    names = {key: setting_label(key) for key in parameters.load()} if reads_settings(viewer.held) else {}
    return group("参数", (Hit(name, "", reverse("approvals:setting", args=[key])) for key, name in names.items() if is_like(text, name)))
