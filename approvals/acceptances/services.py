"""Effects of the steps of an acceptance and of its site visit, with the workbook of the visit."""

import uuid
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse

from approvals.acceptances.facts import latest_visit
from approvals.acceptances.models import SiteVisit, VisitFinding, VisitPhoto, VisitRow
from approvals.acceptances.selectors import checklist_of, visit_files
from approvals.applications.services.drafts import open_acceptance_table, open_review
from approvals.cases.enums import CaseState
from approvals.cases.models.cases import CLOSED_STATES, Case
from approvals.cases.rules import may_record_visit
from approvals.cases.services import held, touch
from approvals.common.enums import CaseKind
from assessments.common.enums import Purpose
from assessments.tables.models import ScoreTable, TableState
from districts.common.enums import BaselineKind, Stage
from districts.file.models.district import District
from districts.file.rules import is_preparer
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused, Stale
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.core.writing import writing
from greendistrict.documents.office.exif import read_shot
from greendistrict.documents.office.inspection import display_name
from greendistrict.documents.services import store, store_bytes
from greendistrict.documents.spreadsheets import XLSX, made, write_heads
from greendistrict.workflow.declaration import Taken, Values
from indicators.editions.models import Edition
from indicators.editions.selectors import against_scoring

VISIT_BOOK = "现场核查记录.xlsx"  # name of the file
VISIT_HEADS = (("序号", 6), ("类别", 16), ("核查内容", 46), ("申报情况", 30), ("结论", 12), ("情况", 50), ("照片", 8))
VISIT_HEAD_ROW = 5
NONE_TO_CLOSE = "现在没有可以完成的现场核查"
WHO_RECORDS = "现场核查由市级经办或评审秘书记录"


def _write_visit(book: Any, visit: SiteVisit) -> None:
    """Record of a site visit for the panel, one row per line of the checklist. The file carries no author name."""
    case, sheet = visit.case, book.add_worksheet("现场核查记录")
    sheet.write_string(0, 0, f"{case.district.name}终期验收现场核查记录{'　演示数据' if case.is_demo else ''}")
    sheet.write_string(1, 0, f"编号：{case.number or ''}　核查日期：{cn_date(visit.planned_on)}　地点：{visit.place or '现场'}")
    sheet.write_string(2, 0, f"核查专家和人员：{'、'.join(visit.members.split())}")
    sheet.write_string(3, 0, f"总体情况：{visit.note}")
    write_heads(sheet, VISIT_HEAD_ROW, VISIT_HEADS, book.add_format({"bold": True, "border": 1}))
    for number, row in enumerate(visit.rows.prefetch_related("photos").order_by("order"), start=1):
        line = VISIT_HEAD_ROW + number
        sheet.write_number(line, 0, number)
        finding = VisitFinding(row.finding).label if row.finding else "未核查"
        for column, text in enumerate((row.group, row.title, row.claimed, finding, row.note), start=1):
            sheet.write_string(line, column, str(text))
        sheet.write_number(line, 6, len(row.photos.all()))
    sheet.freeze_panes(VISIT_HEAD_ROW + 1, 3)


# 终期验收: open an acceptance, and the effects of its steps that differ from those of an application.

UNDER_WAY = (CaseKind.ACCEPTANCE, CaseKind.LOSS)


