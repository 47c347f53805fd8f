"""Filter form of the district list."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from districts.common.enums import Certainty, DistrictType, Stage, Star
from districts.file.models.district import AdministrativeArea, District
from districts.file.selectors.visibility import areas_choosable, authorities_choosable, in_key_area
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import viewer_of
from greendistrict.core.choices import NamedChoiceFilter
from greendistrict.core.pinyin import search_key
from greendistrict.policy.loader import all_policies

REAL, DEMO, GUIDELINE = "real", "demo", "guideline"
KINDS = [(REAL, "真实城区"), (DEMO, "虚构城区"), (GUIDELINE, "导则覆盖区")]
TITLED, UNKNOWN = "titled", "unknown"
STAGES = [*Stage.choices, (TITLED, "试点和示范"), (UNKNOWN, "未查明")]
TYPES = [*DistrictType.choices, (UNKNOWN, "未查明")]


def key_areas() -> list[tuple[str, str]]:
    """Key areas named in the policies (四（二）), as choices."""
    names = {name: None for policy in all_policies() for name in policy.key_areas.names}
    return [(name, name) for name in names]


def _authorities(request: HttpRequest | None) -> QuerySet[Organisation]:
    del request
    return authorities_choosable()


def areas_of_filter(request: HttpRequest | None) -> QuerySet[AdministrativeArea]:
    """Choices of 所在区 for every filter bar: the sixteen districts, then demo areas if there are any."""
    del request
    return areas_choosable(demo=True)


class DistrictFilter(django_filters.FilterSet):  # type: ignore[misc]  # django-filter ships no types
    """Filter of the list. Without ``kind`` it excludes guideline areas, which are not districts."""

    q = django_filters.CharFilter(label="名称或拼音", method="by_text", widget=forms.TextInput(attrs={"maxlength": 60}))
    authority = NamedChoiceFilter(label="实施主体", field_name="authorities", queryset=_authorities, empty_label="全部区和管委会")
    area = NamedChoiceFilter(label="所在区", field_name="areas", queryset=areas_of_filter, to_field_name="code", empty_label="全部")
    type = django_filters.ChoiceFilter(label="类型", choices=TYPES, method="by_type", empty_label="全部")
    stage = django_filters.ChoiceFilter(label="阶段", choices=STAGES, method="by_stage", empty_label="全部")
    star = django_filters.ChoiceFilter(label="星级", choices=Star.choices, empty_label="全部")
    key_area = django_filters.ChoiceFilter(label="重点区域", choices=key_areas, method="by_key_area", empty_label="全部")
    kind = django_filters.ChoiceFilter(label="真实或虚构", choices=KINDS, method="by_kind", empty_label="全部城区")

    class Meta:
        model = District
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet[District]) -> QuerySet[District]:
        """Exclude guideline areas unless ``kind`` asks for them."""
        if self.form.cleaned_data.get("kind") != GUIDELINE:
            queryset = queryset.filter(guideline_area=False)
        found: QuerySet[District] = super().filter_queryset(queryset)
        return found

    def by_text(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Match name or alias by characters, pinyin or initials; every word must match."""
        del name
        for word in value.lower().split():
            plain = search_key(word).split(" ")[0]
            queryset = queryset.filter(Q(search_text__contains=word) | Q(search_text__contains=plain))
        return queryset

    def by_type(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Filter by type, or by unknown type."""
        return queryset.filter(**{name: "" if value == UNKNOWN else value})

    def by_stage(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Filter by stage, by 试点 and 示范 together, or by unknown stage."""
        unknown = Q(stage=Stage.CANDIDATE, status_certainty=Certainty.UNKNOWN)
        if value == UNKNOWN:
            return queryset.filter(unknown)
        if value == TITLED:
            return queryset.filter(stage__in=(Stage.PILOT, Stage.DEMONSTRATION))
        found = queryset.filter(**{name: value})
        return found.exclude(unknown) if value == Stage.CANDIDATE else found

    def by_key_area(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Filter by key area, among the districts whose key areas the reader may see."""
        del name
        return queryset.filter(in_key_area(viewer_of(self.request), value))

    def by_kind(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Filter by kind: real, demo, or guideline areas."""
        del name
        if value == GUIDELINE:
            return queryset.filter(guideline_area=True)
        return queryset.filter(is_demo=value == DEMO)
