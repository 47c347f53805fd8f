"""审查记录: checks of an application by city and secretariat, from corrections to the panel's conclusion."""

from django.db.models import QuerySet

from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.lifecycle import state_of
from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from reports.common.states import printed_state
from reports.composition.blocks import Composition, Pairs, PaperColumn, PaperTable
from reports.composition.columns import ORDINAL
from reports.composition.enums import ColumnKind
from reports.matters import cases
from reports.matters.words import section

FORM = (ORDINAL, PaperColumn("内容", 66, ColumnKind.NAME), PaperColumn("结果", 22), PaperColumn("说明", 56))
HOLDS = {True: "符合", False: "不符合", None: "未填"}


def visible_to(viewer: Viewer) -> QuerySet[Case]:
    """Accepted applications and acceptances, for city and secretariat."""
    rows = cases.cases_of(viewer, CaseKind.APPLICATION, CaseKind.ACCEPTANCE).filter(accepted_at__isnull=False)
    held = viewer.held
    return rows if held.is_city or held.has(Role.SECRETARIAT) else rows.none()


def compose(viewer: Viewer, case: Case) -> Composition:
    """Corrections, formal review, questions, consultations, panel, policy check."""
    blocks = (
        *section("一、申报情况", Pairs(cases.about(case))),
        *section("二、补正", *cases.corrections(case)),
        *section("三、形式审查", form_review(case)),
        *section("四、预评审", cases.questions(case)),
        *section("五、部门意见", cases.consultations(viewer, case)),
        *section("六、专家评审", *cases.review(case)),
        *section("七、条款核对", *cases.checks(case, viewer.today)),
    )
    cover = (("编号", case.number or "未提交"), ("城区", case.district.name), ("状态", printed_state(state_of(case).label)))
    reference = bool(case.table and not case.table.edition.official)
    return Composition(f"{case}审查记录", blocks, cover=cover, is_demo=case.is_demo, reference=reference)


def form_review(case: Case) -> PaperTable:
    """The six fixed items."""
    found = [(title, case.form_review.get(key) or {}) for key, title in FORM_REVIEW]
    rows = tuple(
        (str(place), title, HOLDS[entry.get("holds")], entry.get("note") or "—") for place, (title, entry) in enumerate(found, start=1)
    )
    return PaperTable("形式审查六项", FORM, rows)
