"""Filtered timeline of a district: events of cases, assessments and the district file."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.safestring import SafeString

from districts.file.models.district import District
from districts.file.rules import may_read_file
from districts.file.selectors.visibility import shown_honours
from districts.overview.selectors.events import FILE, GROUPS, TimelineEvent, file_events
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.core.life_chart import LifeMark
from portal.public.life import drawn, spans_of
from portal.recent_steps import selectors as recent_steps

CASES, ASSESSMENTS, TITLES = "办件", "自查与评估", "称号"
ALL_GROUPS = (TITLES, CASES, ASSESSMENTS, *GROUPS)
OF_SUBJECT = {"approvals.case": CASES, "districts.district": TITLES}


@dataclass(frozen=True)
class TimelineConditions:
    """Conditions of the timeline; empty ones do not filter. Both days are inclusive."""

    group: str = ""
    since: dt.date | None = None
    until: dt.date | None = None
    text: str = ""

    def takes(self, event: TimelineEvent) -> bool:
        """Whether an event meets all conditions."""
        day = event.at.astimezone(clock.SHANGHAI).date()
        return (
            self.group in ("", event.group)
            and (self.since is None or day >= self.since)
            and (self.until is None or day <= self.until)
            and (not self.text or self.text in f"{event.title}{event.who}{event.note}")
        )


def timeline_of(viewer: Viewer, district: District, wanted: TimelineConditions) -> list[TimelineEvent]:
    """Events the user may see, newest first; events of the file only for its readers."""
    events = []
    for step in recent_steps.of_district(viewer, district):
        group = OF_SUBJECT.get(step.key.partition(":")[0], ASSESSMENTS)
        title = f"{step.subject.removeprefix(district.name)} {step.label}".strip()
        events.append(TimelineEvent(step.at, group, title, step.who, step.note, step.href))
    if may_read_file(viewer.held, district):
        events += file_events(viewer, district)
    else:
        events += _public(district)
    return sorted(filter(wanted.takes, events), key=lambda event: event.at, reverse=True)


def life_of_events(district: District, events: Iterable[TimelineEvent], today: dt.date) -> SafeString | None:
    """The line of these events and of the district's titles, one lane for each group; None without any. One query."""
    marks = [LifeMark(event.group, event.at.astimezone(clock.SHANGHAI).date(), event.title) for event in events]
    return drawn(district, ALL_GROUPS, spans_of(district.titles.order_by("pk")), marks, today=today)


def _public(district: District) -> Iterable[TimelineEvent]:
    """Honours outside the lifecycle, which are public facts of a public district."""
    for honour in shown_honours(district, reads_file=False):
        if honour.granted_on:
            at = dt.datetime.combine(honour.granted_on, dt.time(), clock.SHANGHAI)
            yield TimelineEvent(at, FILE, honour.title, "", honour.detail)
