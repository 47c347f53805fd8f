"""Draft letters before the examination: request to the government, forwarding letter, receipts, acceptance, refusal, corrections."""

from collections.abc import Iterator
from functools import partial
from operator import attrgetter

from django.db.models import F

from approvals.cases.checklist import uploaded_of
from approvals.cases.enums import CaseState
from approvals.cases.letters.examination import LetterKind, block, clause_of, contact, day_of, designated, filed, reason_of, received
from approvals.cases.models.cases import Case, Correction, Submission
from approvals.cases.selectors.materials import materials_of
from approvals.cases.selectors.presence import may_have
from approvals.common.enums import CaseKind
from districts.file.models.district import District
from districts.special_plans.models import PlanPart
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, letter_texts
from greendistrict.workflow import timeline
from greendistrict.workflow.letters import BLANK, Letter, sentence

# 八（一） and 八（三） state conditions for applying and for acceptance; the policy states none for receipt.
CONDITIONS = {CaseKind.APPLICATION: "申报条件", CaseKind.ACCEPTANCE: "验收条件"}
BEFORE_RECEIPT = frozenset({CaseState.DRAFT, CaseState.SIGNING, CaseState.ENDORSING})


def _conditions(case: Case) -> str:
    return CONDITIONS[CaseKind(case.kind)]


def _request(case: Case) -> Letter:
    """请示 of the applicant to the district government. The government writes its 批复 itself, so there is no draft of that."""
    district = case.district
    kind = district.get_type_display() if district.type else "城区"
    area = f"规划范围面积{district.area_km2.normalize():f}平方公里，" if district.area_km2 else ""
    star = f"，申报星级为{case.get_star_asked_display()}" if case.star_asked else ""
    return Letter(
        title=f"关于恳请批复同意{district.name}申报上海市绿色生态城区试点的请示",
        to=_leading(district),
        paragraphs=(
            f"为推进绿色生态城区建设，我单位组织了{district.name}绿色生态城区试点的申报工作。该城区为{kind}，{area}{_prepared(district)}。",
            f"根据{citing.cited(citing.FILED)}，现申请将{district.name}申报上海市绿色生态城区试点{star}，恳请批复同意，并按程序报送市住房城乡建设管理委。",
            "妥否，请批示。",
        ),
        annexes=tuple(slot.title for slot in uploaded_of(CaseKind.APPLICATION) if not slot.optional),
        day=None,
        by=case.applicant.name,
        contact=letter_texts.contact_of(case.applicant.name),
    )


def _prepared(district: District) -> str:
    """State of the specialised plan and the key projects as 七（一） and 八（一） ask for them; blanks where the records do not say so."""
    plan = district.plans.order_by(F("approved_on").desc(nulls_last=True), "-pk").first()
    parts = set(plan.parts.values_list("part", flat=True)) if plan else set()
    planned = "已经编制" if parts >= set(PlanPart.values) else BLANK
    if plan and plan.approved_on and plan.approval_number:
        planned = f"已经批准（{plan.approval_number}）"
    days = list(district.key_projects.values_list("planned_start", "planned_finish"))
    return f"绿色生态专业规划{planned}，近期重点项目实施计划{'已经编制' if days and all(map(all, days)) else BLANK}"


