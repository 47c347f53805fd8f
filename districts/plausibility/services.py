"""Ask about figures before they are kept, and keep the explanations."""

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple, TypeVar

from django.db.models import Model

from districts.plausibility.comparisons import PlausibilityFinding, PlausibilityLimits, fresh, limits_of
from districts.plausibility.models import FigureAnswer
from districts.plausibility.selectors import answers_to, unexplained
from greendistrict.accounts.models import User
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from greendistrict.policy import parameters

Paper = TypeVar("Paper")
Questions = Callable[[Paper, Paper | None], Iterable[PlausibilityFinding]]  # findings about a paper beside the stored one
EXPLANATION = "explanation"
LONGEST = FigureAnswer._meta.get_field("text").max_length or 0
ASK = "请核对上面列出的数值：有误的更正；无误的，在“核对说明”中写明原因"


class AskedRow(NamedTuple):
    """What was asked about a row and is explained by ``text``, and earlier explanations that it leaves without their question."""

    explained: Sequence[PlausibilityFinding]
    answered: Sequence[FigureAnswer]
    text: str

    def keep(self, row: Model, by: User) -> None:
        """Keep the explanation with the stored row; call it after the row is saved."""
        for answer in self.answered:
            answer.delete()
        for one in self.explained:
            said = {"value": one.value[:200], "question": one.text[:400], "text": self.text.strip(), "by": by, "at": clock.now()}
            FigureAnswer.objects.update_or_create(subject=subject_of(row), rule=one.rule, part=one.part, defaults=said)


def ask(row: Model, questions: Questions[Paper], now: Paper, before: Paper | None, text: str) -> AskedRow:
    """Ask about a row before it is saved: what ``questions`` find about ``now`` and did not find about ``before``.

    ``before`` is what is stored, None if nothing is or if nobody has answered for it yet. It is compared with itself, so that only what was
    typed is asked about. Raises ``Refused`` with every finding that blocks, and every one that neither ``text`` nor an earlier explanation
    answers.
    """
    found = list(questions(now, before))
    stood = [] if before is None else list(questions(before, before))

    def retyped(part: str) -> bool:
        return before is not None and getattr(now, part, None) != getattr(before, part, None)

    new, held = fresh(found, stood, retyped), answers_to(row) if row.pk else []
    unsaid = unexplained([one for one in held if not retyped(one.part)], new)
    explained = _hold_explained(new, unsaid, text, limits_of(parameters.load()))
    there, then = ({(one.rule, one.part) for one in some} for some in (found, stood))
    gone = [one for one in held if (one.rule, one.part) not in there]
    # what was asked beside an earlier figure is no more found once its own is stored: its explanation stays with that figure
    answered = [one for one in gone if before is None or (one.rule, one.part) in then or retyped(one.part)]
    return AskedRow(explained, answered, text)


def ask_about(row: Model, rule: str, part: str, found: Iterable[PlausibilityFinding], text: str) -> AskedRow:
    """Ask about one thing of a stored row apart from its form; explanations of everything else stay. Raises ``Refused`` as ``ask``."""
    findings, held = list(found), [answer for answer in answers_to(row) if (answer.rule, answer.part) == (rule, part)]
    explained = _hold_explained(findings, unexplained(held, findings), text, limits_of(parameters.load()))
    return AskedRow(explained, () if findings else held, text)


def drop_answers(row: Model, rule: str, parts: Collection[str]) -> None:
    """Forget the explanations of days that are taken back."""
    FigureAnswer.objects.filter(subject=subject_of(row), rule=rule, part__in=parts).delete()


def _hold_explained(
    findings: Sequence[PlausibilityFinding], unsaid: Sequence[PlausibilityFinding], explanation: str, limits: PlausibilityLimits
) -> list[PlausibilityFinding]:
    """Findings to be kept with ``explanation``; each refusal stands at the field ``part``."""
    fixed = [finding for finding in findings if finding.rule in limits.blocking]
    open_ = [one for one in unsaid if one not in fixed]
    said = explanation.strip()
    asked = [] if said else open_
    if fixed or asked:
        refusals = [Refusal(one.text, field=one.part) for one in (*fixed, *asked)]
        raise Refused([*refusals, Refusal(ASK, field=EXPLANATION)] if asked else refusals)
    if open_ and len(said) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(said)}字", field=EXPLANATION)])
    return open_


def carry_answers(row: Model, to: Model, parts: Collection[str] | None = None) -> None:
    """Give the copy of a row the explanations of its figures (of ``parts``), said by whom and when they were."""
    names = [field.attname for field in FigureAnswer._meta.concrete_fields if not field.primary_key]
    answers = [answer for answer in answers_to(row) if parts is None or answer.part in parts]
    copies = [{name: getattr(one, name) for name in names} | {"subject": subject_of(to)} for one in answers]
    FigureAnswer.objects.bulk_create((FigureAnswer(**values) for values in copies), ignore_conflicts=True)


def restore_answers(row: Model, kept: Model, since: dt.datetime) -> None:
    """Put the explanations that ``kept`` carries back on its row, whose figures were restored; those given ``since`` go with theirs."""
    FigureAnswer.objects.filter(subject=subject_of(row), at__gte=since).delete()
    carry_answers(kept, row)
