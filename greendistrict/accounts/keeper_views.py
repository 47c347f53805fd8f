"""Pages of the keepers: the system keeper creates organisations and accounts, the security keeper grants and ends posts."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from greendistrict.accounts import proposals, services
from greendistrict.accounts.enums import Role
from greendistrict.accounts.forms import (
    AccountForm,
    OrganisationChangeForm,
    OrganisationForm,
    PostEndForm,
    PostForm,
    ReasonedPostForm,
)
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.post_rules import not_over
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.errors import Refused

UNPROCESSABLE = 422


def _keeper(request: HttpRequest, *roles: str) -> Viewer:
    """The keeper (with one of the roles) who sends the request. Raises ``Http404`` for everybody else."""
    viewer = viewer_of(request)
    if not viewer.held.has(*roles):
        raise Http404
    return viewer


def _page(request: HttpRequest, form: BaseForm, heading: str, hint: str) -> HttpResponse:
    status = UNPROCESSABLE if form.errors else 200
    return render(request, "accounts/keeper_form.html", {"form": form, "heading": heading, "hint": hint}, status=status)


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    """List of all organisations for the keepers."""
    viewer = _keeper(request, Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER)
    bodies = Organisation.objects.select_related("parent").order_by("kind", "name_pinyin")
    context = {"bodies": bodies, "may_add": viewer.held.has(Role.SYSTEM_KEEPER)}
    return render(request, "accounts/organisation_list.html", context)


def organisation_create(request: HttpRequest) -> HttpResponse:
    """Create an organisation."""
    viewer = _keeper(request, Role.SYSTEM_KEEPER)
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        body = services.add_organisation(by=viewer.user, **form.cleaned_data)
        messages.success(request, f"已登记{body}")
        return redirect("accounts:organisation_list")
    return _page(request, form, "登记单位", "登记后由系统管理员建立人员账号，安全管理员授予岗位。")


def organisation_change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the data of an organisation, with a reason."""
    viewer = _keeper(request, Role.SYSTEM_KEEPER)
    body = get_object_or_404(Organisation, pk=pk)
    form = OrganisationChangeForm(request.POST or None, instance=Organisation.objects.get(pk=pk))
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        try:
            changed = services.change_organisation(body=body, reason=values.pop("reason"), values=values, by=viewer.user)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已修改{form.instance}" if changed else "没有改动")
            return redirect("accounts:organisation_list")
    return _page(request, form, f"修改{body}", "原名称留作别名，已办事项的文书不变。代码不改。修改和理由记入审计日志。")


def user_create(request: HttpRequest) -> HttpResponse:
    """Create an account; its person receives a link by mail to set the password."""
    viewer = _keeper(request, Role.SYSTEM_KEEPER)
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.open_account(by=viewer.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error("username", error.messages[0])
        else:
            messages.success(request, f"已建立{person.name}的账号，设定密码的链接发到{person.email}，3天内有效")
            return redirect("accounts:user_list")
    return _page(request, form, "建立账号", "建立后向本人发出设定密码的链接。安全管理员授予岗位以前，登录后看不到业务内容。")


def post_grant(request: HttpRequest, pk: int) -> HttpResponse:
    """Grant a person a post."""
    viewer = _keeper(request, Role.SECURITY_KEEPER)
    person = get_object_or_404(User, pk=pk)
    form = (ReasonedPostForm if proposals.is_wanted(proposals.POSTS) else PostForm)(request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        reason = values.pop("reason", "")
        try:
            if services.needs_second(values["role"]):
                services.propose_post(user=person, by=viewer.user, reason=reason, **values)
                messages.success(request, f"已提出授予{person.name}岗位，由另一名管理员决定")
                return redirect("accounts:proposal_list")
            services.grant_post(user=person, by=viewer.user, **values)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, f"已授予{person.name}岗位")
            return redirect("accounts:user_list")
    return _page(
        request,
        form,
        f"授予{person.name}岗位",
        "岗位须与单位类别相符。管理员、专家不兼任其他岗位；同一审批链、同一单位的填报和审核签发须由不同的人担任。",
    )


def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post with a reason."""
    viewer = _keeper(request, Role.SECURITY_KEEPER)
    post = get_object_or_404(Post.objects.filter(not_over()).select_related("user", "organisation"), pk=pk)
    form = PostEndForm(request.POST or None, post=post)
    if request.method == "POST" and form.is_valid():
        try:
            if services.needs_second(post.role, post.user):
                services.propose_end(post=post, by=viewer.user, **form.cleaned_data)
                messages.success(request, f"已提出终止{post}岗位，由另一名管理员决定")
                return redirect("accounts:proposal_list")
            handed = services.end_post(post=post, by=viewer.user, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            went = ["转给接手人：" + "、".join(handed)] if handed else []
            messages.success(request, "，".join([f"{post}的任职已终止，即时生效", *went]))
            return redirect("accounts:user_list")
    hint = "任职即时终止，办理记录保留；这是最后一个岗位的，登录、令牌、委托随即失效。"
    if services.needs_second(post.role, post.user):
        hint = f"由另一类管理员同意后办理。{hint}"
    return _page(request, form, f"终止{post}", f"{post.organisation.name}。{hint}")
