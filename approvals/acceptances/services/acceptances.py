"""终期验收: open an acceptance, and the effects of its steps that differ from those of an application."""

from django.db import transaction
from django.urls import reverse

from approvals.acceptances.selectors.visits import visit_files
from approvals.applications.services import papers
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.common.enums import CaseKind
from assessments.common.enums import Purpose
from assessments.tables.enums import TableState
from assessments.tables.models import ScoreTable
from districts.common.enums import BaselineKind, Stage
from districts.file.models.district import District
from districts.file.rules import is_preparer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.workflow.procedure import Taken
from indicators.editions.models import Edition
from indicators.editions.selectors import IN_USE

UNDER_WAY = (CaseKind.ACCEPTANCE, CaseKind.LOSS)


@transaction.atomic
def start_acceptance(*, district: District, by: User, edition: Edition | None = None, star_asked: int | None = None) -> Case:
    """Open a draft with its operation-stage score table: by the applicant's preparer, or by the city's officer for the district.

    The gates of 八（三） are asked when it is submitted. Raises ``NotAllowed``, or ``Refused`` with all reasons at once.
    """
    rows = District.objects.select_for_update(of=("self",), no_key=True).select_related("applicant", "edition")
    district = rows.get(pk=district.pk)
    held = posts_of(by)
    by_city = held.has(Role.CITY_OFFICER)
    NotAllowed.unless(by_city or is_preparer(held, district), "终期验收由申报主体的填报人申请，或由市级经办发起")
    planned = planning_table(district)
    edition = edition or district.edition or (planned.edition if planned else None)
    if found := _against(district, edition):
        raise Refused(found)
    assert edition is not None  # noqa: S101 -- refused above
    assert district.applicant is not None  # noqa: S101 -- refused above
    now = clock.now()
    case = Case.objects.create(
        kind=CaseKind.ACCEPTANCE,
        district=district,
        applicant=district.applicant,
        star_asked=star_asked or district.target_star or district.star,
        created_at=now,
        created_by=by,
        sent_at=now if by_city else None,
        table=papers.open_acceptance_table(district, edition=edition, planned=planned, by=by),
    )
    audit.record(action="acceptance.start", by=by, obj=case, data={"edition": edition.code, "by_city": by_city})
    return case


def planning_table(district: District) -> ScoreTable | None:
    """The received planning-stage table on which the pilot title was granted; its values are the targets of the acceptance."""
    rows = ScoreTable.objects.filter(district=district, purpose=Purpose.APPLICATION, status=TableState.RECEIVED)
    return rows.select_related("edition").order_by("-submitted_at").first()


def _against(district: District, edition: Edition | None) -> list[Refusal]:
    found = []
    if district.stage != Stage.PILOT:
        found.append(Refusal("只有试点城区可以终期验收", cite="八（三）", required="试点", found=district.stage_text))
    if district.applicant is None:
        found.append(Refusal("城区没有登记申报主体", remedy="先填写城区概况"))
    if not district.type:
        found.append(Refusal("城区类型（新建或更新）未填", remedy="先填写城区概况"))
    if edition is None:
        found.append(Refusal("城区没有适用的评价标准版本", remedy="先办理评价标准版本变更，或由市级确定"))
    elif edition.status not in IN_USE or not edition.complete:
        found.append(Refusal(f"评价标准{edition.code}没有发布，不能用于验收"))
    if not district.baselines.filter(kind=BaselineKind.PILOT).exists():
        found.append(
            Refusal(
                "尚未建立试点基线，不能核对验收条件",
                remedy="试点称号不是在平台授予的，先由填报人办理变更“补录试点基线”",
                cite="八（三）",
                href=f"{reverse('districts:district_detail', args=[district.code])}?tab=archive#base-title",
            )
        )
    under_way = Case.objects.filter(district=district, kind__in=UNDER_WAY).exclude(status__in=CLOSED_STATES)
    return found + [Refusal(f"{case.get_kind_display()}{case.number or ''}在办") for case in under_way]


def on_open_review(taken: Taken) -> None:
    """提请终期验收评审: hand the papers to the review, together with the record and the photos of the visit."""
    taken.obj.review = papers.open_review(taken.obj, by=taken.person, beside=visit_files(taken.obj))
