"""Sign-in and password forms."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordMixin

from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import Organisation, User


class LoginForm(AuthenticationForm):
    """Name and password; the same words for an unknown name and a wrong password."""

    error_messages = {
        "invalid_login": "账号或密码不正确。连续错 5 次，账号锁定 15 分钟。",
        "inactive": "账号已停用，请联系本单位管理员。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "账号"
        self.fields["password"].label = "密码"


class PasswordForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]  # generic in the stubs only
    """Old password, then the new one twice."""

    old_password = forms.CharField(
        label="原密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True})
    )
    new_password1, new_password2 = SetPasswordMixin.create_password_fields(label1="新密码", label2="再输入一次新密码")
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean_old_password(self) -> str:
        """Refuse a wrong old password."""
        old: str = self.cleaned_data["old_password"]
        if not self.user.check_password(old):
            message = "原密码不正确"
            raise forms.ValidationError(message)
        return old

    def clean(self) -> dict[str, Any]:
        """Both new ones agree, are strong and not the old one."""
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password2")
        if self.cleaned_data.get("new_password1") and self.cleaned_data.get("new_password1") == self.cleaned_data.get("old_password"):
            self.add_error("new_password1", "新密码不能与原密码相同")
        return super().clean() or self.cleaned_data


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A body that takes part."""

    class Meta:
        model = Organisation
        fields = ("name", "code", "kind", "parent", "group")
        help_texts = {"code": "小写字母、数字和连字符，登记后不改", "parent": "区级部门填所属实施主体", "group": "回避核对用，没有可不填"}


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """A person's account."""

    class Meta:
        model = User
        fields = ("username", "name", "email")
        help_texts = {"email": "到期提醒和通知发到这里"}


class PostForm(forms.Form):
    """A post in an organisation."""

    organisation = forms.ModelChoiceField(label="单位", queryset=Organisation.objects.order_by("name_pinyin"))
    role = forms.ChoiceField(label="岗位", choices=Role.choices)
    admin = forms.BooleanField(label="单位管理员", required=False, help_text="可以重置本单位人员的密码、停用账号")


class ReasonForm(forms.Form):
    """A reason that is kept."""

    reason = forms.CharField(label="理由", max_length=300)
