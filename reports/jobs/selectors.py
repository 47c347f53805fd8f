"""Jobs in sight of somebody and kinds of report they may ask for."""

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from reports.jobs.enums import Scope
from reports.jobs.kinds import Report, report_kinds
from reports.jobs.models import Asker, ExportJob


def jobs_visible_to(user: User) -> QuerySet[ExportJob]:
    """City: every job but those about a matter. Others: what they asked for, and reports of districts they have to do with.

    A report about a matter is seen by who asked for it; its files open as long as the matter is in sight (``files_open_to``).
    """
    held = posts_of(user)
    if held.is_keeper or not held.roles:
        return ExportJob.objects.none()
    rows = ExportJob.objects.select_related("district", "requested_by").prefetch_related("files__document")
    asked = Q(Exists(Asker.objects.filter(job=OuterRef("pk"), user=user))) | Q(requested_by=user)
    if held.has("expert"):
        return rows.filter(asked)
    if held.is_city:
        return rows.filter(asked | ~Q(scope=Scope.MATTER))
    return rows.filter(asked | Q(scope=Scope.DISTRICT, district__in=files_visible_to(user)))


def files_open_to(user: User) -> QuerySet[ExportJob]:
    """Jobs whose files the person may open: those in sight, of papers on a matter as long as the matter is."""
    return jobs_visible_to(user).filter(~Q(scope=Scope.MATTER) | _on_matters_seen_by(user))


def _on_matters_seen_by(user: User) -> Q:
    """Jobs on matters in sight, of the kinds that the person has asked for."""
    kinds = Asker.objects.filter(user=user, job__scope=Scope.MATTER).order_by().values_list("job__kind", flat=True).distinct()
    seen = Q(pk__in=())
    for kind in kinds:
        report = report_kinds.by_key.get(kind)
        if report is not None and report.matters is not None:
            keys = report.matters(user).order_by().annotate(key_text=Cast("pk", CharField())).values("key_text")
            seen |= Q(kind=kind, subject__in=keys)
    return seen


def may_request(user: User, kind: str) -> bool:
    """Whether reports of this kind are this person's to ask for."""
    return report_kinds.by_key[kind].may(posts_of(user))


def kinds_offered_to(user: User) -> dict[str, Report]:
    """Kinds that the report centre offers this person, by key."""
    held = posts_of(user)
    return {key: report for key, report in report_kinds.by_key.items() if report.offered and report.may(held)}
