"""Pages of those who keep accounts.

The system keeper creates organisations and accounts, the security keeper grants and ends posts, acts that need two keepers wait for the
second, and the administrator of an organisation invites people.
"""

from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from greendistrict.accounts import invitations, proposals, services
from greendistrict.accounts.enums import Role
from greendistrict.accounts.forms import (
    AccountForm,
    OpenedAccountForm,
    OrganisationChangeForm,
    OrganisationForm,
    PostEndForm,
    PostForm,
    ReasonedPostForm,
)
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import KeeperProposal, Organisation, Post, User
from greendistrict.accounts.post_rules import not_over
from greendistrict.accounts.selectors import organisations_visible_to
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.paging import PAGE_ROWS
from greendistrict.core.pinyin import keyed
from greendistrict.core.refusals import RefusalsIn, add_errors
from greendistrict.core.widgets import DayField

UNPROCESSABLE = 422
SORTED = {"name": "name_pinyin", "kind": "kind", "code": "code", "credit_code": "credit_code", "source": "source"}
BODY_ORDERS = {f"{sign}{key}": (f"{sign}{column}", "name_pinyin") for key, column in SORTED.items() for sign in ("", "-")}


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
    asked, order = request.GET.get("q", "").strip()[:60], BODY_ORDERS.get(request.GET.get("order", ""), ("kind", "name_pinyin"))
    bodies = Organisation.objects.select_related("parent").order_by(*order, "pk")
    found = [body for body in bodies if asked.lower() in f"{keyed(body.name)} {body.code} {body.credit_code}".lower()]
    lacking = [body for body in found if not body.credit_code]
    only_lacking = request.GET.get("lacking") == "yes"
    page = Paginator(lacking if only_lacking else found, PAGE_ROWS).get_page(request.GET.get("page"))
    context = {"page": page, "asked": asked, "total": len(found), "lacking": len(lacking), "only_lacking": only_lacking}
    context["may_add"] = viewer.held.has(Role.SYSTEM_KEEPER)
    return render(request, "accounts/organisation_list.html", context)


def organisation_create(request: HttpRequest) -> HttpResponse:
    """Create an organisation."""
    viewer = _keeper(request, Role.SYSTEM_KEEPER)
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            body = services.add_organisation(by=viewer.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
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
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, f"已修改{form.instance}" if changed else "没有改动")
            return redirect("accounts:organisation_list")
    return _page(request, form, f"修改{body}", "原名称留作别名，已办事项的文书不变。代码不改。修改和理由记入审计日志。")


def user_create(request: HttpRequest) -> HttpResponse:
    """Create an account; its person receives a link by mail to set the password."""
    viewer = _keeper(request, Role.SYSTEM_KEEPER)
    form = OpenedAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.open_account(by=viewer.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
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


def _deciding_keeper(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.held.is_keeper:
        raise Http404
    return viewer


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Proposals waiting for a second keeper, and those decided within ninety days; for the three kinds of keepers only."""
    return _proposal_page(request, _deciding_keeper(request))


def _proposal_page(request: HttpRequest, viewer: Viewer, status: int = 200, **extra: object) -> HttpResponse:
    waiting = [(one, proposals.may_decide(viewer.user, one), proposals.LABELS[one.kind]) for one in proposals.waiting()]
    recent = [(one, proposals.LABELS[one.kind]) for one in proposals.recent()]
    return render(request, "accounts/proposal_list.html", {"waiting": waiting, "recent": recent, **extra}, status=status)


@require_POST
def proposal_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve or decline."""
    viewer = _deciding_keeper(request)
    proposal = get_object_or_404(KeeperProposal, pk=pk)
    approve = request.POST.get("action") == "approve"
    try:
        proposals.decide(
            proposal=proposal, by=viewer.user, approve=approve, remark=fitted(proposal, "remark", request.POST.get("remark", ""))
        )
    except Refused as refused:
        place = "" if isinstance(refused, NotAllowed) else f"remark-{pk}"  # who may not decide has no field for it
        errors = [(place, refusal.text) for refusal in refused.refusals]
        return _proposal_page(request, viewer, refused.status, errors=errors, refused_pk=pk, remark=request.POST.get("remark", ""))
    messages.success(request, "已同意并办理" if approve else "已记录不同意")
    return redirect("accounts:proposal_list")


class InvitationForm(AccountForm):
    """Account, post and term of the invited person."""

    role = forms.ChoiceField(label="岗位")
    valid_to = DayField(label="任职止", required=False, help_text="含当天；没有期限的不填")

    def __init__(self, *args: Any, roles: list[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [(role.value, role.label) for role in roles]


def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Invite a person to the own body."""
    user = signed_in(request)
    body = get_object_or_404(organisations_visible_to(user), pk=pk)
    roles = invitations.roles_to_invite(user, body)
    if not roles:
        raise Http404
    form = InvitationForm(request.POST or None, roles=roles)
    if request.method == "POST" and form.is_valid():
        try:
            with RefusalsIn(form):
                person = invitations.invite(body=body, by=user, **form.cleaned_data)
                messages.success(request, f"已邀请{person.name}，设定密码的链接发到{person.email}，3天内有效")
                return redirect("accounts:organisation", pk=pk)
        except ValidationError as error:
            add_errors(form, error)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "accounts/invite.html", {"form": form, "body": body}, status=status)
