"""Form to propose a new value of a setting; its field depends on the kind of the setting."""

from collections.abc import Callable, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from approvals.settings.models import SettingProposal
from approvals.settings.selectors import SettingLine
from greendistrict.columns.declared import Columns
from greendistrict.columns.kinds import TextColumn
from greendistrict.policy import dates, parameters
from greendistrict.policy.duty_table import HELP, OF_KIND
from greendistrict.policy.selectors import member_code, member_word, setting_unit, setting_value

STATES: dict[str, Callable[[SettingLine], bool]] = {
    "": lambda _: True,
    "default": lambda line: line.row.is_default,
    "decided": lambda line: not line.row.is_default,
    "open": lambda line: line.proposal is not None,
}
YES, NO = "yes", "no"
HUNDRED = 100
PROPOSAL = Columns.of(SettingProposal, "effective_on", "reason", reason=TextColumn(rows=3, most=1000))


class SettingFilter(forms.Form):
    """Filter of the list of settings."""

    q = forms.CharField(label="名称或数值", required=False, max_length=60)
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), ("default", "未确认"), ("decided", "已确认"), ("open", "在办")]
    )

    def chosen(self, lines: Iterable[SettingLine]) -> list[SettingLine]:
        """Settings that match the filter; invalid filter values are ignored."""
        self.is_valid()
        words, state = self.cleaned_data.get("q", "").strip(), self.cleaned_data.get("state", "")
        return [line for line in lines if words in f"{line.row.label} {line.row.value}" and STATES[state](line)]


class SettingForm(forms.Form):
    """New value and reason; the field has the type of the default value."""

    def __init__(self, *args: Any, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.key, self.default, self.unit = key, parameters.default_of(key), setting_unit(key)
        self.fields["value"] = self._field(parameters.get(key).value)
        self.fields.update(PROPOSAL.form_fields())

    def _field(self, now: Any) -> forms.Field:
        label = f"拟定值（{self.unit}）" if self.unit else "拟定值"
        if isinstance(self.default, bool):
            choices = [(YES if value else NO, setting_value(self.key, value)) for value in (True, False)]
            return forms.ChoiceField(label=label, choices=choices, initial=YES if now else NO)
        if isinstance(self.default, int):
            return forms.IntegerField(label=label, min_value=0, initial=now)
        if isinstance(self.default, Decimal):
            initial = now * HUNDRED if self._is_share else now
            return forms.DecimalField(label=label, min_value=0, initial=f"{initial.normalize():f}")
        if isinstance(self.default, tuple):
            return forms.CharField(
                label=label,
                max_length=300,
                initial="、".join(member_word(self.key, one) or str(one) for one in now),
                help_text="多个值用顿号隔开",
            )
        if self._is_date:
            example = f"例如：{dates.in_words(self.default)}"
            return forms.CharField(label=label, max_length=20, initial=dates.in_words(now), help_text=example)
        about = HELP if self.key.startswith(OF_KIND) else ""
        return forms.CharField(label=label, max_length=300, initial=now, help_text=about)

    @property
    def _is_share(self) -> bool:
        return self.unit == "%"

    @property
    def _is_date(self) -> bool:
        return isinstance(self.default, str) and dates.EXPRESSION.fullmatch(self.default) is not None

    def clean_value(self) -> Any:
        """Value converted to the setting's type. Raises ``ValidationError``."""
        typed = self.cleaned_data["value"]
        try:
            return parameters.coerce(self.key, self._typed(typed))
        except parameters.WrongSettingValue as error:
            raise forms.ValidationError(error.words) from error
        except (InvalidOperation, ValueError) as error:
            raise forms.ValidationError(str(error)) from error

    def _typed(self, typed: Any) -> Any:
        if isinstance(self.default, bool):
            return typed == YES
        if isinstance(self.default, Decimal):
            return typed / HUNDRED if self._is_share else typed
        if isinstance(self.default, tuple):
            words = [word.strip() for word in str(typed).replace("，", "、").replace(",", "、").split("、") if word.strip()]
            return tuple(int(word) if isinstance(self.default[0], int) else member_code(self.key, word) for word in words)
        return dates.from_words(typed) if self._is_date else typed
