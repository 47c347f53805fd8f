"""Last days of receipt and formal review that were extended or waived by decision, read from the registry of obligations."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping

from approvals.cases.enums import CaseState
from approvals.cases.models.cases import Case
from assessments.common.owed_papers import decisions
from greendistrict.workflow.history import passed, stays, steps_column

# State in which a case owes the obligation. Its key ends with how often the case has been in that state: ``accept_case:case-7:1``.
OWED_IN = {"accept_case": CaseState.SENT, "form_review": CaseState.ACCEPTED}
DecidedTerms = Mapping[int, dt.date | None]


def decided_terms(today: dt.date) -> DecidedTerms:
    """As of today, by case id: the decided new last day of the current term, or None if it was waived. Few cases have an entry."""
    found: dict[tuple[int, str], dict[int, dt.date | None]] = defaultdict(dict)
    for key, day in decisions().items():
        kind, _, rest = key.partition(":")
        if kind in OWED_IN:
            case, _, number = rest.removeprefix("case-").partition(":")
            found[int(case), OWED_IN[kind]][int(number)] = day
    if not found:
        return {}
    cases = Case.objects.filter(pk__in={pk for pk, _ in found}, status__in=OWED_IN.values()).annotate(steps=steps_column(Case))
    told: dict[int, dt.date | None] = {}
    for pk, status, steps in cases.order_by().values_list("pk", "status", "steps"):
        running = stays(passed(steps), (status,), today)
        if running and running[-1].number in found[pk, status]:
            told[pk] = found[pk, status][running[-1].number]
    return told
