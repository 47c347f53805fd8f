"""Forms of opinions: filing, answer, summary, setting aside, filters."""

from typing import Any

from django import forms

from assessments.common.forms import WORLDS
from outreach.common.areas import ALL, area_boxes, area_choice
from outreach.common.forms import PublicForm
from outreach.opinions.enums import OpinionProgress, OpinionSubject


class OpinionForm(PublicForm):
    """An opinion filed by anybody."""

    text = forms.CharField(
        label="意见", max_length=2000, widget=forms.Textarea(attrs={"rows": 6}), help_text="请写明具体事实和理由，不超过2000字"
    )
    name = forms.CharField(label="姓名或单位", max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    contact = forms.CharField(
        label="联系方式", max_length=100, required=False, help_text="电话或者电子邮箱，只用于核实和答复，不公开，加密保存"
    )
    may_publish = forms.BooleanField(
        label="同意公开意见摘要和答复摘要", required=False, help_text="摘要不含姓名、联系方式；不同意的，只有您能凭查询码看到答复"
    )

    def __init__(self, *args: Any, on_notice: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lead = "可以不填；不具名的作为线索核对，不逐条答复" if on_notice else "可以不填"
        self.fields["name"].help_text = lead
        if not on_notice:  # areas come from a draft and have no place in a case
            self.fields["areas"] = area_boxes()


class AnswerForm(forms.Form):
    """The officer's answer."""

    reply = forms.CharField(label="答复", max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))


class SummaryForm(forms.Form):
    """Published summary of an answered opinion."""

    summary = forms.CharField(
        label="意见摘要", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="不写姓名、单位和联系方式"
    )
    answer_summary = forms.CharField(label="答复摘要", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"] = area_boxes()


class AsideForm(forms.Form):
    """Reason for setting an opinion aside."""

    reason = forms.CharField(label="理由", max_length=200, help_text="提出人凭查询码可以看到")


class PublicOpinionFilter(forms.Form):
    """Filter of the published summaries."""

    q = forms.CharField(label="城区或内容", max_length=60, required=False)
    about = forms.ChoiceField(label="对象", required=False, choices=[ALL, *OpinionSubject.choices])

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["area"] = area_choice()


class OpinionFilter(PublicOpinionFilter):
    """Filter of the city's list."""

    q = forms.CharField(label="编号、城区或内容", max_length=60, required=False)
    standing = forms.ChoiceField(label="办理情况", required=False, choices=[ALL, *OpinionProgress.choices])
    world = forms.ChoiceField(label="真实或虚构", required=False, choices=WORLDS)
