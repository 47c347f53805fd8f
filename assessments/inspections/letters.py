"""Letters after an inspection (监督检查): rectification notice (整改通知书) and opinion on the rectification."""

import datetime as dt
from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from assessments.inspections.models import KNOWN_TO_DISTRICT, Inspection, InspectionFindingState, InspectionState
from assessments.inspections.selectors import inspections_visible_to
from greendistrict.accounts.enums import CITY
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, letter_texts
from greendistrict.workflow.letters import BLANK, Draft, Letter, LetterSource, sentences


def inspection_drafts(inspection: Inspection, viewer: Viewer) -> Iterator[Draft]:
    """The rectification notice if there are findings, and the opinion once all of them are answered."""
    inside = viewer.held.has(*CITY)
    found = [finding.status for finding in inspection.findings.all()]
    if found and (inspection.status in KNOWN_TO_DISTRICT or (inside and inspection.status == InspectionState.DRAFT)):
        yield Draft("rectify", "整改通知书", partial(_order, inspection), ("issue",))
    answered = found and all(status != InspectionFindingState.OPEN for status in found)
    if found and (inspection.status == InspectionState.CLOSED or (inside and answered and inspection.status == InspectionState.ISSUED)):
        yield Draft("recheck", "整改复核意见", partial(_opinion, inspection), ("close",))


def _name(inspection: Inspection) -> str:
    return f"{inspection.district.name}绿色生态城区监督检查"


def _day(moment: dt.datetime | None) -> dt.date | None:
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def _letter(inspection: Inspection, day: dt.date | None, **parts: object) -> Letter:
    district = inspection.district
    return Letter(
        to=district.applicant.name if district.applicant else BLANK,
        day=day,
        by=citing.issuer(day),
        contact=letter_texts.wording("contact", {"城区": district.name}, day),
        copied_to=tuple(district.authorities.order_by("pk").values_list("name", flat=True)),
        **parts,  # type: ignore[arg-type]  # fields of the letter
    )


def _order(inspection: Inspection) -> Letter:
    day, findings = _day(inspection.issued_at), list(inspection.findings.order_by("order"))
    summary = sentences(inspection.summary)
    return _letter(
        inspection,
        day,
        title=f"关于{_name(inspection)}发现问题的整改通知书",
        paragraphs=(
            (
                f"根据{citing.cited(citing.REPORTED, day)}，我委于{cn_date(inspection.inspected_on)}"
                f"对{inspection.district.name}进行了监督检查。"
            ),
            *summary,
            f"检查发现问题{len(findings)}项，现要求你单位按下列要求和期限整改，并在平台报送整改情况。",
        ),
        heads=("序号", "问题", "整改要求", "整改期限"),
        lines=tuple((f"{row.order}", row.text, row.demand, cn_date(row.due)) for row in findings),
    )


def _left_or_closed(status: str) -> str:
    closed = InspectionFindingState.CLOSED
    return str(closed.label) if status == closed else "未销号"


def _opinion(inspection: Inspection) -> Letter:
    day, findings = _day(inspection.closed_at), list(inspection.findings.order_by("order"))
    closed = sum(row.status == InspectionFindingState.CLOSED for row in findings)
    return _letter(
        inspection,
        day,
        title=f"关于{_name(inspection)}整改的复核意见",
        paragraphs=(
            (f"你单位报送的{cn_date(inspection.inspected_on)}监督检查整改情况收悉。根据我委的整改通知，我委进行了复核。"),
            f"经复核，检查发现的{len(findings)}项问题已销号{closed}项。{'逐项情况列表如下。' if findings else ''}",
        ),
        heads=("序号", "问题", "整改情况", "复核结果") if findings else (),
        lines=tuple((f"{row.order}", row.text, row.reply or "未报送", _left_or_closed(row.status)) for row in findings),
    )


SOURCE = LetterSource(
    Inspection,
    lambda viewer, pk: inspections_visible_to(viewer).select_related("district__applicant").filter(pk=pk).first(),
    inspection_drafts,
    lambda inspection: reverse("assessments:inspection", args=[inspection.pk]),
    lambda inspection: inspection.district.is_demo,
)
