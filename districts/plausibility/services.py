"""Ask about figures before they are kept, and keep the explanations."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.db.models import Model

from districts.plausibility.findings import PlausibilityFinding, PlausibilityLimits, limits_of
from districts.plausibility.models import FigureAnswer
from districts.plausibility.selectors import unexplained
from greendistrict.accounts.models import User
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from greendistrict.policy import parameters

EXPLANATION = "explanation"
LONGEST = FigureAnswer._meta.get_field("text").max_length or 0
ASK = "请核对上面列出的数值：有误的更正；无误的，在“核对说明”中写明原因"


def hold_explained(
    row: Model, findings: Sequence[PlausibilityFinding], explanation: str, limits: PlausibilityLimits
) -> list[PlausibilityFinding]:
    """Findings to be kept with ``explanation``. Raises ``Refused`` with every finding that blocks or that nobody has explained.

    An explanation given earlier counts while the figure is the one it was written for. Each refusal stands at the field ``part``.
    """
    fixed = [one for one in findings if one.rule in limits.blocking]
    open_ = unexplained(row, [one for one in findings if one not in fixed])
    said = explanation.strip()
    asked = [] if said else open_
    if fixed or asked:
        refusals = [Refusal(one.text, field=one.part) for one in (*fixed, *asked)]
        raise Refused([*refusals, Refusal(ASK, field=EXPLANATION)] if asked else refusals)
    if open_ and len(said) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(said)}字", field=EXPLANATION)])
    return open_


def keep_explained(
    row: Model, findings: Sequence[PlausibilityFinding], explained: Sequence[PlausibilityFinding], explanation: str, by: User
) -> None:
    """Keep the explanation of ``explained`` with a stored row, and drop those of findings that are gone. Call it after the row is saved."""
    subject = subject_of(row)
    there = {(one.rule, one.part) for one in findings}
    for answer in FigureAnswer.objects.filter(subject=subject):
        if (answer.rule, answer.part) not in there:
            answer.delete()
    for one in explained:
        said = {"value": one.value[:200], "question": one.text[:400], "text": explanation.strip(), "by": by, "at": clock.now()}
        FigureAnswer.objects.update_or_create(subject=subject, rule=one.rule, part=one.part, defaults=said)


class AskedRow(NamedTuple):
    """What was asked about a changed row and is explained by ``text``; kept once the row is saved."""

    findings: Sequence[PlausibilityFinding]
    explained: Sequence[PlausibilityFinding]
    text: str

    def keep(self, row: Model, by: User) -> None:
        """Keep the explanation with the stored row."""
        keep_explained(row, self.findings, self.explained, self.text, by)


def ask(row: Model, findings: Iterable[PlausibilityFinding], text: str) -> AskedRow:
    """Ask about a row whose figures changed, before it is saved. Raises ``Refused`` with every finding that nobody has explained."""
    found = list(findings)
    return AskedRow(found, hold_explained(row, found, text, limits_of(parameters.load())), text)
