"""Filter of 横向比较: period, edition, compared figure, type, phase, real or fictional."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.http import QueryDict

from districts.common.enums import DistrictType, World
from portal.comparison.selectors import PHASES, ComparableTables, ComparedFigure

ALL = ("", "全部")


class ComparisonFilter(forms.Form):
    """The filter. The first choice of period, edition and figure is the default."""

    period = forms.ChoiceField(label="期次", required=False)
    figure = forms.ChoiceField(label="指标", required=False)
    type = forms.ChoiceField(label="城区类型", required=False, choices=[ALL, *DistrictType.choices])
    phase = forms.ChoiceField(label="阶段", required=False, choices=[ALL, *PHASES.items()])
    edition = forms.ChoiceField(label="评价标准", required=False)
    world = forms.ChoiceField(label="真实或虚构", required=False)

    def __init__(self, data: QueryDict, *, offered: Sequence[ComparableTables], chosen: ComparableTables | None, world: str) -> None:
        super().__init__(data)
        self._choose("world", sorted(World.choices, key=lambda one: one[0] != world))
        editions = [one for one in offered if chosen and one.period == chosen.period]
        self._choose("period", {one.period.key: one.period.label for one in offered}.items())
        self._choose("edition", {str(one.edition): one.edition_code for one in editions}.items())
        if len(editions) < 2 and not data.get("edition"):  # noqa: PLR2004 -- nothing to choose
            self.fields.pop("edition")

    def _choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def offer_figures(self, headed: Iterable[tuple[str, Sequence[ComparedFigure]]]) -> None:
        """Set the choices of the compared figure."""
        self.fields["figure"].choices = [(title, [(one.key, one.label) for one in some]) for title, some in headed]  # type: ignore[attr-defined]

    def without_figure(self) -> None:
        """Remove the field of the compared figure, for the page of the dimensions."""
        self.fields.pop("figure")
