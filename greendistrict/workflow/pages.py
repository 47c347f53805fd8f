"""Page of an object: shows the form of a step, takes a posted step, and shows the page again with the input if it is refused."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString

from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import deletion_question
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.forms import choice_words, form_on, per_file
from greendistrict.core.integers import whole
from greendistrict.core.refusals import add_refusals, field_of
from greendistrict.signin.stamps import asked
from greendistrict.workflow.declaration import ReasonForm
from greendistrict.workflow.dry_run import dry_run, is_decisive
from greendistrict.workflow.procedure import barred, offered, posted, procedure_of, take
from greendistrict.workflow.services import Offered

UNPROCESSABLE = 422
NOT_YOURS = "现在不由您办理；刚才填写的内容没有保存，可以复制留用"
ADVERSE = "danger"  # tone of steps that refuse, end or withdraw something; the city needs a proof of identity for them


@dataclass(frozen=True)
class StepPage:
    """Where steps of one object are shown; they are posted to the URL of the request.

    ``again(refused, **extra)`` shows the page once more; for an invalid form ``refused`` is None and ``extra`` contains ``errors``.
    ``done(offer)`` is the response to a step that was taken; ``question(offer)``: what to ask before an irreversible step.
    ``crumbs``: breadcrumbs of the confirmation page, with URLs.
    ``action``: the step, if the page is that of one step; otherwise it is posted.
    ``beside()``: what the person who confirms has to see, as rendered HTML.
    """

    back: str
    again: Callable[..., HttpResponse]
    done: Callable[[Offered | None], HttpResponse]
    question: Callable[[Offered], str] | None = None
    crumbs: tuple[tuple[str, str], ...] = ()
    action: str = ""
    beside: Callable[[], SafeString] | None = None


def act(request: HttpRequest, obj: models.Model, page: StepPage) -> HttpResponse:
    """Take the posted step; a refusal shows the page again with all reasons and the input."""
    user, action = signed_in(request), page.action or request.POST.get("action", "")
    step = procedure_of(obj).steps.get(action)
    if barred(obj, user, action):
        return page.again(NotAllowed(NOT_YOURS), reason=request.POST.get("reason", ""))
    form = form_on(viewer_of(request).today, step.form if step else ReasonForm, request.POST, request.FILES)
    if not form.is_valid():
        return page.again(None, errors=form, reason=request.POST.get("reason", ""))
    version = whole(request.POST.get("version"), -1)
    offer = posted(obj, user, action)
    if asking := _unproved(request, offer):  # before asking for confirmation
        return asking
    decides = is_decisive(procedure_of(obj).machine.name, action)
    is_asked = request.POST.get("confirmed") != "yes" and version == vars(obj)["version"]
    if offer is not None and (offer.confirm or decides) and is_asked and not any(one.refusals for one in offered(obj, user, action=action)):
        try:
            effects = would_do(obj, action, user, form) if decides else []
        except Refused as refused:
            return page.again(refused, reason=request.POST.get("reason", ""))
        return ask(request, obj, offer, page, effects, form)
    return take_posted(request, obj, form, replace(page, action=action), offer)


def _unproved(request: HttpRequest, offer: Offered | None) -> HttpResponse | None:
    """Page that requires a fresh proof of identity before a negative decision of the city; None if not needed."""
    return asked(request) if offer is not None and offer.tone == ADVERSE and viewer_of(request).held.is_city else None


def take_posted(request: HttpRequest, obj: models.Model, form: forms.BaseForm, page: StepPage, offer: Offered | None) -> HttpResponse:
    """Take the step of the page, whose form is valid, for the version that the page was made from.

    All pages that take a step for a person call this: a negative decision of the city requires a recent proof of identity.
    """
    user, values = signed_in(request), dict(form.cleaned_data)
    if asking := _unproved(request, offer):
        return asking
    reason = str(values.pop("reason", ""))
    try:
        take(obj=obj, action=page.action, by=user, version=whole(request.POST.get("version"), -1), values=values, reason=reason)
    except Refused as refused:
        return page.again(refused, reason=request.POST.get("reason", ""))
    return page.done(offer)


@dataclass(frozen=True)
class MatterPage:
    """View helper for one kind of object. Steps are posted to the URL named ``page`` + ``_action``.

    ``seen(viewer, pk)`` raises ``Http404``; ``context(viewer, found, **extra)`` returns the template context.
    ``beside(viewer, found)``: what stands on the page that asks before an irreversible step (``StepPage.beside``).
    """

    page: str
    template: str
    seen: Callable[[Viewer, int], Any]
    context: Callable[..., dict[str, Any]]
    beside: Callable[[Viewer, Any], SafeString] | None = None

    def show(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The page of one object that the person may see."""
        viewer = viewer_of(request)
        return render(request, self.template, self.context(viewer, self.seen(viewer, pk)))

    def again(self, request: HttpRequest, pk: int, refused: Refused | None = None, **extra: Any) -> HttpResponse:
        """Show the page again with the refusals of a change; the input is passed in ``extra``.

        ``unsaved``: the input as plain text, for a page that no longer has the form.
        """
        viewer = viewer_of(request)
        extra.setdefault("unsaved", [pair for name, form in extra.items() if name != "errors" for pair in _unsaved(form)])
        if refused is not None:
            extra["errors"] = _shown(refused, extra)
        context = self.context(viewer, self.seen(viewer, pk), **extra)
        return render(request, self.template, context, status=refused.status if refused else UNPROCESSABLE)

    def invalid(self, request: HttpRequest, pk: int, *, may: bool, **extra: Any) -> HttpResponse:
        """Show a form with what is wrong in it to whoever may send it; to others the page without a word about the form (403)."""
        return self.again(request, pk, None if may else NotAllowed(NOT_YOURS), **extra)

    def add_file(
        self, request: HttpRequest, pk: int, form: forms.Form, store: Callable[[dict[str, Any]], object], *, may: bool
    ) -> HttpResponse:
        """Store the uploaded files, all or none; refusals are shown at their field."""
        if not may:
            return self.again(request, pk, NotAllowed(NOT_YOURS), file_form=form)
        if form.is_valid():
            try:
                with transaction.atomic():
                    for data in per_file(form.cleaned_data):
                        store(data)
            except Refused as refused:
                form.add_error("upload", [refusal.text for refusal in refused.refusals])
            else:
                return self.done(request, pk, "材料已上传")
        return self.again(request, pk, file_form=form, errors=form)

    def save(  # noqa: PLR0917 -- a form, what keeps it, what is shown of a conflict
        self,
        request: HttpRequest,
        pk: int,
        form: forms.Form,
        keep: Callable[[], object],
        beside: Callable[[QueryDict, Any], dict[str, Any]],
        words: str,
        *,
        may: bool,
    ) -> HttpResponse:
        """Save a form of the page. If somebody else saved first, ``beside`` returns the form for the typed values, and the stored ones."""
        if not form.is_valid():
            return self.invalid(request, pk, may=may, form=form, errors=form)
        try:
            keep()
        except Stale as stale:
            stored = self.seen(viewer_of(request), pk)
            return self.again(request, pk, stale, **beside(as_of(request.POST, stored), stored))
        except Refused as refused:
            return self.again(request, pk, refused, form=form)
        return self.done(request, pk, words)

    def entered(  # noqa: PLR0917 -- a form of the page, what keeps it, what is said where
        self,
        request: HttpRequest,
        pk: int,
        which: str,
        form: forms.Form,
        keep: Callable[..., object],
        words: str,
        anchor: str = "",
        *,
        may: bool,
    ) -> HttpResponse:
        """Save one of the forms of the page, once for each of its files; if invalid or refused, it is shown again as ``which``."""
        if not form.is_valid():
            return self.invalid(request, pk, may=may, **{which: form}, errors=form)
        try:
            with transaction.atomic():
                for data in per_file(form.cleaned_data):
                    keep(**data)
        except Refused as refused:
            return self.again(request, pk, refused, **{which: form})
        return self.done(request, pk, words, anchor)

    def dropped(  # noqa: PLR0917 -- what goes, who may, what takes it away, what is said where
        self, request: HttpRequest, pk: int, what: str, drop: Callable[[], object], words: str, anchor: str = "", *, may: bool
    ) -> HttpResponse:
        """Ask for confirmation, then delete something of the object; the service refuses people without permission."""
        if may and (asking := deletion_question(request, what, back=reverse(self.page, args=[pk]))):
            return asking
        drop()
        return self.done(request, pk, words, anchor)

    def step(self, request: HttpRequest, found: Any, form: type[forms.Form], *, action: str, of: "MatterPage", words: str) -> HttpResponse:
        """Use this page for one step of the object of ``of``: show it, or take the step with the typed values."""
        if request.method != "POST":
            return render(request, self.template, self.context(viewer_of(request), found))
        page = StepPage(
            back=reverse(of.page, args=[found.pk]),
            again=partial(self.again, request, found.pk, form=form_on(viewer_of(request).today, form, request.POST)),
            done=lambda _: of.done(request, found.pk, words),
            action=action,
        )
        return act(request, found, page)

    def done(self, request: HttpRequest, pk: int, words: str, anchor: str = "") -> HttpResponse:
        """Redirect to the matter with a message."""
        messages.success(request, words)
        return HttpResponseRedirect(reverse(self.page, args=[pk]) + anchor)

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the posted step of the matter."""
        viewer, beside = viewer_of(request), self.beside
        found = self.seen(viewer, pk)
        page = StepPage(
            back=reverse(self.page, args=[pk]),
            again=partial(self.again, request, pk),
            done=lambda offer: self.done(request, pk, f"已办理：{offer.label}" if offer else "已办理"),
            beside=(lambda: beside(viewer, found)) if beside else None,
        )
        return act(request, found, page)


def _shown(refused: Refused, extra: Mapping[str, Any]) -> forms.BaseForm | list[str]:
    """The form whose field holds the refused file, with the reasons at that field; else the reasons for the top of the page."""
    for form in extra.values():
        if isinstance(form, forms.BaseForm) and field_of(form, refused.file):
            add_refusals(form, refused)
            return form
    return [refusal.text for refusal in refused.refusals]


def as_of(posted: QueryDict, stored: Any) -> QueryDict:
    """Typed values with the version stored now, so that saving again overrides it deliberately."""
    data = posted.copy()
    data["version"] = str(stored.version)
    return data


def _unsaved(form: object) -> Iterator[tuple[str, str]]:
    """Label and text of each field of a bound form that was not saved."""
    if not isinstance(form, forms.BaseForm) or not form.is_bound:
        return
    for field in form.visible_fields():
        typed = field.data
        if typed and isinstance(typed, str):
            yield str(field.label), choice_words(field, typed)


def would_do(obj: models.Model, action: str, by: User, form: forms.BaseForm) -> list[str]:
    """What a step would do with what was typed, told by the step itself. Raises as ``take``."""
    values = dict(form.cleaned_data)
    reason = str(values.pop("reason", ""))

    def taken() -> None:
        stored = type(obj)._default_manager.get(pk=obj.pk)
        take(obj=stored, action=action, by=by, version=vars(stored)["version"], values=values, reason=reason)

    return dry_run(taken)


def asked_first(
    request: HttpRequest,
    do: Callable[[], object],
    *,
    title: str,
    question: str,
    back: str,
    url: str = "",
    hidden: Mapping[str, object] | None = None,
) -> HttpResponse | None:
    """Page that tells what a decisive act outside of the pages of steps will do; None once it was pressed a second time.

    ``do`` carries the act out on objects that it reads itself; it is taken back. ``hidden`` is sent along, without it what was posted.
    Raises what ``do`` raises.
    """
    if request.POST.get("confirmed") == "yes":
        return None
    left_out = {"csrfmiddlewaretoken", "confirmed", "action"}
    context = {
        "title": title,
        "question": question,
        "effects": dry_run(do),
        "url": url or request.get_full_path(),
        "label": title,
        "hidden": hidden or {name: value for name, value in request.POST.items() if name not in left_out},
        "back": back,
    }
    return render(request, "components/confirm.html", context)


def ask(  # noqa: PLR0917 -- the step, where it is taken, what it does, what was typed
    request: HttpRequest, obj: models.Model, offer: Offered, page: StepPage, effects: list[str], form: forms.BaseForm
) -> HttpResponse:
    """Confirmation page of a step with its effects and receivers; version, input and files are carried over.

    ``effects``: what a decisive step told of itself.
    """
    for upload in (one for _, uploads in request.FILES.lists() for one in uploads):
        upload.seek(0)  # a dry run has read it
    own = [text for text in (offer.message, f"通知{offer.receivers}" if offer.receivers else "") if text]
    context: dict[str, Any] = {
        "title": offer.label,
        "question": page.question(offer) if page.question else f"{obj}：确定办理“{offer.label}”？",
        "effects": [*own, *effects],
        "url": request.path,
        "action": offer.action,
        "label": offer.label,
        "kind": "refuse" if offer.tone == "danger" else "primary",
        "reason": request.POST.get("reason", ""),
        "reason_required": offer.reason_required,
        "hidden": {**_typed(request, obj, offer), "version": vars(obj)["version"]},
        "files": [form[name] for name in request.FILES if name in form.fields],
        "back": page.back,
        "crumbs": [*page.crumbs, (offer.label, "")] if page.crumbs else [],
        "beside": page.beside() if page.beside else "",
    }
    return render(request, "components/confirm.html", context)


def _typed(request: HttpRequest, obj: models.Model, offer: Offered) -> dict[str, str]:
    """Single values typed into the step's form besides the reason, to be carried over."""
    fields = procedure_of(obj).steps[offer.action].form.base_fields  # type: ignore[attr-defined]
    return {name: request.POST[name] for name in fields if name not in {"reason", "action"} and name in request.POST}
