"""Titles: list, export, and the page of one title."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from approvals.cases.forms import MOST_TEXT, StepForm, date_field
from approvals.cases.models.correspondence import Notice
from approvals.cases.selectors.cases import cases_visible_to
from approvals.common.enums import TitleEnd
from approvals.titles.columns import TITLE, TITLE_FACTS, TITLE_LIST
from approvals.titles.models.corrections import TitleCorrection
from approvals.titles.models.publicity import STANDING_UNKNOWN, Title
from approvals.titles.plan_facts import in_words, plan_facts
from approvals.titles.recorded import SHARED, changed_lines
from approvals.titles.selectors import (
    corrections_visible_to,
    historic_checks_visible_to,
    holders_of,
    listed_titles,
    may_correct,
    title_changes,
    titles_visible_to,
    with_losses,
)
from approvals.titles.services.notices import standard_text
from districts.boundaries.selectors import public_boundary
from districts.common.enums import Certainty
from greendistrict.accounts.enums import CITY
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from greendistrict.columns.forms import with_columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.columns.lists import RowAddress
from greendistrict.core.paging import list_context
from greendistrict.documents.downloads import list_workbook

STATES = (("current", "有效"), ("unknown", STANDING_UNKNOWN), *TitleEnd.choices)


def in_state(state: str) -> Q:
    """Titles that are current, of unknown standing, or ended in the given way."""
    doubt = Q(standing_certainty=Certainty.UNKNOWN)
    return {"current": Q(~doubt, end=""), "unknown": Q(doubt, end="")}.get(state, Q(end=state))


class TitleFilter(ListFilter):
    """Filter of the list."""

    q = WordsFilter("编号、城区或拼音", "number", "district__search_text__contains")
    kind, star, type = (ColumnFilter(TITLE[name]) for name in ("kind", "star", "type"))
    state = ChosenFilter(TITLE["state"].label, STATES, in_state)


@with_columns(Columns(Notice, body=TextColumn(label="公示内容（参考稿，可以修改）", rows=6, most=MOST_TEXT)))
class NoticeForm(StepForm):
    """Opening day and draft text (参考稿) of a notice, and whether the plan is published with it."""

    field_order = ("opens_on", "body", "with_facts")

    opens_on = date_field("公示开始日期", help_text="遇休息日顺延到下一个工作日")
    with_facts = forms.BooleanField(label="在公众页公布规划概况和范围图", required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opens_on"].initial = self.today
        self.fields["body"].initial = standard_text(self.case)
        drawn = "范围图连同审图号公布，登记更新的随之更新" if public_boundary(self.case.district) else "范围没有审图号，图不公布"
        told = in_words(plan_facts(self.case, self.today))
        self.fields["with_facts"].help_text = f"数字照现在登记的公布，公示后不再改变：{told}；{drawn}"

    def clean_opens_on(self) -> dt.date:
        """Refuse a day before today."""
        day: dt.date = self.cleaned_data["opens_on"]
        if day < self.today:
            msg = "公示开始日期不能早于今天"
            raise forms.ValidationError(msg)
        return day


@require_safe
def title_list(request: HttpRequest) -> HttpResponse:
    """Titles with number, star, type, edition and dates, filtered by the query string."""
    viewer = viewer_of(request)
    found = TitleFilter(request.GET, queryset=titles_visible_to(viewer), request=request)
    context = list_context(request, listed_titles(found.qs, viewer), found.form, export="approvals:title_export")
    page = context["page"]
    rows = TITLE_LIST.rows_of(page.object_list)
    context |= {
        "shown": TITLE_LIST.html(rows, viewer.today, RowAddress("approvals:title"), first=page.start_index()),
        "sees_awards": viewer.held.has(*CITY),
        "any_demo": any(row.district__is_demo for row in rows),
    }
    return render(request, "approvals/titles/title_list.html", context)


@require_safe
def title_export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook; the export is audited."""
    viewer = viewer_of(request)
    found = TitleFilter(request.GET, queryset=titles_visible_to(viewer), request=request)
    rows = TITLE_LIST.rows_of(listed_titles(found.qs, viewer))
    book = TITLE_LIST.book(rows, viewer.today, "称号", f"绿色生态城区称号（{len(rows)}条）")
    return list_workbook(request, book, name="称号", action="titles.export", rows=len(rows))


def _corrections(viewer: Viewer, title: Title) -> list[tuple[TitleCorrection, list[tuple[str, str, str]]]]:
    """Corrections of a title, and those of its announcement that were proposed through titles since they share it."""
    own = Q(title=title)
    if title.announcement_id:
        own |= Q(title__announcement=title.announcement_id, checked_at__isnull=False)
    found, joined = [], set()
    for row in corrections_visible_to(viewer).filter(own).select_related("recorded_by", "checked_by", "scan", "title__district"):
        is_own = row.title_id == title.pk
        if not is_own and "batch" in row.after:
            joined.add(row.title_id)  # what is older corrected another announcement
        told = row.after if is_own else {name: words for name, words in row.after.items() if name in SHARED}
        if is_own or (told and row.title_id not in joined):
            kept = row.before if is_own else {name: row.before[name] for name in told}
            found.append((row, changed_lines(kept, told)))
    return found


def _title_context(request: HttpRequest, pk: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    found = with_losses(titles_visible_to(viewer), viewer)
    title = get_object_or_404(found.select_related("district", "announcement", "case__table__edition", "end_case"), pk=pk)
    seen = set(cases_visible_to(viewer).filter(pk__in=[title.case_id or 0, title.end_case_id or 0]).values_list("pk", flat=True))
    return {
        "title": title,
        "terms": TITLE_FACTS.terms(TITLE_FACTS.rows_of([title])[0], viewer.today),
        "others": title.district.titles.exclude(pk=title.pk),
        "changes": title_changes(title.district),
        "holders": holders_of(title.district),
        "honours": title.district.honours.all(),
        "corrections": _corrections(viewer, title),
        "may_correct": may_correct(viewer.held, title),
        "old_checks": historic_checks_visible_to(viewer).filter(district=title.district).select_related("scan"),
        "sees_case": title.case_id in seen,
        "sees_end": title.end_case_id in seen,
        "today": viewer.today,
        "crumbs": [("称号", reverse("approvals:title_list")), (str(title), "")],
    }


@require_safe
def title_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One title with its basis, and the district's other titles and external honours."""
    return render(request, "approvals/titles/title.html", _title_context(request, pk))
