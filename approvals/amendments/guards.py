"""Guards of correcting or withdrawing an announcement."""

import datetime as dt
from collections.abc import Iterable

from approvals.cases.document_numbers import number_taken
from approvals.cases.guards import typed
from approvals.cases.rules import proposed
from greendistrict.core.errors import Refusal
from greendistrict.workflow.machine import Question, reads


def another_person(question: Question) -> Iterable[Refusal]:
    """Passes if the person is not the one who proposed it."""
    if proposed(question.held, question.obj):
        yield Refusal("提出人和审定人须为两人", remedy="请另一人审定")


@reads("against")
def still_possible(_question: Question, against: list[Refusal]) -> Iterable[Refusal]:
    """Passes if the announcement has not changed since the proposal and the titles can be changed accordingly."""
    return against


@typed("number", "published_on")
def numbered_and_dated(question: Question, number: str, published_on: dt.date) -> Iterable[Refusal]:
    """Passes if the paper's number is free and its date lies between the announcement and today."""
    if taken := number_taken(number.strip(), question.obj):
        yield Refusal(taken, field="number")
    if published_on > question.today:
        yield Refusal("公布日期不能晚于今天", field="published_on")
    announced = question.obj.announcement.announced_on
    if announced is not None and published_on < announced:
        yield Refusal("公布日期不能早于原公告的日期", field="published_on")
