"""Forms of verifications."""

from typing import Any

from django import forms

from assessments.common.forms import ALL, YearQuery
from carbon.verification import selectors
from carbon.verification.enums import VerificationConclusion
from carbon.verification.lifecycle import CARBON_VERIFICATION
from carbon.verification.models import CarbonVerification
from carbon.verification.services import LONGEST
from greendistrict.accounts.models import Organisation


class VerificationFilter(YearQuery):
    """Filter of the list."""

    status = forms.ChoiceField(label="状态", required=False, choices=[ALL, *CARBON_VERIFICATION.choices()])


class VerifierMandateForm(forms.Form):
    """Body that the leading body mandates."""

    body = forms.ModelChoiceField(label="核查机构", queryset=Organisation.objects.none(), empty_label="请选择")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["body"].queryset = selectors.bodies()  # type: ignore[attr-defined]


def _words(label: str, rows: int = 3, *, required: bool = True) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONGEST, required=required, widget=forms.Textarea(attrs={"rows": rows}))


class _Versioned(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)


class VerificationStatementForm(_Versioned):
    """Statement and conclusion; both may stay empty until signing."""

    conclusion = forms.ChoiceField(label="核查结论", required=False, choices=[("", "未选"), *VerificationConclusion.choices])
    statement = _words("核查声明", 6, required=False)

    def __init__(self, data: Any = None, *, verification: CarbonVerification) -> None:
        first = {name: getattr(verification, name) for name in ("version", "conclusion", "statement")}
        super().__init__(data, initial=first)


class VerificationFindingForm(_Versioned):
    """A new finding."""

    text = _words("核查发现")


class FindingReplyForm(_Versioned):
    """The district's reply to a finding."""

    reply = _words("更正情况")


class FindingSettleForm(_Versioned):
    """The verifier's remark on closing a finding."""

    note = _words("核实意见", 2)
