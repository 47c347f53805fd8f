"""Form of the facts of a recorded title."""

from typing import Any

from django import forms

from approvals.cases.forms import REASON
from approvals.titles.columns import RECORDED
from approvals.titles.models.corrections import TitleCorrection
from approvals.titles.models.publicity import Title
from approvals.titles.recorded import NOTICE
from approvals.titles.services.history import policies_for
from districts.common.enums import Certainty
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.documents.enums import Confidentiality
from greendistrict.documents.forms import EvidenceField
from greendistrict.policy.loader import all_policies

REASONED = Columns.of(TitleCorrection, "reason", reason=REASON)
KNOWN = [(one.value, one.label) for one in Certainty if one != Certainty.UNKNOWN]


@with_columns(RECORDED)
class RecordedTitleForm(ColumnsForm):
    """All facts as recorded; what is changed is proposed. ``written``: corrections of the title that were written when it was shown."""

    written = forms.IntegerField(widget=forms.HiddenInput, required=False)
    scan = EvidenceField(label="公告扫描件", required=False, level=Confidentiality.PUBLIC)
    reason = REASONED["reason"].form_field()

    def __init__(self, *args: Any, title: Title, **kwargs: Any) -> None:
        self.now_written = TitleCorrection.objects.counted().filter(title=title).count()
        super().__init__(*args, **kwargs)
        self.initial = {**self.initial_of(title), "written": self.now_written}
        codes = sorted({title.policy, *policies_for(None), *(policy.code for policy in all_policies())})
        self.fields["policy"] = forms.ChoiceField(label=RECORDED["policy"].label, choices=[(code, code) for code in codes])
        for name in ("star_certainty", "edition_certainty", "certainty", "policy_certainty"):
            chosen = self.fields[name]
            assert isinstance(chosen, forms.ChoiceField)  # noqa: S101 -- declared above
            chosen.choices = KNOWN
        for name in ("batch", *NOTICE):
            self.fields[name].required = False
        first = list(RECORDED)[: list(RECORDED).index("notice_text") + 1]
        self.order_fields([*first, "scan", *RECORDED])

    def clean(self) -> dict[str, Any]:
        """Refuse facts that were typed beside others than are recorded now."""
        data = super().clean() or self.cleaned_data
        if (data.pop("written", None) or 0) != self.now_written:
            self.add_error(None, "期间另有更正写入，请打开新的页面核对现在的内容，再提出更正")
        return data
