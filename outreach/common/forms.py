"""Base of forms that need no account, and the form for a receipt's secret code."""

from typing import Any

from django import forms

from greendistrict.columns.forms import ColumnsForm
from outreach.common import humans

TRAP = "homepage"


class PublicForm(ColumnsForm):
    """Base of forms that need no account. ``homepage`` is a honeypot: hidden from people, filled in by spam programs, then refused."""

    homepage = forms.CharField(label="此项请留空", required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[TRAP] = self.fields.pop(TRAP)  # after the visible fields

    asked = ""  # token of the question for humans, if the form asks one
    refused_title = ""  # heading of the errors after a refusal that no change of the form would turn

    def clean_homepage(self) -> str:
        """Refuse a filled honeypot, with a message that helps a person who filled it in by mistake."""
        if self.cleaned_data[TRAP]:
            msg = "“此项请留空”一栏填了内容，请清空后再提交"
            raise forms.ValidationError(msg)
        return ""

    def ask(self) -> None:
        """Ask a question for humans; it need not be answered."""
        question = humans.new_question()
        hint = "现在来件很多。答对的直接转交经办；不答也可以提交，来件先核对再转交，收到的时间不变"
        entry = forms.TextInput(attrs={"autocomplete": "off"})
        self.fields["answer"] = forms.CharField(
            label=question.text, max_length=humans.LONGEST, required=False, help_text=hint, widget=entry
        )
        self.asked = question.token
        if self.is_bound:  # what was answered belongs to the question before
            typed: Any = self.data.copy()  # type: ignore[attr-defined]  # of a QueryDict or a dict
            typed["answer"] = ""
            self.data = typed

    def is_answered(self) -> bool:
        """Whether the question that came with the form was answered rightly; uses it up."""
        return humans.is_right(self.data.get("asked", ""), self.data.get("answer", ""))

    def words(self) -> dict[str, Any]:
        """Cleaned values without the honeypot, as keyword arguments of the service."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {TRAP, "answer"}}


class ReceiptForm(forms.Form):
    """The secret code of a receipt."""

    code = forms.CharField(
        label="查询码",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="提交时显示在回执上，如 ABCD-EFGH-JKMN-PQRS-TUVW",
    )
