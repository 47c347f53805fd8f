"""Transfer the responsibility for a titled district to another body, and record who was responsible."""

import datetime as dt
from dataclasses import dataclass

from approvals.cases.models.cases import Case
from approvals.titles.enums import HolderSide
from approvals.titles.models.holders import TitleHolder
from districts.file.models.district import District
from greendistrict.accounts.models import Organisation, User
from greendistrict.audit import services as audit

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Passing:
    """Which body is replaced by which, from which day on, and by what paper."""

    side: HolderSide
    before: Organisation
    after: Organisation
    since: dt.date
    ground: str
    paper: str


def pass_on(*, district: District, case: Case, passing: Passing, by: User) -> None:
    """Record the change of the responsible body; the first body is recorded as responsible since the grant of the title."""
    side, before, after = passing.side, passing.before, passing.after
    held = TitleHolder.objects.filter(district=district, side=side, body=before, until__isnull=True).first()
    if held is None:
        since = district.titled_since or district.titled_on
        held = TitleHolder(district=district, side=side, body=before, body_name=before.name, since=since)
    held.until = max(passing.since - DAY, held.since) if held.since else passing.since - DAY
    held.save()
    told = {"ground": passing.ground, "paper": passing.paper, "case": case, "since": passing.since, "body_name": after.name}
    TitleHolder.objects.get_or_create(district=district, side=side, body=after, until=None, defaults=told)
    data = {"side": str(side), "before": before.name, "after": after.name, "since": f"{passing.since}", "case": case.number}
    audit.record(action="title.pass_on", by=by, obj=district, data=data)
