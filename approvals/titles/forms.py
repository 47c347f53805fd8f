"""Filter form of the title list."""

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from approvals.cases.forms import MOST_TEXT, StepForm, date_field
from approvals.common.enums import TitleEnd, TitleKind
from approvals.titles.models.publicity import STANDING_UNKNOWN, Title
from approvals.titles.services.notices import standard_text
from districts.common.enums import Certainty, DistrictType, Star

STATES = (("current", "有效"), ("unknown", STANDING_UNKNOWN), *TitleEnd.choices)


class TitleFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Filters: text (number, name, pinyin), kind, star, type, state."""

    q = django_filters.CharFilter(label="编号、城区或拼音", method="search")
    kind = django_filters.ChoiceFilter(label="称号", choices=TitleKind.choices, empty_label="全部")
    star = django_filters.ChoiceFilter(label="星级", choices=Star.choices, empty_label="全部")
    type = django_filters.ChoiceFilter(label="类型", field_name="district__type", choices=DistrictType.choices, empty_label="全部")
    state = django_filters.ChoiceFilter(label="状态", choices=STATES, method="in_state", empty_label="全部")

    class Meta:
        model = Title
        fields: ClassVar = ["q", "kind", "star", "type", "state"]

    def search(self, queryset: QuerySet[Title], name: str, value: str) -> QuerySet[Title]:
        """Titles whose number, or whose district's name, alias or pinyin contains the text."""
        del name
        text = value.strip().lower()
        return queryset.filter(Q(number__icontains=text) | Q(district__search_text__contains=text))

    def in_state(self, queryset: QuerySet[Title], name: str, value: str) -> QuerySet[Title]:
        """Titles by state: current, of unknown standing, or ended in the given way."""
        del name
        if value not in {"current", "unknown"}:
            return queryset.filter(end=value)
        doubt = Q(standing_certainty=Certainty.UNKNOWN)
        return queryset.filter(doubt if value == "unknown" else ~doubt, end="")


class NoticeForm(StepForm):
    """Opening day and draft text (参考稿) of a notice."""

    opens_on = date_field("公示开始日期", help_text="遇休息日顺延到下一个工作日")
    body = forms.CharField(label="公示内容（参考稿，可以修改）", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 6}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["opens_on"].initial = self.today
        self.fields["body"].initial = standard_text(self.case)

    def clean_opens_on(self) -> dt.date:
        """Refuse a day before today."""
        day: dt.date = self.cleaned_data["opens_on"]
        if day < self.today:
            msg = "公示开始日期不能早于今天"
            raise forms.ValidationError(msg)
        return day
