"""Forms to correct or withdraw a published announcement."""

from typing import Any

from django import forms

from approvals.amendments.selectors import WITHDRAW, subjects_of
from approvals.cases.forms import REASON
from approvals.titles.models.amendments import Amendment, value_words
from approvals.titles.models.publicity import Announcement
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.core.forms import DatedForm
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import EvidenceField

AMENDMENT = Columns.of(Amendment, "after", "reason", "number", "published_on", reason=REASON)


@with_columns(AMENDMENT.part("after", "reason"))
class AmendmentForm(ColumnsForm):
    """Proposal: the wrong field, its right value and the reason; or the withdrawal of the announcement."""

    subject = forms.ChoiceField(label="更正或撤回", widget=forms.RadioSelect)

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

    number, published_on = AMENDMENT.part("number", "published_on").needed().form_fields().values()
    scan = EvidenceField(label="扫描件", required=False, level=Confidentiality.PUBLIC)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["published_on"].initial = self.today
