"""Services that answer findings: explanations and the declaration 无变化."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import transaction

from assessments.findings.models import FindingAnswer
from assessments.findings.selectors.check import BY_NAME, MOVED, RowFinding, RowStatus, standings
from assessments.findings.selectors.plausibility import findings
from assessments.prefill.services import DeclaredRows, confirm_rows, open_table
from assessments.sharing.models import ShareState
from assessments.sharing.selectors import shares_of
from assessments.tables.models import ScoreTable
from assessments.tables.rules import may_edit_table
from assessments.tables.selectors.scoring import rows_of, score_rows
from assessments.tables.services.cells import closed_words
from districts.file.rules import may_edit_district
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused

# Explain an advisory finding instead of changing the value.

LONGEST = FindingAnswer._meta.get_field("text").max_length or 0


def answer_finding(*, table: ScoreTable, key: str, text: str, by: User) -> FindingAnswer | None:
    """Save the explanation of a finding, or remove it with an empty text; reviewers read it beside the finding.

    ``key``: ``Finding.key``. Raises ``NotAllowed``, ``Closed``, ``Refused`` for a finding that blocks or is not there any more.
    """
    with transaction.atomic():
        table = _held(table, by)
        one = _open_finding({found.key: found for found in findings(table, clock.today()) if found.rule}, key)
        text = _fitting(text, key)
        place = _place(table, one)
        audit.record(action="score_table.answer", by=by, obj=table, data={"finding": key, "text": text})
        if not text:
            FindingAnswer.objects.filter(**place).delete()
            return None
        return _kept(place, one, text, by)


def answer_findings(*, table: ScoreTable, keys: Collection[str], text: str, by: User) -> tuple[int, dict[str, str]]:
    """Save one explanation for several findings; vanished and always blocking ones are skipped.

    Returns the number explained, and by key the reason why others were not.
    Raises ``NotAllowed``, ``Closed``, ``Refused`` without a text, without a finding, and where none takes an explanation.
    """
    Refused.unless(keys, "请勾选要说明的提示")
    Refused.unless(text.strip(), "请填写说明")
    refused = {}
    with transaction.atomic():
        table = _held(table, by)
        text = _fitting(text)
        there = {found.key: found for found in findings(table, clock.today()) if found.rule}
        done = []
        for key in dict.fromkeys(keys):
            try:
                one = _open_finding(there, key)
            except Refused as why:
                refused[key] = str(why)
            else:
                _kept(_place(table, one), one, text, by)
                done.append(key)
        if not done:
            raise Refused([Refusal(words, field=key) for key, words in refused.items()])
        audit.record(action="score_table.answer", by=by, obj=table, data={"findings": done, "text": text})
    return len(done), refused


def restore_answers(*, table: ScoreTable, kept: Iterable[Mapping[str, str]], by: User) -> None:
    """Say the explanations of frozen findings again where others have taken their place; whoever restores them says so now."""
    given = {(one.rule, one.item_id, one.part): (one.value, one.text) for one in FindingAnswer.objects.filter(table=table)}
    for one in kept:
        rule, item_id, part = one["rule"], one["item_id"], one["part"]
        if one["answer"] and given.get((rule, item_id, part)) != (one["value"], one["answer"]):
            said = {"value": one["value"], "text": one["answer"], "by": by, "at": clock.now()}
            FindingAnswer.objects.update_or_create(table=table, rule=rule, item_id=item_id, part=part, defaults=said)


def _held(table: ScoreTable, by: User) -> ScoreTable:
    """Lock and return the table. Raises ``NotAllowed`` or ``Closed`` unless the user may fill it in."""
    posts = posts_of(by)
    NotAllowed.unless(may_edit_district(posts, table.district), "您可以查看这张评分表，不能填报")
    table = ScoreTable.objects.select_for_update(of=("self",), no_key=True).select_related("district", "edition").get(pk=table.pk)
    if not may_edit_table(posts, table):
        raise Closed(closed_words(table))
    return table


def _fitting(text: str, key: str = "") -> str:
    text = text.strip()
    if len(text) > LONGEST:
        raise Refused([Refusal(f"最多{LONGEST}字，现有{len(text)}字", field=key)])
    return text


def _place(table: ScoreTable, one: RowFinding) -> dict[str, Any]:
    return {"table": table, "rule": one.rule, "item_id": one.item_id, "part": one.part}


def _kept(place: Mapping[str, Any], one: RowFinding, text: str, by: User) -> FindingAnswer:
    return FindingAnswer.objects.update_or_create(**place, defaults={"value": one.value, "text": text, "by": by, "at": clock.now()})[0]


def _open_finding(there: Mapping[str, RowFinding], key: str) -> RowFinding:
    one = there.get(key)
    if one is None:
        msg = "这条提示已经不在了，取值可能刚被修改，请重新核对"
        raise Refused([Refusal(msg, field=key)])
    if not one.answerable:
        msg = f"{one.item_id}{one.text}：须更正，不能以说明代替"
        raise Refused([Refusal(msg, field=key)])
    return one


# Confirm that prefilled rows have not changed.


@transaction.atomic
def declare_unchanged(*, table: ScoreTable, by: User, items: Collection[str] | None = None) -> DeclaredRows:
    """Declare 无变化 for all eligible rows (``items`` None) or for those named.

    A row below its target must be named. A row that differs from another source needs an explanation in its 说明. A row with expired or
    missing evidence is refused. Rows that were shared out can only be declared by their assignee. Raises ``NotAllowed``, ``Closed``.
    """
    own = set(shares_of(Viewer(by)).filter(table=table, status=ShareState.OPEN).values_list("pk", flat=True))
    table = open_table(table, by, given=bool(own))
    rows = rows_of(table.pk)[table.pk]
    found = standings(table, score_rows(table, rows.values()), rows, clock.today())
    theirs = may_edit_district(posts_of(by), table.district)
    mine = {name for name, row in rows.items() if row.share in own or (theirs and row.share is None)}
    wanted = [name for name in found if found[name].holds and name in mine] if items is None else [name for name in items if name in found]
    others = {name: "已分派给他人，由其确认" for name in wanted if name not in mine}
    wanted = [name for name in wanted if name in mine]
    refused = {name: text for name in wanted if (text := _refusal(found[name], rows[name].explanation))}
    done = tuple(name for name in wanted if name not in refused)
    confirm_rows([rows[name].pk for name in done], by)
    if done:
        audit.record(action="score_table.unchanged", by=by, obj=table, data={"items": list(done)})
    return DeclaredRows(done, refused | others)


def _refusal(one: RowStatus, explanation: str) -> str:
    """Reason why the row cannot be declared unchanged; empty if it can."""
    if not one.pending:
        return "没有带入的值" if not one.confirmed else "已经确认"
    if one.why.keys() - BY_NAME:
        return f"{one.words}，须先处理"
    return f"{one.words}，请先在“说明”中写明原因" if MOVED in one.why and not explanation.strip() else ""
