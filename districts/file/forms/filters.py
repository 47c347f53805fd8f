"""Filter form of the district list."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from districts.common.enums import TITLED, Certainty, DistrictType, Stage, World
from districts.file.columns import DISTRICT
from districts.file.models.district import AdministrativeArea, District
from districts.file.selectors.visibility import areas_choosable, authorities_choosable, in_key_area
from greendistrict.accounts.models import Organisation
from greendistrict.accounts.viewer import viewer_of
from greendistrict.columns.base import ALL, Choices
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from greendistrict.core.choices import NamedChoiceFilter
from greendistrict.core.pinyin import search_key
from greendistrict.policy.loader import all_policies

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
