"""Draft letters of the examination of a case: technical opinion before the panel, opinion of the panel, public notice.

Also here: Kinds of letters of a case, and text fragments that several letters share.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from operator import attrgetter

from django.db import models

from approvals.cases.checklist import FORM_REVIEW
from approvals.cases.models.cases import Case
from approvals.cases.models.correspondence import Notice
from approvals.cases.selectors.presence import may_have
from approvals.common.enums import CaseKind
from assessments.common.enums import CommentKind
from assessments.reviews.letters import panel_opinion
from districts.file.models.parties import DesignatedBody
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, letter_texts
from greendistrict.workflow import timeline
from greendistrict.workflow.letters import BLANK, Letter, sentence, sentences

CLAUSES = {CaseKind.APPLICATION: "八（一）", CaseKind.ACCEPTANCE: "八（三）"}


@dataclass(frozen=True)
class LetterKind:
    """One kind of letter; ``actions`` are the steps at which the office needs it."""

    key: str
    title: str
    ready: Callable[[Case], bool]
    readable_outside: Callable[[Case], bool]
    write: Callable[[Case], Letter]
    actions: tuple[str, ...] = ()


def clause_of(case: Case, day: dt.date | None = None) -> str:
    """《title》（code）第八部分第（一）项: the policy clause for the kind of the case."""
    return citing.clause(CLAUSES[CaseKind(case.kind)], day)


def day_of(moment: dt.datetime | None) -> dt.date | None:
    """Day of a moment in Shanghai."""
    return moment.astimezone(clock.SHANGHAI).date() if moment else None


def designated(case: Case, day: dt.date | None = None) -> tuple[str, ...]:
    """Names of the 区专门机构 of the district's authorities on ``day`` (五（二）), or those that have no last day."""
    bodies = DesignatedBody.objects.filter(authority__in=case.district.authorities.all())
    bodies = bodies.filter(until=None) if day is None else bodies.filter(since__lte=day).exclude(until__lt=day)
    return tuple(dict.fromkeys(bodies.order_by("authority_id", "pk").values_list("name", flat=True)))


def filed(case: Case) -> str:
    """What was filed, in words: district and kind of case."""
    return f"{case.district.name}绿色生态城区{case.get_kind_display()}"


def received(case: Case) -> str:
    """First sentence of an answer: what was handed in."""
    number = f"（{case.number}）" if case.number else ""
    return f"你单位报送的{filed(case)}材料{number}收悉。"


def reason_of(matter: models.Model, *actions: str) -> str:
    """Reason given with the newest of the named steps; a blank if none was taken."""
    given = [record.reason for record in timeline.of_subject(matter) if record.action in actions and record.reason]
    return sentence(given[-1]) if given else f"{BLANK}。"


def as_part(text: str) -> str:
    """Typed text without its final full stop, to be used inside a sentence."""
    return text.strip().rstrip("。；;.")


def block(case: Case, key: str, day: dt.date | None, **more: str) -> str:
    """Text block whose wording the office maintains, filled with the data of the case."""
    names = {"applicant_term": "期限", "case_number": "受理编号"}
    values: Mapping[str, str] = {
        "城区": case.district.name, "申报主体": case.applicant.name, **{names[name]: value for name, value in more.items()}
    }  # fmt: skip
    return letter_texts.wording(key, values, day)


def contact(case: Case, day: dt.date | None = None) -> str:
    """Contact line of the city's office."""
    return block(case, "contact", day)


def numbered(number: str, day: dt.date | None) -> str:
    """Number and day of a paper, with blanks for missing values."""
    return f"{number or BLANK}（{cn_date(day) or BLANK}）"


CHECKED = dict(FORM_REVIEW)


# Name of the letter, and what the office does in the words of the clause.
EXAMINED = {
    CaseKind.APPLICATION: ("技术审查意见", "按照绿色生态相关标准组织技术审查"),
    CaseKind.ACCEPTANCE: ("形式审查和预评审意见", "组织终期验收"),
}


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
    name, work = EXAMINED[CaseKind(case.kind)]
    return Letter(
        title=f"{filed(case)}{name}",
        to=case.applicant.name,
        paragraphs=(
            received(case),
            (f"根据{clause_of(case, day)}，我委{work}，专家评审以前对材料作了形式审查和预评审。{found}{questions}逐项意见如下。"),
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
    notices = sorted(case.notices.all(), key=attrgetter("pk")) if may_have(case, "notices") else []
    for order, notice in enumerate(notices, start=1):
        title = "公示" if len(notices) == 1 else f"公示（第{order}次）"
        yield LetterKind(f"notice-{notice.pk}", title, _always, _always, partial(_publicity, notice))


def _publicity(notice: Notice, case: Case) -> Letter:
    span = f"公示期自{cn_date(notice.opens_on)}起至{cn_date(notice.closes_on)}止。"
    # A text of the office's own may ask for objections itself.
    asks = "" if "公示期内" in notice.body else "对公示内容有意见的，请在公示期内书面提出，注明事实和理由，具名意见将逐条答复。"
    return Letter(
        title=notice.title,
        to="",
        paragraphs=(*sentences(notice.body), f"{span}{asks}"),
        day=notice.opens_on,
        by=citing.issuer(notice.opens_on),
        contact=contact(case, notice.opens_on),
        is_numbered=False,
        is_public=True,
    )


def _always(case: Case) -> bool:
    del case
    return True


PANEL = LetterKind(
    "panel", "专家评审意见", lambda case: case.review is not None and bool(case.review.conclusion),
    lambda case: case.review is not None and case.review.concluded_at is not None and bool(case.review.conclusion), _panel,
)  # fmt: skip


def examination_letters(kind: CaseKind) -> tuple[LetterKind, ...]:
    """Letters of the examination and of the panel on a case of this kind."""
    examined = LetterKind(
        "technical", EXAMINED[kind][0], lambda case: bool(case.form_review) and case.accepted_at is not None,
        lambda case: case.review_id is not None, _technical, ("open_review",),
    )  # fmt: skip
    return examined, PANEL
