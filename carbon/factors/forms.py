"""Form with which the city adds a version to the factor library."""

from typing import Any

from django import forms

from carbon.factors.models import AddedFactor
from greendistrict.columns.declared import Columns
from greendistrict.columns.forms import ColumnsForm, with_columns
from greendistrict.columns.kinds import YearColumn

FACTOR = Columns.of(
    AddedFactor, "name", "since", "value", "unit", "source", "published", "certainty", "decision", "decided_on",
    since=YearColumn("年", least=1990),
)  # fmt: skip


@with_columns(FACTOR.without("name", "value"))
class AddedFactorForm(ColumnsForm):
    """A factor version, its source and the decision that added it."""

    key = forms.SlugField(label="因子编号", max_length=60, help_text="已有因子填它的编号；新的因子用小写英文字母、数字和连字符")
    name = FACTOR["name"].form_field(required=False, help_text="新的因子必填；已有因子沿用原名")
    value = FACTOR["value"].form_field(widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
    field_order = ("key", "name", "since")

    def refuse(self, refusals: Any) -> None:
        """Add each refusal of the service as an error of its field."""
        for one in refusals:
            self.add_error(one.field if one.field in self.fields else None, one.text)