def _sending(case: Case) -> Letter:
    """报送函 of the leading body; not the same paper as its 批复."""
    row = case.endorsements.select_related("authority").order_by("pk").first()
    own = case.kind == CaseKind.ACCEPTANCE
    sender = case.applicant.name if own else (row.authority.name if row else _leading(case.district))
    day = row.letter_on if row else None
    approved = f"{row.approval_number or BLANK}，{cn_date(row.approval_on) or BLANK}" if row else f"{BLANK}，{BLANK}"
    endorsed = "" if own else f"经研究，我单位已批复同意申报（{approved}）。"
    asked = "现申请组织终期验收" if own else "现将申报材料报上"
    ground = citing.clause("八（三）", day) if own else f"{citing.cited(citing.FILED, day)}"
    star = f"，申报星级为{case.get_star_asked_display()}" if case.star_asked and not own else ""
    return Letter(
        title=f"关于报送{filed(case)}材料的函",
        to=citing.issuer(day),
        number=row.letter_number if row else "",
        paragraphs=(
            f"{'我单位' if own else case.applicant.name}组织编制了{filed(case)}材料{star}。{endorsed}",
            f"根据{ground}，{asked}，请予审查。",
        ),
        annexes=tuple(_papers(case)),
        day=day,
        by=sender,
        contact=letter_texts.contact_of(sender),
        copied_to=() if own else (case.applicant.name,),
    )


def _leading(district: District) -> str:
    return "、".join(district.authorities.order_by("pk").values_list("name", flat=True)) or BLANK


def _papers(case: Case) -> Iterator[str]:
    if case.kind == CaseKind.APPLICATION:
        yield from (f"{row.authority.name}批复（{row.approval_number}）" for row in case.endorsements.all() if row.approval_number)
    for line in materials_of(case):
        if line.files and line.slot.origin in {"file", "plan"}:
            yield line.slot.title
    if case.table_id:
        yield "评分表"


def receipts_of(case: Case) -> Iterator[LetterKind]:
    """One 回执 per submission."""
    for submission in sorted(case.submissions.all(), key=attrgetter("number")) if may_have(case, "submissions") else ():
        title = f"回执（第{submission.number}次提交）"
        yield LetterKind(f"receipt-{submission.number}", title, _always, _always, partial(_receipt, submission))


def _receipt(submission: Submission, case: Case) -> Letter:
    day = day_of(submission.at)
    lines = [(row["title"], f"{len(row['files'])}件") for row in submission.content["materials"] if row["files"]]
    if table := submission.content["table"]:
        lines.append(("评分表", f"第{table['version']}版"))
    return Letter(
        title=f"{filed(case)}材料回执",
        to=case.applicant.name,
        paragraphs=(
            f"你单位于{cn_date(day)}第{submission.number}次提交的{filed(case)}材料已经收到，材料内容自提交时起不再变动，收到的材料列表如下。",
            f"材料的校验值（SHA-256）为{submission.digest}，可凭以核对。本回执由平台自动出具，只证明收到材料，不表示已经受理。",
        ),
        heads=("序号", "材料", "数量"),
        lines=tuple((f"{number}", *line) for number, line in enumerate(lines, start=1)),
        day=day,
        by=citing.issuer(day),
        is_numbered=False,
        is_sealed=False,
    )


def _acceptance(case: Case) -> Letter:
    day, edition = day_of(case.accepted_at), case.table.edition if case.table else None
    standard = f"适用的评价标准为{edition.title}{f'（{edition.mark}）' if edition.mark else ''}。" if edition else ""
    rows = tuple((f"{number}", *row) for number, row in enumerate(_enclosed(case), start=1))
    listed = "收到的材料如下。" if rows else ""
    return Letter(
        title=f"{filed(case)}受理通知书",
        to=case.applicant.name,
        paragraphs=(
            f"你单位报送的{filed(case)}材料收悉。经核对，材料齐全，符合{clause_of(case, day)}规定的{_conditions(case)}，予以受理。{listed}",
        ),
        heads=("序号", "材料", "数量"),
        lines=rows,
        closing=(
            f"{standard}{block(case, 'acceptance', day, case_number=case.number or '')}",
            "我委将按程序组织审查，需要补充说明的，另行通知。",
        ),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
        copied_to=designated(case, day),
    )


