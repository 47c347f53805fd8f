"""History of the report centre: who asked for what, in which order it stands, and what a deletion would take."""

from string import Formatter
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Cast, Coalesce, Concat

from districts.file.models.district import District
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.codes import GROUP, plain
from greendistrict.core.models import PaperCode
from reports.archive.models import ArchiveItem
from reports.jobs.enums import OPEN_STATES, Scope
from reports.jobs.kinds import Report, report_kinds
from reports.jobs.models import Asker, BatchPart, ExportJob, ReportFile
from reports.jobs.papers import MADE
from reports.jobs.selectors import jobs_visible_to
from reports.letters.selectors import copies_visible_to
from reports.letters.services import LETTER

OF_JOB = Asker.objects.filter(job=OuterRef("pk"))
IS_PART = Exists(BatchPart.objects.filter(report=OuterRef("pk")))


def history_of(viewer: Viewer, *, letters: bool | None = None) -> QuerySet[ExportJob]:
    """Visible jobs, newest first; only letters, or only others. What was made only as part of a batch is on the batch's page alone."""
    rows = jobs_visible_to(viewer).filter(Exists(OF_JOB) | Q(requested_by__isnull=True) & ~IS_PART)
    return rows if letters is None else rows.filter(Q(kind=LETTER) if letters else ~Q(kind=LETTER))


def spread_of(viewer: Viewer, *, letters: bool) -> dict[str, Any]:
    """Number of jobs and of letters, and which kinds, years, states and districts either have; one query."""
    shown = Q(kind=LETTER) if letters else ~Q(kind=LETTER)
    found = {f"{name}s": ArrayAgg(name, filter=shown, distinct=True, default=Value([])) for name in ("kind", "year", "state", "district")}
    counts = {"reports": Count("pk", filter=~Q(kind=LETTER)), "letters": Count("pk", filter=Q(kind=LETTER))}
    return history_of(viewer).order_by().aggregate(**counts, **found)


def districts_named(keys: list[int | None]) -> list[tuple[int, str]]:
    """Districts of jobs that somebody sees, by name."""
    return list(District.objects.filter(pk__in=filter(None, keys)).order_by("name_pinyin", "pk").values_list("pk", "name"))


def _label() -> BaseExpression:
    """``ExportJob.label`` in the database."""
    parts: dict[str, BaseExpression] = {
        "whose": Coalesce("district__name", Value("全市")),
        "year": Cast("year", CharField()),
        "subject": Case(When(subject_name="", then=F("subject")), default=F("subject_name")),
    }

    def title(report: Report) -> BaseExpression:
        told = [piece for text, name, *_ in Formatter().parse(report.title) for piece in (Value(text), parts.get(name or "", Value("")))]
        return Concat(*told, output_field=CharField())

    of_batch = Concat(Value("（"), parts["year"], Value("年度，"), parts["subject"], Value("）"))
    whens = [
        when
        for key, report in report_kinds.by_key.items()
        for when in (When(kind=key, scope=Scope.BATCH, then=Concat(Value(report.word), of_batch)), When(kind=key, then=title(report)))
    ]
    return Case(*whens, default=parts["subject"], output_field=CharField())


def having(rows: QuerySet[ExportJob], words: str, viewer: Viewer) -> QuerySet[ExportJob]:
    """Jobs of which the name, the district (also in pinyin), the edition, the 查验码 or the text of a letter has every word."""
    rows = rows.alias(label_text=_label())
    for word in words.lower().split():
        texts = copies_visible_to(viewer).filter(content__icontains=word).annotate(key_text=Cast("pk", CharField())).order_by()
        found = Q(label_text__icontains=word) | Q(edition__icontains=word) | Q(district__search_text__contains=word)
        found |= Q(kind=LETTER, subject__in=texts.values("key_text"))
        if len(code := plain(word)) >= GROUP:
            subject = Concat(Value(f"{ExportJob._meta.label_lower}:"), Cast(OuterRef("pk"), CharField()))
            found |= Q(Exists(PaperCode.objects.filter(subject=subject, code__startswith=code)))
        rows = rows.filter(found)
    return rows


