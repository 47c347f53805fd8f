"""Forms of opinions: filing, answer, summary, setting aside, filters."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from districts.common.enums import World
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from outreach.common.areas import area_boxes, area_filter
from outreach.common.views import PublicForm
from outreach.opinions.columns import OPINION
from outreach.opinions.models import OpinionProgress, PublicOpinion
from outreach.opinions.selectors import OF_WORLD, STANDING


@with_columns(OPINION.part("text", "name", "contact", "may_publish").needed("text"))
class OpinionForm(PublicForm):
    """An opinion filed by anybody."""

    field_order = ("text", "name", "contact")

    def __init__(self, *args: Any, on_notice: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead = "可以不填；不具名的作为线索核对，不逐条答复" if on_notice else "可以不填"
        self.fields["name"].help_text = lead
        if not on_notice:  # areas come from a draft and have no place in a case
            self.fields["areas"] = area_boxes()


class AnswerForm(forms.Form):
    """The officer's answer."""

    reply = OPINION["reply"].form_field(required=True)


@with_columns(OPINION.part("summary", "answer_summary").needed())
class SummaryForm(ColumnsForm):
    """Published summary of an answered opinion."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"] = area_boxes()


class AsideForm(forms.Form):
    """Reason for setting an opinion aside."""

    reason = OPINION["aside_reason"].form_field(required=True)


class PublicOpinionFilter(ListFilter):
    """Filter of the published summaries."""

    q = WordsFilter("城区或内容", "summary", "answer_summary", "objection__notice__title", "district__name")
    about = ColumnFilter(OPINION["about"])
    area = area_filter()


class OpinionFilter(PublicOpinionFilter):
    """Filter of the city's list."""

    q = WordsFilter("编号、城区或内容", "text", "objection__text", "number", "district__name")
    standing = ChosenFilter("办理情况", OpinionProgress.choices, STANDING.__getitem__)
    world = ChosenFilter("真实或虚构", World.choices, OF_WORLD.__getitem__)

    def filter_queryset(self, queryset: QuerySet[PublicOpinion]) -> QuerySet[PublicOpinion]:
        """Oldest first where an answer is awaited, else newest first."""
        order = ("filed_at", "pk") if self.form.cleaned_data.get("standing") == OpinionProgress.AWAITED else ("-filed_at", "-pk")
        found: QuerySet[PublicOpinion] = super().filter_queryset(queryset).order_by(*order)
        return found
