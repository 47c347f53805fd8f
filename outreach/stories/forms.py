"""Forms of stories: opening, text, photo, filters."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import Q

from districts.common.enums import Dimension
from districts.file.forms import VersionMixin, several
from districts.file.models.district import District
from greendistrict.columns.filters import ChosenFilter, ColumnFilter, ListFilter, WordsFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from outreach.common.areas import area_boxes, area_filter
from outreach.stories.columns import CONTENT, PHOTO, STORY_LIST
from outreach.stories.models import Story
from outreach.stories.selectors import PortalFigure
from outreach.stories.services import FIELDS


class StoryOpenForm(forms.Form):
    """District and title of a new story."""

    district = forms.ModelChoiceField(label="城区", queryset=District.objects.none(), empty_label="请选择")
    title = CONTENT["title"].form_field()

    def __init__(self, data: Any = None, *, districts: Sequence[District]) -> None:
        super().__init__(data, initial={"district": districts[0] if len(districts) == 1 else None})
        self.fields["district"].queryset = District.objects.filter(pk__in=[one.pk for one in districts])  # type: ignore[attr-defined]


@with_columns(CONTENT)
class StoryForm(ColumnsForm, VersionMixin):
    """Text and figures; only the title is required before submission."""

    dimensions = several("方面", Dimension.choices)
    field_order = ("version", "title")

    def __init__(self, data: Any = None, *, story: Story, figures: Sequence[PortalFigure]) -> None:
        super().__init__(data, initial={**{name: getattr(story, name) for name in FIELDS}, "version": story.version})
        choices = [(figure.key, f"{figure.year}年度　{figure.label}：{figure.text}") for figure in figures]
        known = {key for key, _ in choices}
        choices += [(key, f"{key}（现在没有记录）") for key in story.figures if key not in known]
        self.fields["areas"] = area_boxes()
        self.fields["figures"] = several("平台数据", choices, "发布时取当时的数，连同年度和来源一起固定")

    def values(self) -> Mapping[str, Any]:
        """Keyword arguments for the service."""
        return {name: self.cleaned_data[name] for name in FIELDS}


class StoryPhotoForm(forms.Form):
    """A photo with its alternative text."""

    upload = forms.FileField(
        label="照片",
        widget=forms.FileInput(attrs={"accept": ".jpg,.jpeg,.png"}),
        help_text="jpg、png；拍摄时间和地点在保存时去掉。不得上传涉密及敏感测绘数据",
    )
    alt = PHOTO["alt"].form_field()


class PublicStoryFilter(ListFilter):
    """Filter of the public list."""

    q = WordsFilter("标题、城区或内容", "title", "number", "summary", "district__search_text__contains")
    dimension = ChosenFilter("方面", Dimension.choices, lambda one: Q(dimensions__contains=[one]))
    area = area_filter()


class StoryFilter(PublicStoryFilter):
    """Filter of the internal list."""

    status = ColumnFilter(STORY_LIST.columns["status"])