SIZE = ReportFile.objects.filter(job=OuterRef("pk")).order_by().values("job").annotate(size=Sum("document__size")).values("size")
ORDERS = {"name": ("district__name_pinyin", "subject_name", "kind", "year"), "time": ("requested_at",), "size": ("size",)}


def ordered(rows: QuerySet[ExportJob], asked: str) -> QuerySet[ExportJob]:
    """Jobs by the order asked for (``name``, or ``-name`` for the reverse); else the newest first."""
    name = asked.removeprefix("-")
    if name not in ORDERS:
        return rows
    if name == "size":
        rows = rows.annotate(size=Subquery(SIZE))
    by = [F(key).desc(nulls_last=True) if asked.startswith("-") else F(key).asc(nulls_last=True) for key in ORDERS[name]]
    return rows.order_by(*by, "-pk")


# What stands against the deletion of a job that nobody else asked for, and why. The night asks again for what it no longer finds.
STANDS: tuple[tuple[Q, str], ...] = (
    (Q(scheduled__isnull=False), "平台按期生成的，不能删除"),
    (Q(is_archived=True), "已收入案卷，不能删除"),
    (~Q(edition=""), "有版次的报告不能删除"),
    (Q(is_part=True), "是批量报告中的一册，不能单独删除"),
    (Q(state__in=MADE) & ~Q(scope=Scope.BATCH), "已出具并有查验码，收到的人还要核验，不能删除"),
)
UNDER_WAY = "还在生成，可以取消，不能删除"


def with_ties(rows: QuerySet[ExportJob], viewer: Viewer) -> QuerySet[Any, Any]:
    """Jobs with what a deletion asks, read in the same query.

    ``is_theirs``: the viewer may delete it, having asked for it, or as the city where nobody did; ``is_left``: the paper stays and only
    the viewer's own request goes, because others asked for it too (``has_others``), or because it is a paper on a matter that was made,
    which only those see who asked; ``kept``: why it stays in the list, empty if it may go.
    """
    rows = rows.annotate(
        is_mine=Exists(OF_JOB.filter(user=viewer.person)),
        has_others=Exists(OF_JOB.exclude(user=viewer.person)),
        is_part=IS_PART,
        is_archived=Exists(ArchiveItem.objects.filter(job=OuterRef("pk"))),
    )
    is_left = Q(has_others=True) | Q(is_mine=True, scope=Scope.MATTER, state__in=MADE)
    of_nobody = Q(has_others=False) & ~Q(scope=Scope.MATTER) if viewer.held.is_city else Q(pk__in=())
    whens = [When(state__in=OPEN_STATES, then=Value(UNDER_WAY)), When(is_left=True, then=Value(""))]
    whens += [When(stands, then=Value(why)) for stands, why in STANDS]
    rows = rows.annotate(is_left=Case(When(is_left, then=Value(True)), default=Value(False)))
    return rows.annotate(
        is_theirs=Case(When(Q(is_mine=True) | of_nobody, then=Value(True)), default=Value(False)),
        kept=Case(*whens, default=Value(""), output_field=CharField()),
    )


def removable(rows: QuerySet[ExportJob], viewer: Viewer) -> QuerySet[Any, Any]:
    """Those that the viewer may delete now."""
    return with_ties(rows, viewer).filter(is_theirs=True, kept="")


def parts_of(batch: ExportJob) -> list[BatchPart]:
    """Parts of a batch with their files, ordered by district; empty for other jobs."""
    if batch.scope != Scope.BATCH:
        return []
    files = Prefetch("report__files", queryset=ReportFile.objects.select_related("document"))
    return list(batch.parts.select_related("report__district").prefetch_related(files))
