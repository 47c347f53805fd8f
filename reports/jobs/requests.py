"""Request a report of any kind, and cancel one that is not finished.

Also here: Fingerprint of the data of a report, so that an equal report is not generated again while it is valid.
"""

import hashlib
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Count, Exists, Max, Model, OuterRef, Q

from districts.file.models.district import District
from districts.file.rules import may_read_file
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.audit.models import AuditRecord
from greendistrict.audit.selectors import ACCESS
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.integers import whole
from reports.jobs.enums import OPEN_STATES, JobState, Scope, Sight
from reports.jobs.kinds import Report, Wanted, report_kinds
from reports.jobs.models import Asker, BatchPart, ExportJob
from reports.jobs.selectors import may_cancel, may_request
from reports.jobs.services import finish, share
from reports.jobs.sights import NOBODY, sight_of

# Recorded actions that change no figure. Every other recorded action makes finished reports outdated.
UNCHANGING = ACCESS | Q(action__startswith="reports.") | Q(action__startswith="audit.") | Q(action__startswith="personal.")


def changes_today() -> str:
    """Number of today's records that may have changed a figure, and the last of them.

    The number also detects a record whose transaction ended after that of a later record.
    """
    since = clock.day_began()
    found = AuditRecord.objects.filter(at__gte=since).exclude(UNCHANGING).order_by().aggregate(count=Count("pk"), last=Max("pk"))
    return f"{found['count']} {found['last']}"


def contents(wanted: Wanted, changes: str) -> str:
    """Digest of a request and of the state of the data, at most as long as ``ExportJob.asked``.

    It includes the day, because deadlines pass without any recorded action.
    """
    stamp = report_kinds.by_key[wanted.kind].stamp
    parts = [
        wanted.year, wanted.district.pk if wanted.district else "", wanted.subject, ",".join(sorted(wanted.formats)), clock.today(),
        changes, wanted.sight, stamp(wanted) if stamp else "",
    ]  # fmt: skip
    return f"{wanted.kind}:{hashlib.sha256('|'.join(map(str, parts)).encode()).hexdigest()}"


NOT_YOURS = "这份报告不由您申请"


@transaction.atomic
def request_report(
    *,
    kind: str,
    year: int,
    by: User | None,
    district: District | None = None,
    subject: str = "",
    formats: Sequence[str] = (),
    key: str = "",
    at_once: bool = False,
) -> ExportJob:
    """Request a report; the worker generates it after commit. An equal one that is queued, running or valid is returned.

    Raises ``NotAllowed`` if the user may not request it, ``Refused`` if there is nothing to report on. Without ``by`` the portal requests
    it. ``key`` names the event of an automatic request, so that it is requested once. With ``at_once`` the caller generates it instead of
    the worker.
    """
    wanted = checked(kind=kind, year=year, by=by, district=district, subject=subject, formats=formats)

    def make() -> ExportJob:
        return new_job(wanted, asked=asked, by=by)

    asked = contents(wanted, changes_today())
    about = {"district": wanted.district.pk if wanted.district else None, "subject": wanted.subject, "formats": list(wanted.formats)}
    details = {"year": year, **{name: value for name, value in about.items() if value}}
    return share(asked, by=by, make=make, key=key, details=details, at_once=at_once)


def checked(
    *, kind: str, year: int, by: User | None, district: District | None = None, subject: str = "", formats: Sequence[str] = ()
) -> Wanted:
    """The request, after looking up and checking everything. Raises ``NotAllowed``, ``Refused``."""
    report = report_kinds.by_key[kind]
    if by is not None and not (may_request(Viewer(by), kind) and (district is None or may_read_file(posts_of(by), district))):
        raise NotAllowed(NOT_YOURS)
    Refused.when(report.asked_on, f"{report.word}只在“{report.asked_on}”页申请")
    _refuse_other_scope(report, district, subject)
    chosen = chosen_formats(report, formats)
    there = (
        report.districts(year).filter(pk=district.pk).exists()
        if district
        else report.scope == Scope.MATTER or year in report.years(clock.today())
    )
    if not there:
        msg = f"{district or '全市'}{year}年度{report.missing}"
        raise Refused(msg)
    sight = sight_of(posts_of(by)) if report.sight == Sight.SEATS else ""
    Refused.unless(sight or report.sight != Sight.SEATS, NOBODY)
    matter: Model | None = None
    if report.scope == Scope.MATTER:
        matter = report.matters(Viewer(by)).filter(pk=subject).first() if report.matters and whole(subject) is not None else None
        Refused.unless(matter, f"没有这一事项，或您看不到它：{subject}")
    return Wanted(kind, year, district, subject, matter, chosen, by, sight)


