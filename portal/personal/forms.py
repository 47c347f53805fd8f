"""Forms of personal data."""

from django import forms


class OwnCorrectionForm(forms.Form):
    """Which of the own data is wrong."""

    text = forms.CharField(
        label="哪一项不对，应当是什么",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="发给管理您账号的管理员，由其更正后告知您",
    )


class RevealForm(forms.Form):
    """Reason for looking at another person's contact data."""

    reason = forms.CharField(label="查看事由", max_length=200, help_text="与查看人、时间一起记入审计记录")


class ConsentForm(forms.Form):
    """Agreement to the current notice."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    agreed = forms.BooleanField(label="我已阅读并同意", error_messages={"required": "请先阅读，勾选后继续"})
    next = forms.CharField(widget=forms.HiddenInput, required=False)
