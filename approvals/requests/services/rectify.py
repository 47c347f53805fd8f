"""Apply a decided rectification to every record that holds a copy of the wrong value: case, batch, title, district."""

import datetime as dt

from django.db.models import QuerySet

from approvals.cases.models.cases import Case
from approvals.cases.services.decisions import freeze
from approvals.cases.services.locking import touch
from approvals.common.enums import DossierStep, TitleEnd, WrongField
from approvals.requests.models import Rectification
from approvals.titles.models.publicity import Announcement, Title
from districts.common.enums import Stage
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit


def write(case: Case, asked: Rectification, *, by: User) -> None:
    """Replace the value wherever it is stored, and freeze the decision's dossier again; the old value is kept."""
    WRITERS[WrongField(asked.field)](case, asked.after)
    data = {"field": asked.field, "before": asked.before, "after": asked.after, "reason": asked.reason}
    audit.record(action="rectification.write", by=by, obj=case, data=data)
    if case.decision_records.exists():
        freeze(case=case, step=DossierStep.CORRECTION, by=by)


def _number(case: Case, after: str) -> None:
    case.decision_number = after
    touch(case, "decision_number")


def _decided_on(case: Case, after: str) -> None:
    case.decided_on = dt.date.fromisoformat(after)
    touch(case, "decided_on")


def _star(case: Case, after: str) -> None:
    case.star_found = int(after)
    touch(case, "star_found")
    set_star(Title.objects.filter(case=case), int(after))


def set_star(titles: QuerySet[Title], star: int) -> None:
    """Set another star on titles, and on the districts that currently hold them."""
    titles.update(star=star)
    District.objects.filter(pk__in=titles.filter(end="").values("district_id")).update(star=star)


def _announcement_number(case: Case, after: str) -> None:
    Announcement.objects.filter(pk=case.announcement_line.announcement_id).update(number=after)


def _announced_on(case: Case, after: str) -> None:
    move_announcement(case.announcement_line.announcement, dt.date.fromisoformat(after))


def move_announcement(batch: Announcement, day: dt.date) -> None:
    """Move the grant dates of the batch's titles to ``day``, and the end of the pilot titles they replaced."""
    wrong = batch.announced_on
    Announcement.objects.filter(pk=batch.pk).update(announced_on=day)
    Title.objects.filter(announcement=batch).update(granted_on=day)
    Title.objects.filter(end_announcement=batch).update(ended_on=day)
    held = Title.objects.filter(announcement=batch, end="").values("district_id")
    District.objects.filter(pk__in=held).update(titled_on=day)
    Title.objects.filter(district__in=held, end=TitleEnd.SUPERSEDED, ended_on=wrong).update(ended_on=day)
    before = Title.objects.filter(announcement=batch, end=TitleEnd.SUPERSEDED).values("district_id")
    District.objects.filter(pk__in=before, stage=Stage.DEMONSTRATION, titled_since=wrong).update(titled_since=day)


WRITERS = {
    WrongField.DECISION_NUMBER: _number,
    WrongField.DECIDED_ON: _decided_on,
    WrongField.STAR: _star,
    WrongField.ANNOUNCEMENT_NUMBER: _announcement_number,
    WrongField.ANNOUNCED_ON: _announced_on,
}
