"""Services of score tables: opening, submission, recall, return, receipt."""

from collections.abc import Mapping
from typing import Any

from assessments.common.enums import BuildState
from assessments.findings.selectors.plausibility import full_findings
from assessments.tables.models import ScoreRow, ScoreTable, TableVersion
from assessments.tables.selectors.scoring import rows_of, score_rows
from assessments.versions.services.freeze import freeze_version
from assessments.versions.services.receipts import issue_receipt
from districts.file.models.district import District
from districts.indicator_systems.selectors.indicators import table_targets
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from greendistrict.core.writing import writing
from greendistrict.workflow.procedure import Taken, take
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.editions.services import freeze
from indicators.scoring.engine import Result


@writing
def open_table(
    *,
    district: District,
    edition: Edition,
    purpose: str,
    stage: str,
    by: User | None,
    year: int | None = None,
    planned: ScoreTable | None = None,
    previous: ScoreTable | None = None,
    building: bool = False,
) -> ScoreTable:
    """Open a table with a row for every clause that applies to the district's type and the stage.

    Targets of a ``year`` come from the indicator system in force, else from ``planned``, which also gives the expected points;
    ``previous`` gives last year's values shown beside the fields. Raises ``Refused`` for a district without a type, ``EditionIncomplete``
    for an edition that cannot score.
    """
    del by  # opening is recorded by the thing that owns the table
    if not district.type:
        msg = f"{district}的类型（新建或更新）未填，不能建立评分表"
        raise Refused([Refusal(msg, remedy="先在城区档案中填写类型")])
    layout = rules_for(edition).table(district.type, stage)
    table = ScoreTable.objects.create(
        district=district,
        edition=edition,
        purpose=purpose,
        type=district.type,
        stage=stage,
        year=year,
        planned=planned,
        previous=previous,
        building=building,
        created_at=clock.now(),
    )
    targets = dict(ScoreRow.objects.filter(table=planned).values_list("item_id", "value")) if planned else {}
    if year is not None:
        targets |= table_targets(district, edition, year)
    state = BuildState.GOING if building else ""
    ScoreRow.objects.bulk_create(
        ScoreRow(table=table, item_id=item.id, order=order, target=targets.get(item.id), build_state=state)
        for order, item in enumerate(layout.items.values())
    )
    return table


def submit_table(*, table: ScoreTable, by: User | None, extra: Mapping[str, Any] | None = None) -> TableVersion:
    """Submit and freeze the next version; ``extra`` is frozen with it.

    Raises ``Refused`` with everything that blocks, ``NotAllowed`` for anybody but the district's reviewer (``by=None``: system).
    """
    follow(table, "submit", by, extra=extra or {})
    return table.versions.order_by("-number")[0]


def lock_table(*, table: ScoreTable) -> None:
    """Lock the cells while the table is being signed."""
    follow(table, "lock", None)


def unlock_table(*, table: ScoreTable) -> None:
    """Unlock the cells after signing was refused or recalled."""
    follow(table, "unlock", None)


def recall_table(*, table: ScoreTable, by: User | None) -> None:
    """Recall a submission before receipt; its version stays, and the next submission creates another."""
    follow(table, "recall", by)


def return_table(*, table: ScoreTable, by: User | None, reason: str) -> None:
    """Return a submitted table; it is edited again and becomes version n + 1."""
    follow(table, "return", by, reason=reason)


def receive_table(*, table: ScoreTable, by: User | None) -> None:
    """Mark the newest version as the one that counts. Raises ``Refused`` if nothing was submitted."""
    follow(table, "receive", by)


def follow(table: ScoreTable, action: str, by: User | None, *, reason: str = "", **values: Any) -> None:
    """Take a step of the table as a consequence of a step of its matter, whose version was checked."""
    take(obj=table, action=action, by=by, version=None, values=values, reason=reason, follows=True)


def on_submit(taken: Taken) -> None:
    """Freeze the next version and sign its receipt. Raises ``Refused`` with everything that blocks."""
    table = taken.obj
    rows = rows_of(table.pk)[table.pk]
    scored = score_rows(table, rows.values())
    found = full_findings(table, scored, rows, taken.today)
    blocking = [finding for finding in found if finding.blocks]
    if blocking:
        raise Refused([Refusal(f"{one.item_id} {one.title}：{one.text}" if one.item_id else one.text) for one in blocking])
    freeze(table.edition)
    version = freeze_version(table=table, scored=scored, rows=rows, by=taken.by, extra=taken.values.get("extra"), findings=found)
    issue_receipt(table=table, version=version)
    table.result, table.submitted_at = version.content["result"], version.frozen_at
    data = {"version": version.number, "digest": version.digest}
    audit.record(action="score_table.freeze", by=taken.by, obj=table, data=data)


def on_receive(taken: Taken) -> None:
    """Mark the newest version as the one that counts."""
    newest = taken.obj.versions.select_for_update(no_key=True).get(number=taken.facts["version"])
    newest.counts = True
    newest.save(update_fields=["counts"])


def recompute(table: ScoreTable) -> Result | None:
    """Score the rows and store the result with the table; None if it cannot be scored. Frozen versions are not changed."""
    scored = score_rows(table, rows_of(table.pk)[table.pk].values())
    table.result = scored.result.as_json() if scored.result else {}
    table.save(update_fields=["result"])
    return scored.result
