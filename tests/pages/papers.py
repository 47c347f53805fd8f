"""What reports and letters of the stored world say, as the document that their PDF is made of."""

from collections.abc import Iterator

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from reports.composition.html import html_of
from reports.jobs.enums import Scope, Sight
from reports.jobs.kinds import Report, Wanted, report_kinds
from reports.jobs.requests import new_job
from reports.jobs.sights import sight_of
from tests.pages.lines import whole_lines_of
from tests.pages.world import NOW
from tests.portal.writes import undone

CODE = "ABCD EFGH JKLM"
YEARS = (2026, 2025)
TRIED = 12  # subjects of a kind: the newest that have something to say


def composed() -> list[str]:
    """Kinds of reports whose content is composed; others are files of their own."""
    return sorted(key for key, kind in report_kinds.by_key.items() if kind.compose)


def paper(key: str) -> list[str]:
    """The document of a report as lines after a head."""
    head, text = document(key)
    return [head, *whole_lines_of(text)] if text else ["nothing to say"]


def document(key: str) -> tuple[str, str]:
    """Name and document of a report about the first subject that there is something to say about; empty if there is none."""
    report = report_kinds.by_key[key]
    with clock.at(NOW), undone():
        for wanted in _subjects(key, report):
            job = new_job(wanted, asked=f"{key} {wanted.year} {wanted.district} {wanted.subject}", by=wanted.by)
            try:
                composition = report.compose(job, lambda _done: None)
            except Refused:
                continue
            return job.label, html_of(composition, code=CODE).text
    return "", ""


def _subjects(key: str, report: Report) -> Iterator[Wanted]:
    by = User.objects.filter(posts__role=Role.CITY_OFFICER).earliest("pk")
    sight = sight_of(posts_of(by)) if report.sight == Sight.SEATS else ""
    for year in YEARS:
        if report.scope == Scope.CITY:
            yield Wanted(key, year, by=by, sight=sight)
        elif report.scope == Scope.DISTRICT:
            yield from (
                Wanted(key, year, district, by=by) for district in report.districts(year).filter(is_demo=True).order_by("pk")[:TRIED]
            )
        else:
            found = report.matters(Viewer(by)).order_by("-pk")[:TRIED]
            yield from (Wanted(key, year, subject=str(one.pk), matter=one, by=by, sight=sight) for one in found)
