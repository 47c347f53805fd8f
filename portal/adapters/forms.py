"""Filter of the exchanges, and the file that a keeper brings."""

from django import forms

from portal.adapters.catalogue import ADAPTERS
from portal.adapters.enums import Direction, ExchangeResult


class AdapterFilter(forms.Form):
    """Which exchanges are listed."""

    adapter = forms.ChoiceField(label="对接", required=False, choices=[("", "全部"), *((key, one.name) for key, one in ADAPTERS.items())])
    direction = forms.ChoiceField(label="方向", required=False, choices=[("", "全部"), *Direction.choices])
    result = forms.ChoiceField(label="结果", required=False, choices=[("", "全部"), *ExchangeResult.choices])


class BringForm(forms.Form):
    """A file that came by hand."""

    file = forms.FileField(label="文件", help_text="JSON文件，格式见本页“收入的文件”")