def chosen_formats(report: Report, formats: Sequence[str]) -> tuple[str, ...]:
    """The requested formats in the order of the kind; empty means all. Raises ``Refused`` for an unknown format."""
    if unknown := set(formats) - set(report.formats):
        msg = f"{report.word}没有这种格式：{'、'.join(sorted(unknown))}"
        raise Refused(msg)
    chosen = tuple(one for one in report.formats if one in formats)
    return () if chosen == report.formats else chosen


def _refuse_other_scope(report: Report, district: District | None, subject: str) -> None:
    if (report.scope == Scope.DISTRICT) != (district is not None):
        msg = f"{report.word}须选择城区" if district is None else f"{report.word}不分城区"
        raise Refused(msg)
    if (report.scope == Scope.MATTER) != bool(subject):
        msg = f"{report.word}须说明是哪一事项" if not subject else f"{report.word}不按事项生成"
        raise Refused(msg)


def new_job(wanted: Wanted, *, asked: str, by: User | None) -> ExportJob:
    """Create the row of a report to be generated."""
    report = report_kinds.by_key[wanted.kind]
    formats = wanted.formats or report.formats
    if report.scope == Scope.CITY:
        is_demo = report.districts(wanted.year).filter(is_demo=True).exists()
    else:
        is_demo = bool(getattr(wanted.district or wanted.matter, "is_demo", False))
    return ExportJob.objects.create(
        kind=wanted.kind,
        scope=report.scope,
        year=wanted.year,
        district=wanted.district,
        subject=wanted.subject,
        subject_name=fitted(ExportJob, "subject_name", report.matter_name(wanted.matter)) if wanted.matter else "",
        sight=wanted.sight,
        formats=list(wanted.formats),
        asked=asked,
        requested_by=by,
        requested_at=clock.now(),
        total=report.steps + (len(formats) if report.compose else 0),
        is_demo=is_demo,  # as far as known before generation
    )


TOO_LATE = "已经结束，不用取消"


@transaction.atomic
def cancel(job: ExportJob, by: User) -> None:
    """Cancel a job; its worker stops at the next step and stores nothing. If others requested it too, only the user's request is removed.

    Parts of a batch are cancelled unless others wait for them; finished parts stay as separate reports. Raises ``NotAllowed`` for anybody
    but requesters and the city, ``Refused`` if it has ended.
    """
    NotAllowed.unless(may_cancel(posts_of(by), job), "报告由申请人或市级取消")
    parts = _locked_parts(job)
    held = ExportJob.objects.select_for_update(of=("self",), no_key=True).select_related("district").get(pk=job.pk)
    Refused.unless(held.state in OPEN_STATES, f"{held.label}{TOO_LATE}")
    mine = held.askers.filter(user=by)
    is_left = mine.exists() and held.askers.exclude(user=by).exists()
    audit.record(action="reports.cancel", by=by, obj=held, data={"kind": held.kind, "left_to_others": is_left})
    if is_left:
        mine.delete()
        return
    finish(held, JobState.CANCELLED, by=by)
    for part in parts:
        finish(part, JobState.CANCELLED, by=by)


def _locked_parts(batch: ExportJob) -> Sequence[ExportJob]:
    """Open parts of a batch for which nobody else waits, in the locking order common to all batches."""
    if batch.scope != Scope.BATCH:
        return []
    elsewhere = BatchPart.objects.filter(report=OuterRef("pk"), batch__state=JobState.COLLECTING).exclude(batch=batch)
    alone = ~Exists(elsewhere) & ~Exists(Asker.objects.filter(job=OuterRef("pk")))
    open_parts = ExportJob.objects.filter(alone, batches__batch=batch, state__in=OPEN_STATES)
    return list(open_parts.select_for_update(of=("self",), no_key=True).order_by("district__name_pinyin", "district_id"))
