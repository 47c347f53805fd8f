"""Pages of panel opinions of any matter: reply, check, close, printable table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from assessments.common.enums import CommentKind
from assessments.opinions.forms import OpinionBodyForm, OpinionCheckForm, OpinionReplyForm
from assessments.opinions.models import OpinionState, PanelOpinion
from assessments.opinions.rules import ReviewedMatter, answers_for, may_name_body
from assessments.opinions.selectors import bodies_to_answer
from assessments.opinions.services import WHO_NAMES, name_body
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.viewer import Viewer, viewer_of
from greendistrict.core.answers import redirect_saying
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.integers import whole as whole_of
from greendistrict.core.refusals import add_refusals
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.pages import UNPROCESSABLE, StepPage, act
from greendistrict.workflow.procedure import offered
from greendistrict.workflow.services import Offered

DONE = {"reply": "已答复", "close": str(OpinionState.CLOSED.label), "send_back": "已退回再答", "body": "责任单位已保存"}
FORMS: dict[str, type[forms.Form]] = {"reply": OpinionReplyForm, "close": OpinionCheckForm, "send_back": OpinionCheckForm}
Typed = tuple[int, str, forms.Form]
Bodies = list[tuple[int, str]]


@dataclass(frozen=True)
class OpinionPages:
    """The pages of one kind of matter.

    ``seen(request, pk)`` returns the matter and whether the user sees all its opinions or only those of the own body; it raises
    ``Http404``. ``around(matter, whole)`` is the template context around the list. ``page`` and ``step`` are URL names.
    """

    machine: Machine
    page: str
    step: str
    seen: Callable[[HttpRequest, int], tuple[Any, bool]]
    around: Callable[[Any, bool], dict[str, Any]]
    concluded: Callable[[Any], bool]

    def show(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the list with the steps open to the user; before the conclusion it does not exist."""
        matter, whole = self.seen(request, pk)
        if not self.concluded(matter) and not matter.review_opinions.exists():
            raise Http404
        return self._page(request, matter, whole=whole)

    def act(self, request: HttpRequest, pk: int, opinion: int) -> HttpResponse:
        """Reply, close, return, or name the body; a refusal or version conflict is shown at its line with what was typed."""
        matter, whole = self.seen(request, pk)
        row = get_object_or_404(_rows(viewer_of(request), matter, whole=whole), pk=opinion)
        action = request.POST.get("action", "")
        if action != "body" and action not in FORMS:
            raise Http404
        back = f"{reverse(self.page, args=[matter.pk])}#opinion-{row.pk}"

        def again(refused: Refused | None, **_typed: Any) -> HttpResponse:
            form = _form(row, action, _bodies(matter), request.POST, request.FILES)
            if refused:
                add_refusals(form, refused)
            status = refused.status if refused else UNPROCESSABLE
            return self._page(
                request, matter, (row.pk, action, form), whole=whole, status=status, errors=form, stale=isinstance(refused, Stale)
            )

        def done(_offer: Offered | None = None) -> HttpResponse:
            return redirect_saying(request, f"第{row.number}条{DONE[action]}", back)

        if action != "body":
            return act(request, row, StepPage(back=back, again=again, done=done))
        NotAllowed.unless(may_name_body(viewer_of(request).held, matter), WHO_NAMES)
        form = _form(row, action, _bodies(matter), request.POST)
        if not form.is_valid():
            return again(None)
        try:
            name_body(opinion=row, **form.cleaned_data, version=whole_of(request.POST.get("version"), -1), by=signed_in(request))
        except Refused as refused:
            return again(refused)
        return done()

    def _page(
        self, request: HttpRequest, matter: ReviewedMatter, typed: Typed | None = None, *, whole: bool, status: int = 200, **extra: Any
    ) -> HttpResponse:
        viewer = viewer_of(request)
        opinions = list(_rows(viewer, matter, whole=whole).select_related("document", "replied_by", "checked_by"))
        for opinion in opinions:
            setattr(opinion, opinion.MATTER, matter)  # seats ask the matter; it is here already
        bodies = _bodies(matter) if may_name_body(viewer.held, matter) else None
        lines = [self._line(viewer, opinion, typed, bodies) for opinion in opinions]
        left = [opinion for opinion in opinions if opinion.status != OpinionState.CLOSED]
        context = {
            "matter": matter,
            "whole": whole,
            "lines": lines,
            "left": len(left),
            "musts": sum(row.kind == CommentKind.MUST for row in left),
            "handled": [line for line in lines if line["reply"] or line["check"] or line["body"]],
            "step": self.step,
            **self.around(matter, whole),
            **extra,
        }
        return render(request, "assessments/opinions/opinions.html", context, status=status)

    def _line(self, viewer: Viewer, row: PanelOpinion, typed: Typed | None, bodies: Bodies | None) -> dict[str, Any]:
        """An opinion with its state, the steps the user may take and their forms."""
        steps = offered(row, viewer.user)
        given = {typed[1]: typed[2]} if typed and typed[0] == row.pk else {}
        able = {"body"} if bodies is not None and row.status != OpinionState.CLOSED else set()
        able |= {offer.action for offer in steps}
        made = {action: given.get(action) or _form(row, action, bodies or []) for action in able | set(given)}
        return {
            "row": row,
            "state": self.machine.state(row.status),
            "offered": steps,
            "reply": made.get("reply"),
            "check": given.get("send_back") or made.get("close"),
            "body": made.get("body"),
        }


def _rows(viewer: Viewer, matter: ReviewedMatter, *, whole: bool) -> QuerySet[PanelOpinion]:
    rows: QuerySet[PanelOpinion] = matter.review_opinions.all()
    return rows if whole else rows.filter(organisation_id__in=answers_for(viewer.held))


def _bodies(matter: ReviewedMatter) -> Bodies:
    return list(bodies_to_answer(matter).values_list("pk", "name"))


def _form(row: PanelOpinion, action: str, bodies: Bodies, data: Any = None, files: Any = None) -> forms.Form:
    """The form of an action; element ids contain the opinion's key, because the page has many such forms."""
    if action == "body":
        now = {"organisation": row.organisation_id, "body": "" if row.organisation_id else row.body}
        return OpinionBodyForm(data, bodies=bodies, initial=now, auto_id=f"o{row.pk}b-%s")
    return FORMS[action](data, files, initial={"reply": row.reply}, auto_id=f"o{row.pk}-%s")