def _enclosed(case: Case) -> Iterator[tuple[str, str]]:
    """The papers received, each with how many there are."""
    rows = case.submissions.order_by("-number")
    submission = (rows.filter(at__lte=case.accepted_at) if case.accepted_at else rows).first()
    if submission is None:
        return
    yield from ((title, "1件") for title in _endorsed(case))
    yield from ((line["title"], f"{len(line['files'])}件") for line in submission.content["materials"] if line["files"])
    if table := submission.content["table"]:
        yield "评分表", f"第{table['version']}版"


def _endorsed(case: Case) -> Iterator[str]:
    """批复 and 报送函 of each body; an application is only received with them (八（一）)."""
    for row in case.endorsements.select_related("authority").order_by("pk"):
        yield from (
            f"{row.authority.name}{name}（{number}）"
            for name, number in (("批复", row.approval_number), ("报送函", row.letter_number))
            if number
        )


def _refusal(case: Case) -> Letter:
    record = next((row for row in reversed(timeline.of_subject(case)) if row.action == "refuse"), None)
    day = day_of(record.at) if record else None
    return Letter(
        title=f"{filed(case)}不予受理通知书",
        to=case.applicant.name,
        paragraphs=(
            received(case),
            f"对照{clause_of(case, day)}核对，不予受理。理由：{reason_of(case, 'refuse')}",
            f"条件具备后，可以另行{'申报' if case.kind == CaseKind.APPLICATION else '申请'}。",
        ),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
        copied_to=designated(case, day),
    )


def corrections_of(case: Case) -> Iterator[LetterKind]:
    """One letter per correction round; readable outside the city once issued."""
    for correction in case.corrections.order_by("round") if may_have(case, "corrections") else ():
        title = f"补正告知书（第{correction.round}次）"
        yield LetterKind(f"correction-{correction.round}", title, _always, _always, partial(_notice, correction))


def _always(case: Case) -> bool:
    del case
    return True


def _notice(correction: Correction, case: Case) -> Letter:
    findings = list(correction.findings.order_by("pk"))
    day, due = day_of(correction.issued_at), cn_date(correction.due)
    rounds = "本次补正以后，再次补正只核对本次告知的内容，经市级审定写明理由的除外。" if correction.round == 1 else ""
    return Letter(
        title=f"{filed(case)}材料补正告知书",
        to=case.applicant.name,
        paragraphs=(
            (
                f"你单位报送的{filed(case)}材料收悉。对照{clause_of(case, day)}和材料目录核对，"
                f"第{correction.round}次告知需要补正的内容{len(findings)}项，一次告知如下。"
            ),
        ),
        heads=("序号", "对应的材料或条文", "需要补正的内容"),
        lines=tuple((f"{number}", row.bound_label, sentence(row.text)) for number, row in enumerate(findings, start=1)),
        closing=(
            f"请于{due}（含当日）前补正。等待补正的时间不计入办理时限。{rounds}",
            block(case, "correction", day, applicant_term=due),
        ),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
    )


APPLYING = (
    LetterKind(
        "request", "请示", lambda _case: False, lambda case: case.status in BEFORE_RECEIPT, _request, ("hand_up", "sign"),
    ),
    LetterKind(
        "sending", "报送函", lambda _case: False, lambda case: case.status in BEFORE_RECEIPT | {CaseState.SENT}, _sending, ("send_up",),
    ),
)  # fmt: skip
ASKING_FOR_ACCEPTANCE = (
    LetterKind(
        "sending", "报送函", lambda _case: False, lambda case: case.status in BEFORE_RECEIPT | {CaseState.SENT}, _sending, ("sign",),
    ),
)  # fmt: skip
LETTERS = (
    LetterKind(
        "acceptance", "受理通知书", lambda case: case.status == CaseState.SENT or case.accepted_at is not None,
        lambda case: case.accepted_at is not None, _acceptance, ("accept",),
    ),
    LetterKind(
        "refusal", "不予受理通知书", lambda case: case.status in {CaseState.SENT, CaseState.REFUSED},
        lambda case: case.status == CaseState.REFUSED, _refusal, ("refuse",),
    ),
)  # fmt: skip
