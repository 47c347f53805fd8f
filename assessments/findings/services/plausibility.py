"""Answering an advisory finding instead of changing the value."""

from typing import Any

from django.db import transaction

from assessments.findings.models import FindingAnswer
from assessments.findings.selectors.blocking import findings
from assessments.findings.selectors.check import RowFinding
from assessments.tables.models import ScoreTable
from assessments.tables.rules import may_edit_table
from assessments.tables.services.cells import closed_words
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused

LONGEST = FindingAnswer._meta.get_field("text").max_length or 0


@transaction.atomic
def answer_finding(*, table: ScoreTable, key: str, text: str, by: User) -> FindingAnswer | None:
    """Explain a finding, or take the explanation back with an empty text; reviewers read it beside the finding.

    ``key``: ``Finding.key``. Raises ``NotAllowed``, ``Closed``, ``Refused`` for a finding that blocks or is not there any more.
    """
    NotAllowed.unless(may_edit_district(by, table.district), "您可以查看这张评分表，不能填报")
    table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
    if not may_edit_table(by, table):
        raise Closed(closed_words(table))
    one = _open_finding(table, key)
    text = text.strip()
    if len(text) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(text)}字", field=key)])
    place: dict[str, Any] = {"table": table, "rule": one.rule, "item_id": one.item_id, "part": one.part}
    audit.record(action="score_table.answer", by=by, obj=table, data={"finding": key, "text": text})
    if not text:
        FindingAnswer.objects.filter(**place).delete()
        return None
    return FindingAnswer.objects.update_or_create(**place, defaults={"value": one.value, "text": text, "by": by, "at": clock.now()})[0]


def _open_finding(table: ScoreTable, key: str) -> RowFinding:
    one = next((found for found in findings(table) if found.rule and found.key == key), None)
    if one is None:
        msg = "这条提示已经不在了，取值可能刚被修改，请重新核对"
        raise Refused([Refusal(msg, field=key)])
    if not one.answerable:
        msg = f"{one.item_id}{one.text}：须更正，不能以说明代替"
        raise Refused([Refusal(msg, field=key)])
    return one
