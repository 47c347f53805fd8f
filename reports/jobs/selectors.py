"""Jobs a user sees, the files behind messages about them, and kinds of report they may request.

Also here: Permissions to add files to a job, and to cancel one.
"""

from collections.abc import Collection

from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse

from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.selectors import HeldPosts
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.integers import whole
from greendistrict.notifications.selectors import LinkedFile
from reports.jobs.enums import JobState, Scope
from reports.jobs.kinds import Report, report_kinds
from reports.jobs.models import Asker, ExportJob, ReportFile
from reports.jobs.sights import has_sight


def nobody(held: HeldPosts, obj: Model) -> bool:
    """Never allowed: only the worker adds files to a report."""
    del held, obj
    return False


def may_cancel(held: HeldPosts, job: ExportJob) -> bool:
    """Whether the user may cancel the job: requesters, and the city for jobs not about a matter."""
    askers: set[int | None] = {asker.user_id for asker in job.askers.all()} or {job.requested_by_id}  # a batch's part has no askers
    asked = held.person in askers
    return asked or (held.is_city and job.scope != Scope.MATTER)


def jobs_visible_to(viewer: Viewer) -> QuerySet[ExportJob]:
    """For the city all jobs except those about a matter; for others requested ones, and reports of districts they take part in.

    A report about a matter is visible to its requesters; its files can be opened while the matter is visible (``files_open_to``).
    """
    held = viewer.held
    if held.is_keeper or not held.roles:
        return ExportJob.objects.none()
    rows = ExportJob.objects.select_related("district", "requested_by").prefetch_related("files__document")
    asked = Q(Exists(Asker.objects.filter(job=OuterRef("pk"), user=viewer.person)))
    if held.has("expert"):
        return rows.filter(asked)
    if held.is_city:
        return rows.filter(asked | ~Q(scope=Scope.MATTER))
    return rows.filter(asked | Q(scope=Scope.DISTRICT, district__in=files_visible_to(viewer)))


def files_open_to(viewer: Viewer) -> QuerySet[ExportJob]:
    """Jobs whose files the user may open: visible ones, while the seats they were made for are held and the matter is visible."""
    # Jobs about visible matters or made for seats still held, of the kinds the user has requested.
    asked = Asker.objects.filter(Q(job__scope=Scope.MATTER) | ~Q(job__sight=""), user=viewer.person).order_by()
    theirs: dict[str, set[str]] = {}
    for kind, sight in asked.values_list("job__kind", "job__sight").distinct():
        if has_sight(viewer.held, sight):
            theirs.setdefault(kind, set()).add(sight)
    seen = Q(pk__in=())
    for kind, sights in theirs.items():
        report, one = report_kinds.by_key.get(kind), Q(kind=kind, sight__in=sights)
        if report is not None and report.matters is not None:
            one &= Q(subject__in=report.matters(viewer).order_by().annotate(key_text=Cast("pk", CharField())).values("key_text"))
        seen |= one if report is not None else Q(pk__in=())
    return jobs_visible_to(viewer).filter(~Q(scope=Scope.MATTER) & Q(sight="") | seen)


def files_behind(viewer: Viewer, links: Collection[str]) -> dict[str, list[LinkedFile]]:
    """Files of finished jobs that the user may open, by the address of the job's page."""
    before, _, after = reverse("reports:job", args=[0]).partition("0")
    named = {link: whole(link.removeprefix(before).removesuffix(after)) for link in links if link.startswith(before)}
    keys = {key: link for link, key in named.items() if key is not None}
    if not keys:
        return {}
    jobs = files_open_to(viewer).filter(pk__in=keys, state=JobState.DONE).order_by()
    found: dict[str, list[LinkedFile]] = {}
    for file in ReportFile.objects.filter(job__in=jobs.values("pk")).select_related("document").order_by("job", "pk"):
        found.setdefault(keys[file.job_id], []).append(LinkedFile(file.format.upper(), file.document))
    return found


def may_request(viewer: Viewer, kind: str) -> bool:
    """Whether the user may request reports of this kind."""
    return report_kinds.by_key[kind].may(viewer.held)


def kinds_offered_to(viewer: Viewer) -> dict[str, Report]:
    """Kinds offered to the user in the report centre, by key."""
    held = viewer.held
    return {key: report for key, report in report_kinds.by_key.items() if report.offered and report.may(held)}
