"""Forms of the public pages, of the search and of tokens."""

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import QuerySet

from districts.common.enums import DistrictType, Stage, Star
from districts.file.forms.filters import areas_of_filter, key_areas
from districts.file.models.district import District
from greendistrict.core.choices import NamedChoiceFilter


class NumberForm(forms.Form):
    """A document number to look up, with the code printed on the paper where it is not published; the code alone will do."""

    code = forms.CharField(
        label="编号、文号或查验码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    check = forms.CharField(
        label="查验码",
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="没有公布的事项须填，印在回执、通知书和报告上",
    )

    def clean(self) -> dict[str, Any]:
        """One of the two is wanted."""
        data = super().clean() or self.cleaned_data
        if not self.errors and not (data.get("code", "").strip() or data.get("check", "").strip()):
            self.add_error("code", "请填写编号、文号或查验码，如 SQ-2026-0007")
        return data


class RegisterForm(forms.Form):
    """Filter bar of the title register."""

    q = forms.CharField(label="名称或拼音", max_length=60, required=False)
    title = forms.ChoiceField(
        label="称号",
        required=False,
        choices=[("", "全部"), (Stage.PILOT.value, Stage.PILOT.label), (Stage.DEMONSTRATION.value, Stage.DEMONSTRATION.label)],
    )
    star = forms.ChoiceField(label="星级", required=False, choices=[("", "全部"), *((str(key), label) for key, label in Star.choices)])
    type = forms.ChoiceField(label="类型", required=False, choices=[("", "全部"), *DistrictType.choices])
    kind = forms.ChoiceField(label="真实或虚构", required=False, choices=[("", "全部"), ("real", "真实城区"), ("demo", "虚构城区")])


class TokenForm(forms.Form):
    """What a new token replaces has to be confirmed."""

    confirmed = forms.BooleanField(label="我会把令牌只交给本单位的系统，并知道旧令牌立即失效")


class PolicyCheckFilter(django_filters.FilterSet):  # type: ignore[misc]  # the library has no types
    """Conditions of the city-wide policy check: text, stage, type, area."""

    q = django_filters.CharFilter(label="城区或拼音", method="search")
    stage = django_filters.ChoiceFilter(label="阶段", choices=Stage.choices, empty_label="全部")
    type = django_filters.ChoiceFilter(label="类型", choices=DistrictType.choices, empty_label="全部")
    area = NamedChoiceFilter(
        label="所在区",
        queryset=areas_of_filter,
        field_name="areas",
        to_field_name="code",
        empty_label="全部",
    )
    key_area = django_filters.ChoiceFilter(label="重点区域", choices=key_areas, method="by_key_area", empty_label="全部")

    class Meta:
        model = District
        fields: ClassVar = ["q", "stage", "type", "area", "key_area"]

    def by_key_area(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Districts that lie in a key area (四（二）)."""
        del name
        return queryset.filter(key_areas__contains=[value])

    def search(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Name, alias or pinyin contains the text."""
        del name
        return queryset.filter(search_text__contains=value.strip().lower())