@transaction.atomic
def start_acceptance(*, district: District, by: User, edition: Edition | None = None, star_asked: int | None = None) -> Case:
    """Open a draft with its operation-stage score table: by the applicant's preparer, or by the city's officer for the district.

    The gates of 八（三） are asked when it is submitted. Raises ``NotAllowed``, or ``Refused`` with all reasons at once.
    """
    rows = District.objects.select_for_update(of=("self",), no_key=True).select_related("applicant", "edition")
    district = rows.get(pk=district.pk)
    posts = posts_of(by)
    by_city = posts.has(Role.CITY_OFFICER)
    NotAllowed.unless(by_city or is_preparer(posts, district), "终期验收由申报主体的填报人申请，或由市级经办发起")
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
        table=open_acceptance_table(district, edition=edition, planned=planned, by=by),
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
        page = reverse("districts:act_record", args=[district.code, "applicant"])
        found.append(Refusal("城区没有登记申报主体", remedy="先由市级经办登记申报主体", href=page))
    if not district.type:
        found.append(Refusal("城区类型（新建或更新）未填", remedy="先填写城区概况"))
    found += against_scoring(edition, real=not district.is_demo)
    if not district.baselines.filter(kind=BaselineKind.PILOT).exists():
        found.append(
            Refusal(
                "尚未建立试点基线，不能核对验收条件",
                remedy="试点称号不是在平台授予的，先由填报人办理变更“补录试点基线”",
                href=f"{reverse('districts:district_detail', args=[district.code])}?tab=archive#base-title",
            )
        )
    under_way = Case.objects.filter(district=district, kind__in=UNDER_WAY).exclude(status__in=CLOSED_STATES)
    return found + [Refusal(f"{case.get_kind_display()}{case.number or ''}在办") for case in under_way]


def on_open_review(taken: Taken) -> None:
    """提请终期验收评审: hand the papers to the review, together with the record and the photos of the visit."""
    taken.obj.review = open_review(taken.obj, by=taken.person, beside=visit_files(taken.obj))


# 现场核查: open a visit with its checklist, save findings and photos from a phone, close it with a record for the panel.

MOST_PHOTOS = 20
PICTURES = ("jpg", "jpeg", "png")


def visit_words(values: Values, typed: str) -> str:
    """Reason stored with the step: day and place of the visit, readable by the district."""
    place = str(values.get("place") or "").strip()
    appointment = f"{cn_date(values['planned_on'])}现场核查{f'，{place}' if place else ''}"
    return "；".join(part for part in (appointment, typed.strip()) if part)


def on_open_visit(taken: Taken) -> None:
    """组织现场核查: create the checklist from the frozen lists and the locked table."""
    case, values = taken.obj, taken.values
    visit = SiteVisit.objects.create(
        case=case,
        number=case.visits.count() + 1,
        planned_on=values["planned_on"],
        place=fitted(SiteVisit, "place", str(values.get("place") or "").strip()),
        members=str(values.get("members") or "").strip(),
        opened_at=clock.now(),
        opened_by=taken.person,
    )
    VisitRow.objects.bulk_create(
        VisitRow(
            visit=visit,
            order=order,
            kind=line.kind,
            ref=line.ref,
            group=line.group,
            title=fitted(VisitRow, "title", line.title),
            claim=fitted(VisitRow, "claim", line.claim),
            required=line.required,
        )
        for order, line in enumerate(checklist_of(case, taken.today), start=1)
    )


@writing
def save_row(*, row: VisitRow, by: User, finding: str, note: str, version: int) -> VisitRow:
    """Save finding and note of one line. Raises ``Stale`` (with the stored line) if somebody else has saved it in the meantime.

    Sending the same values again after a broken connection is not a conflict.
    """
    stored = _open_row(row, by)
    note = note.strip()[:2000]
    Refused.when(finding not in {"", *VisitFinding.values}, "结论不在可选范围内")
    if (stored.finding, stored.note) == (finding, note):
        return stored
    if stored.version != version:
        msg = "这一项期间已由他人填写，请核对后再存"
        raise Stale(msg, current=stored)
    stored.finding, stored.note, stored.version = finding, note, stored.version + 1
    stored.saved_at, stored.saved_by = clock.now(), by
    stored.save(update_fields=["finding", "note", "version", "saved_at", "saved_by", "saved_by_principal"])
    return stored


