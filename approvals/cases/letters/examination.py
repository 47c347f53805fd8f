"""Draft letters of the examination of a case: technical opinion before the panel, opinion of the panel, public notice."""

from collections.abc import Iterator
from functools import partial

from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.letters.sheet import LetterKind, clause_of, contact, day_of, filed, received
from approvals.cases.models.cases import Case
from approvals.cases.models.notices import Notice
from approvals.common.enums import CaseKind
from assessments.common.enums import CommentKind
from assessments.reviews.letters import panel_opinion
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing
from greendistrict.workflow.letters import Letter, sentence, sentences

CHECKED = dict(FORM_REVIEW)


def _technical(case: Case) -> Letter:
    """Results of 形式审查 and 预评审, written before the panel meets."""
    asked = list(case.questions.order_by("number"))
    held = sum(bool(case.form_review.get(key, {}).get("holds")) for key in CHECKED)
    found = f"形式审查{len(CHECKED)}项，符合{held}项。"
    questions = f"预评审提出问题{len(asked)}项，已答复{sum(bool(one.answer) for one in asked)}项。" if asked else "预评审没有提出问题。"
    words = {True: "符合", False: "不符合", None: "未审查"}
    entries = ((title, case.form_review.get(key, {})) for key, title in FORM_REVIEW)
    lines = tuple(
        (f"{number}", title, words[entry.get("holds")], entry.get("note") or "—") for number, (title, entry) in enumerate(entries, start=1)
    )
    day = day_of(case.review.opened_at) if case.review else None
    return Letter(
        title=f"{filed(case)}技术审查意见",
        to=case.applicant.name,
        paragraphs=(
            received(case),
            f"根据{clause_of(case, day)}和绿色生态相关标准，对材料进行了形式审查和预评审。{found}{questions}逐项意见如下。",
        ),
        heads=("序号", "审查内容", "结论", "说明"),
        lines=lines,
        closing=tuple(
            f"问题{one.number}，{sentence(one.text)}{f'申报主体答复，{sentence(one.answer)}' if one.answer else '尚未答复。'}"
            for one in asked
        ),
        day=day,
        by=citing.issuer(day),
        contact=contact(case, day),
    )


def _panel(case: Case) -> Letter:
    """评审意见 of the panel on an application or an acceptance."""
    rows = [
        (row.item_id, row.item_title, row.text, CommentKind(row.kind), row.body)
        for row in case.review_opinions.filter(review=case.review).order_by("number")
    ]
    name = "专家技术审查意见" if case.kind == CaseKind.APPLICATION else "终期验收专家评审意见"
    assert case.review is not None  # noqa: S101 -- offered only with one
    return panel_opinion(case.review, title=f"{case.district.name}绿色生态城区{name}", rows=rows)


def notices_of(case: Case) -> Iterator[LetterKind]:
    """公示 letters of the case, one per notice."""
    notices = list(case.notices.order_by("pk"))
    for order, notice in enumerate(notices, start=1):
        title = "公示" if len(notices) == 1 else f"公示（第{order}次）"
        yield LetterKind(f"notice-{notice.pk}", title, _always, _always, partial(_publicity, notice))


def _publicity(notice: Notice, case: Case) -> Letter:
    span = f"公示期自{cn_date(notice.opens_on)}起至{cn_date(notice.closes_on)}止。"
    days = f"{span}对公示内容有意见的，请在公示期内书面提出，具名意见将逐条答复。"
    return Letter(
        title=notice.title,
        to="",
        paragraphs=(*sentences(notice.body), days),
        day=notice.opens_on,
        by=citing.issuer(notice.opens_on),
        contact=contact(case, notice.opens_on),
        is_numbered=False,
        is_public=True,
    )


def _always(case: Case) -> bool:
    del case
    return True


LETTERS = (
    LetterKind(
        "technical", "技术审查意见", lambda case: bool(case.form_review) and case.accepted_at is not None,
        lambda case: case.review_id is not None, _technical, ("open_review",),
    ),
    LetterKind(
        "panel", "专家评审意见", lambda case: case.review is not None and bool(case.review.conclusion),
        lambda case: case.review is not None and case.review.concluded_at is not None and bool(case.review.conclusion), _panel,
    ),
)  # fmt: skip
