"""Forms to correct or withdraw a published announcement."""

from typing import Any

from django import forms

from approvals.amendments.selectors import WITHDRAW, subjects_of
from approvals.cases.forms import MOST_TEXT, date_field
from approvals.titles.models.amendments import value_words
from approvals.titles.models.publicity import Announcement
from greendistrict.core.forms import DatedForm
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import EvidenceField


class AmendmentForm(forms.Form):
    """Proposal: the wrong field, its right value and the reason; or the withdrawal of the announcement."""

    subject = forms.ChoiceField(label="更正或撤回", widget=forms.RadioSelect)
    after = forms.CharField(label="更正为", max_length=200, required=False, help_text="日期写作2026-11-20，星级写作1、2或3；撤回公告的不填")
    reason = forms.CharField(
        label="理由", max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3}), help_text="随更正或撤回一起公布，请勿写个人信息"
    )

    def __init__(self, *args: Any, batch: Announcement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.fields["subject"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- declared above
        known = [(key, f"更正{name}：现为{value_words(key.partition('-')[0], value)}") for key, name, value in subjects_of(batch)]
        chosen.choices = [*known, (WITHDRAW, "撤回整个公告")]

    def clean(self) -> dict[str, Any]:
        """Require the right value for a correction."""
        data = super().clean() or self.cleaned_data
        if data.get("subject") not in {None, WITHDRAW} and not str(data.get("after") or "").strip():
            self.add_error("after", "请填写正确的内容")
        return data


class PublishAmendmentForm(DatedForm):
    """Number, date and scan of the issued paper."""

    number = forms.CharField(label="更正或撤回公告的文号", max_length=60)
    published_on = date_field("公布日期")
    scan = EvidenceField(label="扫描件", required=False, level=Confidentiality.PUBLIC)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["published_on"].initial = self.today
