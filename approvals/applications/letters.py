"""Draft letters before acceptance of the case: receipt, refusal, request for corrections."""

import datetime as dt
from collections.abc import Callable, Iterator

from approvals.cases.enums import CaseState
from approvals.cases.letters.sheet import Letter, LetterKind, basis, day_of, designated, filed, reason_of, signed_by
from approvals.cases.models.cases import Case, Correction
from approvals.common.enums import CaseKind
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.workflow import timeline

# 八（一） and 八（三） name conditions of applying and of acceptance; the text knows none of receipt.
CONDITIONS = {CaseKind.APPLICATION: "申报条件", CaseKind.ACCEPTANCE: "验收条件"}


def _conditions(case: Case) -> str:
    return CONDITIONS[CaseKind(case.kind)]


def _acceptance(case: Case) -> Letter:
    day, edition = day_of(case.accepted_at), case.table.edition if case.table else None
    standard = f"；适用评价标准：{edition.title}{f'（{edition.mark}）' if edition.mark else ''}" if edition else ""
    return Letter(
        title="受理通知书",
        to=case.applicant.name,
        number=case.number or "",
        paragraphs=(
            f"你单位报送的{filed(case)}材料收悉。经核对，材料齐全，符合{basis(case, day)}规定的{_conditions(case)}，予以受理。",
            f"受理编号：{case.number}{standard}。办理进度可凭编号和查验码在公众页查询。",
            *_enclosed(case),
        ),
        day=day,
        by=signed_by(day),
        copied_to=designated(case, day),
    )


def _enclosed(case: Case) -> Iterator[str]:
    """List of received papers."""
    rows = case.submissions.order_by("-number")
    submission = (rows.filter(at__lte=case.accepted_at) if case.accepted_at else rows).first()
    if submission is None:
        return
    filed_files = [f"{line['title']}{len(line['files'])}件" for line in submission.content["materials"] if line["files"]]
    found = [*_endorsed(case), *filed_files]
    if table := submission.content["table"]:
        found.append(f"评分表第{table['version']}版")
    yield f"附：材料清单（{'；'.join(found)}）。"


def _endorsed(case: Case) -> Iterator[str]:
    """批复 and 报送函 of each body, which an application needs to be received (八（一）)."""
    for row in case.endorsements.select_related("authority").order_by("pk"):
        yield from (
            f"{row.authority.name}{name}（{number}）"
            for name, number in (("批复", row.approval_number), ("报送函", row.letter_number))
            if number
        )


def _refusal(case: Case) -> Letter:
    return Letter(
        title="不予受理通知书",
        to=case.applicant.name,
        number=case.number or "",
        paragraphs=(
            f"你单位报送的{filed(case)}材料收悉。经核对，不符合{basis(case)}规定的{_conditions(case)}，不予受理。",
            f"具体情况：{reason_of(case, 'refuse')}",
            f"条件具备后，可以另行{'申报' if case.kind == CaseKind.APPLICATION else '申请'}。",
        ),
        day=_closed(case),
        by=signed_by(),
        copied_to=designated(case, _closed(case)),
    )


def _closed(case: Case) -> dt.date | None:
    record = next((row for row in reversed(timeline.of_subject(case)) if row.action == "refuse"), None)
    return day_of(record.at) if record else None


def corrections_of(case: Case) -> Iterator[LetterKind]:
    """One letter per round; readable outside the city once it was issued."""
    for correction in case.corrections.order_by("round"):
        title = f"补正告知书（第{correction.round}次）"
        yield LetterKind(f"correction-{correction.round}", title, _always, _always, _notice_of(correction))


def _always(case: Case) -> bool:
    del case
    return True


def _notice_of(correction: Correction) -> Callable[[Case], Letter]:
    def write(case: Case) -> Letter:
        findings = enumerate(correction.findings.order_by("pk"), start=1)
        day = day_of(correction.issued_at)
        rounds = "本次补正以后，再次补正只核对本次告知的内容。" if correction.round == 1 else ""
        return Letter(
            title="补正告知书",
            to=case.applicant.name,
            number=f"{case.number} 第{correction.round}次",
            paragraphs=(
                f"你单位报送的{filed(case)}材料收悉。经核对，下列内容需要补正，现一次告知。",
                f"请于{cn_date(correction.due)}以前逐条答复，并提交补正材料。等待补正的时间不计入办理时限。",
            ),
            heads=("序号", "对应的材料或条文", "需要补正的内容"),
            lines=tuple((str(number), row.bound_label, row.text) for number, row in findings),
            closing=tuple(line for line in (rounds, "期限届满前可以书面申请延期。") if line),
            day=day,
            by=signed_by(day),
        )

    return write


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
