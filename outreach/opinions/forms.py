"""Forms of opinions: filing, answer, summary, setting aside, filters."""

from typing import Any

from django import forms

from assessments.common.forms import WORLDS
from greendistrict.columns.forms import ColumnsForm, with_columns
from outreach.common.areas import ALL, area_boxes, area_choice
from outreach.common.forms import PublicForm
from outreach.opinions.columns import OPINION
from outreach.opinions.enums import OpinionProgress


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


class PublicOpinionFilter(forms.Form):
    """Filter of the published summaries."""

    q = forms.CharField(label="城区或内容", max_length=60, required=False)
    about = OPINION["about"].filter_field()

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["area"] = area_choice()


class OpinionFilter(PublicOpinionFilter):
    """Filter of the city's list."""

    q = forms.CharField(label="编号、城区或内容", max_length=60, required=False)
    standing = forms.ChoiceField(label="办理情况", required=False, choices=[ALL, *OpinionProgress.choices])
    world = forms.ChoiceField(label="真实或虚构", required=False, choices=WORLDS)
