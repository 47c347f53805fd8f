"""Provide lists of assessments with filings that are owed but not opened, and with moved deadlines."""

import datetime as dt
from collections.abc import Collection, Mapping

from approvals.common.duties import OpenDuty
from assessments.common import owed_papers
from assessments.common.owed_papers import UnopenedPaper
from greendistrict.accounts.viewer import Viewer
from obligations import case_terms, notice_terms, review_terms
from obligations.authority_duties import PLAN
from obligations.decisions import decided, decisions
from obligations.selectors import due, read_by, yearly_in_sight
from obligations.titled_districts import former_holders, titled_districts


class Papers:
    """Implementation of the interface ``assessments.common.owed_papers``."""

    def unopened(self, viewer: Viewer, kinds: Collection[str], only: Collection[int] | None) -> list[UnopenedPaper]:
        """Listed yearly filings of these kinds that nobody has opened, visible to the person."""
        rows = decided((row for row in yearly_in_sight(viewer, kinds, only) if row.record is None), decisions())
        return [
            UnopenedPaper(
                *(row.kind, row.district_id, row.district, row.is_demo, row.year, row.title, row.due, row.waived),
                ended=row.ended_on is not None,
            )
            for row in rows
            if row.district_id is not None
        ]

    def decisions(self) -> Mapping[str, dt.date | None]:
        """Day of the latest waiver (None) or extension by obligation key."""
        return {key: exemption.extended_to for key, exemption in decisions().items()}

    def ended(self) -> Mapping[int, int]:
        """First year whose papers are asked again of each district that lost a title."""
        lost = {row.pk: row.until.year for row in former_holders() if row.until}
        again = {row.pk for row in titled_districts(set(lost))} if lost else set()
        return {pk: year if pk in again else dt.MAXYEAR for pk, year in lost.items()}


OF_CASES = frozenset({*case_terms.KINDS, *notice_terms.KINDS, *review_terms.KINDS})


def open_on_pages(viewer: Viewer, districts: Collection[int]) -> list[OpenDuty]:
    """Open duties of cases and their reviews in these districts that the person may read, first day first."""
    rows = read_by(viewer.held, due(viewer, districts, OF_CASES)) if districts else []
    return [
        OpenDuty(row.link, row.organisation, row.title, row.due, row.due_told, row.default_word)
        for row in rows
        if row.is_open and row.opens is None
    ]


def decided_plans(on: dt.date | None = None) -> Mapping[tuple[int, int], dt.date | None]:
    """(leading body, year) → day to which a decision made by the end of a day moved its yearly plan, None if waived."""
    if on is None:
        return owed_papers.decided(PLAN.key)
    return owed_papers.of_kind(PLAN.key, {key: exemption.extended_to for key, exemption in decisions(on).items()})
