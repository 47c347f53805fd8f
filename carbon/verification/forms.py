"""Forms of verifications."""

from typing import Any

from django import forms

from assessments.common.forms import YearFilter
from carbon.verification import selectors
from carbon.verification.columns import VERIFICATION_LIST
from carbon.verification.models import CarbonVerification, VerificationFinding
from carbon.verification.services import LONGEST
from greendistrict.accounts.models import Organisation
from greendistrict.columns.declared import Columns
from greendistrict.columns.filters import ColumnFilter
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import ChoiceColumn, TextColumn

WORDS = TextColumn(rows=3, most=LONGEST)
SIGNED = Columns(CarbonVerification, conclusion=ChoiceColumn(empty="未选"), statement=TextColumn(rows=6, most=LONGEST))
FINDING = Columns(VerificationFinding, text=WORDS, reply=WORDS, note=TextColumn(rows=2, most=LONGEST)).needed()


class VerificationFilter(YearFilter):
    """Filter of the list."""

    status = ColumnFilter(VERIFICATION_LIST.columns["status"])


class VerifierMandateForm(forms.Form):
    """Body that the leading body mandates."""

    body = forms.ModelChoiceField(label="核查机构", queryset=Organisation.objects.none(), empty_label="请选择")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["body"].queryset = selectors.bodies()  # type: ignore[attr-defined]


class _Versioned(ColumnsForm):
    version = forms.IntegerField(widget=forms.HiddenInput)


@with_columns(SIGNED)
class VerificationStatementForm(_Versioned):
    """Statement and conclusion; both may stay empty until signing."""

    def __init__(self, data: Any = None, *, verification: CarbonVerification) -> None:
        super().__init__(data, initial={**self.initial_of(verification), "version": verification.version})


@with_columns(FINDING.part("text"))
class VerificationFindingForm(_Versioned):
    """A new finding."""


@with_columns(FINDING.part("reply"))
class FindingReplyForm(_Versioned):
    """The district's reply to a finding."""


@with_columns(FINDING.part("note"))
class FindingSettleForm(_Versioned):
    """The verifier's remark on closing a finding."""
