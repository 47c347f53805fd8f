"""Forms for factors and proofs of identity."""

from django import forms


class CodeForm(forms.Form):
    """A code of the authenticator app, or a recovery code."""

    code = forms.CharField(
        label="动态码或恢复码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
    )


class AppForm(forms.Form):
    """The first code of an authenticator app."""

    code = forms.CharField(
        label="应用显示的6位数字",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class ProofForm(forms.Form):
    """The password, for people without a second factor."""

    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True})
    )


class ResetForm(forms.Form):
    """Reason for resetting somebody's factors."""

    reason = forms.CharField(label="理由", max_length=300, help_text="写明怎样核实了本人身份")


class SubjectForm(forms.Form):
    """An identity that a keeper links for somebody, and how it was verified."""

    subject = forms.CharField(label="身份编号", max_length=255, help_text="统一身份认证给出的编号（sub），区分大小写")
    reason = forms.CharField(label="理由", max_length=300, help_text="写明怎样核实了编号是本人的")
