"""Kinds of letters of a case, and text fragments that several letters share."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import models

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from districts.file.models.parties import DesignatedBody
from greendistrict.core import clock
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.policy import citing, letter_texts
from greendistrict.workflow import timeline
from greendistrict.workflow.letters import BLANK, Letter, sentence

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
    """《title》（code）第八条第（一）项: the policy clause for the kind of the case."""
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
