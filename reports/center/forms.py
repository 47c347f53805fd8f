"""Request form of the report centre."""

from typing import Any

from django import forms

from assessments.self_checks.models import SelfCheck
from greendistrict.accounts.models import User
from reports.jobs.enums import Scope
from reports.jobs.kinds import report_kinds
from reports.jobs.selectors import kinds_offered_to


class RequestForm(forms.Form):
    """Which report of which year, and for a district report which received self-check."""

    kind = forms.ChoiceField(label="报告")
    year = forms.TypedChoiceField(label="年度", coerce=int)
    check = forms.ModelChoiceField(
        label="城区", queryset=SelfCheck.objects.none(), required=False, empty_label="不选（全市报告）", help_text="城区报告须选择城区"
    )

    def __init__(self, user: User, years: list[int], checks: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = {key: report for key, report in kinds_offered_to(user).items() if report.scope != Scope.MATTER}
        self.fields["kind"].choices = [(key, report.word) for key, report in self.kinds.items()]  # type: ignore[attr-defined]
        self.fields["year"].choices = [(year, f"{year}年度") for year in years]  # type: ignore[attr-defined]
        self.fields["check"].queryset = checks  # type: ignore[attr-defined]
        if all(report.scope == Scope.DISTRICT for report in self.kinds.values()):
            self._district_only()

    def _district_only(self) -> None:
        """Whoever may ask for district reports alone is not offered the whole city."""
        self.fields["check"].required = True
        self.fields["check"].help_text = ""
        self.fields["check"].empty_label = "请选择"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A district's report needs the district, and of that year."""
        cleaned = super().clean() or self.cleaned_data
        check = cleaned.get("check")
        if "kind" in cleaned and report_kinds.by_key[cleaned["kind"]].scope == Scope.DISTRICT:
            if check is None:
                self.add_error("check", "请选择城区")
            elif check.year != cleaned.get("year"):
                self.add_error("year", f"{check.district}选的是{check.year}年度自查，请与年度一致")
        return cleaned
