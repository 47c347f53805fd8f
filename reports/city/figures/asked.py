"""What is asked of whom and by which day, as of the year's last day of receipt."""

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from greendistrict.accounts.viewer import Viewer
from greendistrict.policy import parameters
from greendistrict.policy.duty_table import CLIMBING, OF_CITY, duty_kind
from obligations.collectors import YEARLY
from obligations.duties import Obligation
from obligations.selectors import due
from obligations.yearly_duties import SELF_CHECK
from reports.city.figures.standing import TitleStand

FINDING = "rectification:finding-"  # key of the duty to rectify a finding
GROUNDS = {
    "rectification": "评估结论", "recheck": "整改报告", "opinion_reply": "评审意见", "correction": "补正告知", "stage_material": "评估通知",
    "post_material": "抽取结果", "receive_filing": "报送材料", "stage_conclude": "报送材料",
}  # fmt: skip


class NextWork(NamedTuple):
    """A duty still to be done: what, in which district, by whom, on what ground, by which day; ``late`` if that day has passed.

    ``unconfirmed``: the day rests on a setting that the city has not confirmed; kept of late duties alone in older closings.
    """

    kind: str
    what: str
    district: str
    owner: str
    basis: str
    due: dt.date
    late: bool
    unconfirmed: bool


@dataclass(frozen=True)
class CityAsked:
    """``next_check``: day by which the self-check on the following year is due; None if the settings of the day name none.

    ``work``: open duties, overdue ones first; None in editions closed before they were kept.
    """

    next_check: dt.date | None
    work: tuple[NextWork, ...] | None = None
    is_default_date: bool = False  # of ``next_check``; unknown in editions closed before it was kept


def asked_figures(stood: TitleStand, judged_on: dt.date) -> CityAsked:
    """What is asked after the report, by the settings and records of ``judged_on``, as on the page of duties."""
    with parameters.as_of(judged_on):
        asked = next(iter(YEARLY[SELF_CHECK].dues([stood.year + 1])), None)
    rows = [row for row in due(Viewer(None, as_of=judged_on)) if row.district_id in stood.by_district and _is_work(row)]
    work = (_work(row, judged_on) for row in rows)
    ordered = tuple(sorted(work, key=lambda one: (not one.late, one.due, one.kind, one.district, one.what)))
    return CityAsked(asked.due, ordered, asked.is_default) if asked else CityAsked(None, ordered)


def _is_work(row: Obligation) -> bool:
    """Whether it is still to be done by a district's side or by the city, and urged."""
    return row.is_open and not row.is_watch and duty_kind(row.kind).rungs in {CLIMBING, OF_CITY}


def _work(row: Obligation, day: dt.date) -> NextWork:
    late = row.is_overdue(day)
    what = f"{'补报' if late else '报送'}{row.title}" if row.kind in YEARLY else row.title
    ground = "监督检查问题" if row.key.startswith(FINDING) else GROUNDS.get(row.kind, "办理期限")
    basis = row.cite if row.rule else ground
    return NextWork(row.kind, what, row.district, row.organisation, basis, row.due, late, row.is_default_date)
