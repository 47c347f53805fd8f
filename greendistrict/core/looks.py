"""Why somebody looks at what pages mask."""

from django import forms


class LookForm(forms.Form):
    """The reason, which goes on record with who looked and when."""

    reason = forms.CharField(label="查看事由", max_length=200, help_text="与查看人、时间一起记入审计记录")
