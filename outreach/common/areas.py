"""Areas under which stories, events and opinions are filed; the list and its marking as a draft are registered by an upper app."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from django import forms
from django.db.models import Q

from districts.file.forms import several
from greendistrict.columns.filters import ChosenFilter
from greendistrict.core.registry import Registry

LABEL = "美丽上海领域（征求意见稿）"
HINT = "按《推进美丽上海建设实施意见》征求意见稿的领域归类，只供查找，不作为任何决定的依据"


class TopicArea(NamedTuple):
    """An area: key, name, and the group it belongs to."""

    key: str
    name: str
    group: str


area_sources: Registry[Callable[[], Iterable[TopicArea]]] = Registry(
    "areas that stories, events and opinions are filed under",
    entry="areas that stories, events and opinions are filed under: their keys, names and groups",
)


def areas() -> tuple[TopicArea, ...]:
    """All areas in the order of the source text."""
    return tuple(area for source in area_sources for area in source())


def area_names(keys: Iterable[str]) -> list[str]:
    """Names of the areas with these keys, in the order of the source text; unknown keys are ignored."""
    chosen = set(keys)
    return [area.name for area in areas() if area.key in chosen]


def area_boxes() -> forms.MultipleChoiceField:
    """Form field for several areas."""
    return several(LABEL, [(area.key, area.name) for area in areas()], HINT)


def area_filter() -> ChosenFilter:
    """Filter of a list by one area."""
    return ChosenFilter(LABEL, lambda: [(area.key, area.name) for area in areas()], lambda key: Q(areas__contains=[key]))