@transaction.atomic
def add_photo(*, row: VisitRow, by: User, upload: "UploadedFile[Any]", token: uuid.UUID) -> VisitPhoto:
    """Store a photo without its metadata; time and place go into fields. A repeated token returns the photo stored before."""
    stored = _open_row(row, by)
    known = VisitPhoto.objects.filter(token=token).first()
    if known is not None:
        Refused.when(known.row_id != stored.pk, "照片编号重复，请重新选择照片")
        return known
    is_picture = (upload.name or "").rpartition(".")[2].lower() in PICTURES
    Refused.unless(is_picture, f"“{display_name(upload.name or '')}”不是 jpg 或 png 图片，现场照片只收这两种")
    if stored.photos.count() >= MOST_PHOTOS:
        msg = f"每一项最多{MOST_PHOTOS}张照片"
        raise Refused(msg)
    shot = read_shot(upload.read())
    upload.seek(0)
    case = stored.visit.case
    number = stored.photos.count() + 1
    evidence = store(owner=case, upload=upload, kind="现场照片", title=f"现场照片 {stored.title[:60]} {number}", by=by)
    return VisitPhoto.objects.create(
        row=stored,
        document=evidence,
        token=token,
        taken_at=shot.taken_at,
        latitude=shot.latitude,
        longitude=shot.longitude,
        added_at=clock.now(),
        added_by=by,
    )


def _open_row(row: VisitRow, by: User) -> VisitRow:
    stored = VisitRow.objects.select_for_update(of=("self",), no_key=True).select_related("visit__case__district").get(pk=row.pk)
    NotAllowed.unless(may_record_visit(posts_of(by), stored.visit.case), WHO_RECORDS)
    Closed.when(stored.visit.closed_at is not None or stored.visit.case.status != CaseState.VISITING, "现场核查已经完成，不能再改")
    return stored


@transaction.atomic
def close_visit(
    *, case: Case, by: User, note: str, members: str, scan: "UploadedFile[Any] | None" = None, version: int | None = None
) -> SiteVisit:
    """完成现场核查: requires a finding for every required line and a note for every deviation; creates the record.

    Raises ``Refused`` naming every missing line.
    """
    case = held(case, version)
    visit = latest_visit(case)
    if visit is None or case.status != CaseState.VISITING or not may_record_visit(posts_of(by), case):
        raise NotAllowed(NONE_TO_CLOSE)
    Refused.when(visit.closed_at is not None, "现场核查已经完成")
    if found := _incomplete(visit, note, members):
        raise Refused(found)
    visit.note, visit.members = note.strip(), members.strip()
    visit.closed_at, visit.closed_by = clock.now(), by
    if scan is not None:
        visit.scan = store(owner=case, upload=scan, kind="现场核查", title="现场核查记录签字扫描件", by=by)
    out = BytesIO(made(lambda book: _write_visit(book, visit)))
    visit.record = store_bytes(
        owner=case,
        content=out.getvalue(),
        name=VISIT_BOOK,
        content_type=XLSX,
        kind="现场核查",
        title="现场核查记录",
        by=by,
        demo=case.is_demo,
    )
    visit.save(update_fields=["note", "members", "closed_at", "closed_by", "closed_by_principal", "scan", "record"])
    touch(case)
    audit.record(action="acceptance.close_visit", by=by, obj=case, data={"rows": visit.rows.count(), "visit": visit.number})
    return visit


def _incomplete(visit: SiteVisit, note: str, members: str) -> list[Refusal]:
    rows = list(visit.rows.all())
    found = [Refusal(f"“{row.title}”没有核查结论", field=f"row-{row.pk}") for row in rows if row.required and not row.finding]
    asked = {VisitFinding.DIFFERS, VisitFinding.PARTLY, VisitFinding.UNSEEN}
    found += [Refusal(f"“{row.title}”请写明情况", field=f"row-{row.pk}") for row in rows if row.finding in asked and not row.note]
    if not note.strip():
        found.append(Refusal("请写明总体情况", field="note"))
    if not members.strip():
        found.append(Refusal("请写明到场的专家和人员", field="members", rule="ACCEPT-SITE"))
    if clock.today() < visit.planned_on:
        found.append(Refusal("核查日期未到", found=cn_date(visit.planned_on)))
    return found
