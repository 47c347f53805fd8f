"""Forms of sign-in, passwords, accounts, posts and delegations."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import AuthenticationForm, SetPasswordMixin
from django.db.models import QuerySet
from django.http import HttpRequest

from greendistrict.accounts.credit_codes import normalised, validate_credit_code
from greendistrict.accounts.enums import CITY, KEEPERS, Department, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.selectors import colleagues
from greendistrict.core.mails import MailField
from greendistrict.core.widgets import DayField


class LoginForm(AuthenticationForm):
    """Name and password; the error is the same for an unknown name and a wrong password."""

    error_messages = {
        "invalid_login": "账号或密码不正确。连续错 5 次，账号锁定 15 分钟。",
        "inactive": "账号已停用，请联系本单位管理员。",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "账号"
        self.fields["password"].label = "密码"


class NewPasswordForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]  # generic in the stubs only
    """A new password, typed twice."""

    new_password1, new_password2 = SetPasswordMixin.create_password_fields(label1="新密码", label2="再输入一次新密码")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Refuse two different passwords and a weak one."""
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password2")
        return super().clean() or self.cleaned_data


class ForgottenForm(forms.Form):
    """Account name and its stored e-mail address."""

    username = forms.CharField(label="账号", max_length=60, widget=forms.TextInput(attrs={"autocomplete": "username"}))
    email = MailField(label="登记的电子邮箱", widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class AddressForm(forms.Form):
    """Address for a link if the stored address is missing or out of date."""

    address = MailField(label="电子邮箱", required=False)
    second = User._meta.get_field("shares_mail").formfield()


class PasswordForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]  # generic in the stubs only
    """Old password, and the new one typed twice."""

    old_password = forms.CharField(
        label="原密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True})
    )
    new_password1, new_password2 = SetPasswordMixin.create_password_fields(label1="新密码", label2="再输入一次新密码")
    field_order = ["old_password", "new_password1", "new_password2"]

    def __init__(self, user: User, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.user, self.request = user, request
        super().__init__(*args, **kwargs)

    def clean_old_password(self) -> str:
        """Refuse a wrong old password; it counts towards the lockout like a wrong one at sign-in."""
        old: str = self.cleaned_data["old_password"]
        if authenticate(self.request, username=self.user.username, password=old) != self.user:
            message = "原密码不正确"
            raise forms.ValidationError(message)
        return old

    def clean(self) -> dict[str, Any]:
        """Refuse two different new passwords, a weak one and the old one."""
        self.validate_passwords("new_password1", "new_password2")
        self.validate_password_for_user(self.user, "new_password2")
        if self.cleaned_data.get("new_password1") and self.cleaned_data.get("new_password1") == self.cleaned_data.get("old_password"):
            self.add_error("new_password1", "新密码不能与原密码相同")
        return super().clean() or self.cleaned_data


class CreditCodeField(forms.CharField):
    """A credit code; accepts spaces, lower case and full-width characters, and explains why a code is invalid."""

    default_validators = [validate_credit_code]

    def to_python(self, value: Any) -> str:
        """Code in stored form."""
        return normalised(super().to_python(value) or "")


class OrganisationForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """A participating body."""

    class Meta:
        model = Organisation
        fields: tuple[str, ...] = ("name", "code", "credit_code", "kind", "is_committee", "parent", "departments", "group", "office_phone")
        help_texts = {
            "code": "小写字母、数字和连字符，登记后不改",
            "credit_code": "18位，见登记证书；可带空格，末位是校验位，错一位即不能保存",
            "is_committee": "实施主体是管委会时勾选；其所属公司申报试点，由管委会批复",
            "parent": "区级部门填所属实施主体，管委会所属公司填该管委会",
            "departments": "征询、审查和分工按这里找单位，不按名称；承担几项的都勾选。区级部门、市级协同部门和特定地区管委会填",
            "group": "回避核对用，没有可不填",
            "office_phone": "印在本单位的函件上，不填的留空待填；不填个人手机号码",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit_code"] = CreditCodeField(
            label="统一社会信用代码", required=False, help_text=self.Meta.help_texts["credit_code"]
        )
        self.fields["departments"] = forms.MultipleChoiceField(
            label="承担的部门职责", choices=Department.choices, required=False, widget=forms.CheckboxSelectMultiple,
            help_text=self.Meta.help_texts["departments"],
        )  # fmt: skip


class OrganisationChangeForm(OrganisationForm):
    """Editable data of a body; its code cannot change."""

    reason = forms.CharField(label="理由", max_length=300)

    class Meta(OrganisationForm.Meta):
        fields = ("name", "credit_code", "kind", "is_committee", "parent", "departments", "group", "office_phone")


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]  # as above
    """A person's account."""

    class Meta:
        model = User
        fields = ("username", "name", "email")
        field_classes = {"email": MailField}
        help_texts = {"email": "设定密码的链接、到期提醒和通知发到这里"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True


class OpenedAccountForm(AccountForm):
    """An account that a keeper opens, maybe another one of a person who has one."""

    second = User._meta.get_field("shares_mail").formfield()


class PostForm(forms.Form):
    """Role, organisation and term of a new post."""

    organisation = forms.ModelChoiceField(label="单位", queryset=Organisation.objects.order_by("name_pinyin"))
    role = forms.ChoiceField(label="岗位", choices=Role.choices)
    admin = forms.BooleanField(
        label="单位管理员", required=False, help_text="可以为只在本单位任职、岗位不高于自己的人员提出重置密码、停用账号"
    )
    valid_from = DayField(label="任职起", required=False, help_text="不填为今天；不能早于今天")
    valid_to = DayField(label="任职止", required=False, help_text="含当天，次日起没有权限；没有期限的不填")


class ReasonedPostForm(PostForm):
    """Form of a post with a reason, required for city and keeper posts, which two keepers grant."""

    reason = forms.CharField(label="理由", max_length=300, required=False, help_text="授予市级岗位、管理员岗位须填写，由另一名管理员决定")

    def clean(self) -> dict[str, Any]:
        """Require the reason for a city or keeper post."""
        found = super().clean() or self.cleaned_data
        if found.get("role") in CITY | KEEPERS and not found.get("reason", "").strip():
            self.add_error("reason", "请填写理由")
        return found


class PostEndForm(forms.Form):
    """Reason for ending a post, and the successor if the person leaves the body."""

    reason = forms.CharField(label="理由", max_length=300)
    successor = forms.ModelChoiceField(
        label="接手人", queryset=User.objects.none(), required=False, empty_label="不指定",
        help_text="本单位任职的人员；离任的人名下的分工、录入中的纸质评分、等待的报告转给接手人",
    )  # fmt: skip

    def __init__(self, *args: Any, post: Post, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["successor"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = colleagues(post.user, post.organisation)


class AccountReasonForm(forms.Form):
    """Reason for a change to an account, stored in the audit record."""

    reason = forms.CharField(label="理由", max_length=300)


class PostChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic only in the stubs
    """Choice of a post, labelled with its holder."""

    def label_from_instance(self, obj: Any) -> str:
        """Holder, body and role."""
        return f"{obj.user.name}　{obj.organisation.name}　{obj.get_role_display()}"


class DelegationForm(forms.Form):
    """Post to delegate, deputy, period and reason."""

    post = PostChoice(label="委托的岗位", queryset=Post.objects.none(), empty_label="请选择")
    deputy = forms.ModelChoiceField(label="受托人", queryset=User.objects.none(), empty_label="请选择", help_text="本单位任职的人员")
    first = DayField(label="委托起")
    last = DayField(label="委托止")
    reason = forms.CharField(label="事由", max_length=300, help_text="如出差、休假、培训")

    def __init__(self, *args: Any, posts: QuerySet[Post], deputies: QuerySet[User], today: dt.date, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"first": today})
        super().__init__(*args, **kwargs)
        for name, found in (("post", posts), ("deputy", deputies)):
            field = self.fields[name]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = found
        self.fields["last"].help_text = f"含当天，一次最长{settings.DELEGATION_DAYS}天"
