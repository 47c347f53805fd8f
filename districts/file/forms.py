"""Forms of the district list, and of parties of a district."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from districts.common.enums import TITLED, Certainty, DistrictType, Stage, World
from districts.file.columns import DISTRICT, FUND, HONOUR, PAPER, RENEWAL_PROJECT, SUB_AREA
from districts.file.models.district import AdministrativeArea, District
from districts.file.models.parties import DesignatedBody
from districts.file.selectors.visibility import areas_choosable, authorities_choosable, in_key_area
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.base import ALL, Choices
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, NamedChoiceFilter, WordsFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.pinyin import search_key
from greendistrict.core.widgets import DayField
from greendistrict.policy.loader import all_policies

# Fields used in several district forms: dates, multiple choice, the version that was read.


def day(label: str, *, required: bool = False, help_text: str = "") -> DayField:
    """Date as 2026-11-20."""
    return DayField(label=label, required=required, help_text=help_text)


def several(label: str, choices: Iterable[Any], help_text: str = "") -> forms.MultipleChoiceField:
    """Multiple choice from a fixed list, as check boxes."""
    pairs = [choice if isinstance(choice, tuple) else (choice, choice) for choice in choices]
    return forms.MultipleChoiceField(label=label, required=False, choices=pairs, help_text=help_text, widget=forms.CheckboxSelectMultiple)


class VersionMixin(forms.Form):
    """Hidden field with the version shown on the page, compared under lock when saving."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def version_read(self) -> int:
        """Version of the page; 0 if invalid, which counts as out of date."""
        return int(self.cleaned_data.get("version") or 0)


# Filter form of the district list.

GUIDELINE, WORLD = "guideline", "真实或虚构"
KINDS = [*World.choices, (GUIDELINE, "导则覆盖区")]
WITH_TITLE, UNKNOWN = "titled", "unknown"
STAGES = [*Stage.choices, (WITH_TITLE, "试点和示范"), (UNKNOWN, "未查明")]
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


def of_world(path: str = "is_demo", choices: Choices = World.choices, nothing: str | None = ALL) -> ChosenFilter:
    """Real or fictional districts, or what belongs to them."""
    return ChosenFilter(WORLD, choices, lambda world: Q(**{path: world == World.DEMO}), nothing=nothing)


def named(words: str) -> Q:
    """Districts whose name or alias has every word, by characters, pinyin or initials."""
    plain = ((word, search_key(word).split(" ")[0]) for word in words.lower().split())
    return Q(*(Q(search_text__contains=word) | Q(search_text__contains=key) for word, key in plain))


def in_stage(stage: str) -> Q:
    """Districts in a stage, in 试点 or 示范, or in an unknown stage."""
    unknown = Q(stage=Stage.CANDIDATE, status_certainty=Certainty.UNKNOWN)
    if stage == WITH_TITLE:
        return Q(stage__in=TITLED)
    return unknown if stage == UNKNOWN else Q(stage=stage) & ~unknown


class DistrictFilter(ListFilter):
    """Filter of the list. Without ``kind`` it excludes guideline areas, which are not districts."""

    q = WordsFilter("名称或拼音", meeting=named)
    authority = NamedChoiceFilter(label="实施主体", field_name="authorities", queryset=_authorities, empty_label="全部区和管委会")
    area = NamedChoiceFilter(label="所在区", field_name="areas", queryset=areas_of_filter, to_field_name="code", empty_label="全部")
    type = ColumnFilter(DISTRICT["type"], lambda one: Q(type="" if one == UNKNOWN else one), choices=TYPES)
    stage = ColumnFilter(DISTRICT["stage"], in_stage, choices=STAGES)
    star = ColumnFilter(DISTRICT["star"])
    key_area = ColumnFilter(DISTRICT["key_areas"], choices=key_areas, method="by_key_area")
    kind = ChosenFilter(WORLD, KINDS, lambda one: Q(is_demo=one == World.DEMO) if one != GUIDELINE else Q(), nothing="全部城区")

    def filter_queryset(self, queryset: QuerySet[District]) -> QuerySet[District]:
        """Exclude guideline areas unless ``kind`` asks for them."""
        is_guideline = self.form.cleaned_data.get("kind") == GUIDELINE
        found: QuerySet[District] = super().filter_queryset(queryset.filter(guideline_area=is_guideline))
        return found

    def by_key_area(self, queryset: QuerySet[District], name: str, value: str) -> QuerySet[District]:
        """Filter by key area, among the districts whose key areas the reader may see."""
        del name
        return queryset.filter(in_key_area(viewer_of(self.request), value))


# Forms of designated bodies, sub-areas, papers, funds, renewal projects and honours.

NAMED, BASED, SINCE = Columns.of(DesignatedBody, "name", "document", "since").form_fields().values()


class DesignateForm(forms.Form):
    """The body designated by an authority (五（二）)."""

    name = NAMED
    body = forms.ModelChoiceField(
        label="平台中的单位", queryset=Organisation.objects.none(), required=False, empty_label="未登记或不确定", help_text="没有的先空着"
    )
    document, since = BASED, SINCE

    def __init__(self, *args: Any, authority: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["body"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = authority.bodies.order_by("name_pinyin")


class FileListForm(ColumnsForm, VersionMixin):
    """Base form of a row of the file's lists: the stored row gives initial values, the fields give the service's values."""

    def __init__(self, *args: Any, today: dt.date, row: models.Model | None = None, **kwargs: Any) -> None:
        self.today = today
        if row is not None:
            kwargs.setdefault("initial", {"version": vars(row)["version"], **self.initial_of(row)})
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """Field values for the service."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


@with_columns(SUB_AREA)
class SubAreaForm(FileListForm):
    """A sub-area (分区)."""


@with_columns(PAPER)
class PaperForm(FileListForm):
    """A guideline (导则) or policy of the 区."""


@with_columns(FUND)
class FundForm(FileListForm):
    """Planning money or a subsidy."""


@with_columns(RENEWAL_PROJECT)
class RenewalProjectForm(FileListForm):
    """A 美丽街区 or 美丽家园 project of a renewal district."""

    def clean(self) -> dict[str, Any]:
        """Refuse an end before the beginning or in the future."""
        data = super().clean() or self.cleaned_data
        started, finished = data.get("started_on"), data.get("finished_on")
        if started and finished and finished < started:
            self.add_error("finished_on", "完工日期不能早于开工日期")
        for name in ("started_on", "finished_on"):
            if (found := data.get(name)) and found > self.today:
                self.add_error(name, "日期不能晚于今天，尚未开工、完工的空着")
        return data


@with_columns(HONOUR)
class HonourForm(FileListForm):
    """An honour awarded outside the city's lifecycle."""
