"""The list of a panel's opinions: replied, compared, closed one by one; made to be printed as a table. One page for every matter."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from assessments.common.enums import CommentKind
from assessments.opinions.forms import OpinionBodyForm, OpinionCheckForm, OpinionReplyForm
from assessments.opinions.models import PanelOpinion
from assessments.opinions.rules import Judged, answers_for, may_name_body
from assessments.opinions.selectors import bodies_to_answer
from assessments.opinions.services import OpinionLife
from greendistrict.accounts.http import signed_in
from greendistrict.accounts.models import User
from greendistrict.core.errors import NotAllowed, Refused, Stale
from greendistrict.core.whole import whole
from greendistrict.workflow.machine import State
from greendistrict.workflow.pages import UNPROCESSABLE
from greendistrict.workflow.services import available_actions

DONE = {"reply": "已答复", "close": "已销号", "send_back": "已退回再答", "body": "责任单位已保存"}
FORMS: dict[str, type[forms.Form]] = {"reply": OpinionReplyForm, "close": OpinionCheckForm, "send_back": OpinionCheckForm}
Typed = tuple[int, str, forms.Form]


@dataclass(frozen=True)
class Line:
    """One opinion with its state in words and the forms this person may use."""

    row: PanelOpinion
    state: State
    reply: OpinionReplyForm | None
    check: OpinionCheckForm | None
    body: OpinionBodyForm | None


@dataclass(frozen=True)
class OpinionPages:
    """The pages of one kind of matter.

    ``seen(request, pk)`` gives the matter and whether the person sees the whole of it, or only what was given to the own body; it raises
    ``Http404``. ``around(matter, whole)`` is what the template shows around the list. ``page`` and ``step`` are addresses.
    """

    life: OpinionLife
    page: str
    step: str
    seen: Callable[[HttpRequest, int], tuple[Any, bool]]
    around: Callable[[Any, bool], dict[str, Any]]
    concluded: Callable[[Any], bool]

    def show(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Show the list with what this person may do with each line; there is none before the conclusion."""
        matter, whole = self.seen(request, pk)
        if not self.concluded(matter) and not matter.review_opinions.exists():
            raise Http404
        return self._page(request, matter, whole=whole)

    def act(self, request: HttpRequest, pk: int, opinion: int) -> HttpResponse:
        """Reply, close, send back, or name the body; what is refused or stale is shown at its line with what was typed."""
        user = signed_in(request)
        matter, whole = self.seen(request, pk)
        row = get_object_or_404(_rows(matter, user, whole=whole), pk=opinion)
        action = request.POST.get("action", "")
        form = _form(request, matter, row, action)
        if not form.is_valid():
            return self._page(request, matter, (row.pk, action, form), whole=whole, status=UNPROCESSABLE, errors=form)
        try:
            self._take(row, action, form.cleaned_data, _version(request), user)
        except NotAllowed:
            raise
        except Refused as refused:
            for refusal in refused.refusals:
                named = "note" if refusal.field == "reason" else refusal.field
                form.add_error(named if named in form.fields else None, refusal.text)
            status = Stale.status if isinstance(refused, Stale) else UNPROCESSABLE
            return self._page(request, matter, (row.pk, action, form), whole=whole, status=status, errors=form)
        messages.success(request, f"第{row.number}条{DONE[action]}")
        return HttpResponseRedirect(f"{reverse(self.page, args=[matter.pk])}#opinion-{row.pk}")

    def _page(
        self, request: HttpRequest, matter: Judged, typed: Typed | None = None, *, whole: bool, status: int = 200, **extra: Any
    ) -> HttpResponse:
        lines = self._lines(matter, signed_in(request), typed, whole=whole)
        left = [line.row for line in lines if line.row.status != "closed"]
        context = {
            "matter": matter,
            "whole": whole,
            "lines": lines,
            "left": len(left),
            "musts": sum(row.kind == CommentKind.MUST for row in left),
            "handled": [line for line in lines if line.reply or line.check or line.body],
            "step": self.step,
            **self.around(matter, whole),
            **extra,
        }
        return render(request, "assessments/opinions/opinions.html", context, status=status)

    def _lines(self, matter: Judged, user: User, typed: Typed | None, *, whole: bool) -> list[Line]:
        """Every line to who sees the matter, else those given to the person's own body."""
        rows = list(_rows(matter, user, whole=whole).select_related("document", "replied_by", "checked_by"))
        for row in rows:
            setattr(row, row.MATTER, matter)  # seats ask the matter; it is here already
        bodies = _bodies(matter) if may_name_body(user, matter) else None
        return [self._line(row, user, typed, bodies) for row in rows]

    def _line(self, row: PanelOpinion, user: User, typed: Typed | None, bodies: list[tuple[int, str]] | None) -> Line:
        machine = self.life.machine
        offered = {offer.action for offer in available_actions(machine, row, user)}
        given = {typed[1]: typed[2]} if typed and typed[0] == row.pk else {}
        prefix = f"o{row.pk}"
        reply = OpinionReplyForm(initial={"reply": row.reply}, prefix=prefix) if "reply" in offered else None
        check = OpinionCheckForm(prefix=prefix) if "close" in offered else None
        body = None
        if bodies is not None and row.status != "closed":
            now = {"organisation": row.organisation_id, "body": "" if row.organisation_id else row.body}
            body = OpinionBodyForm(initial=now, prefix=f"{prefix}b", bodies=bodies)
        compared = given.get("close") or given.get("send_back")
        return Line(
            row=row,
            state=machine.state(row.status),
            reply=given.get("reply", reply),  # type: ignore[arg-type]  # the form of that action
            check=compared or check,  # type: ignore[arg-type]
            body=given.get("body", body),  # type: ignore[arg-type]
        )

    def _take(self, row: PanelOpinion, action: str, typed: dict[str, Any], version: int | None, user: User) -> None:
        if action == "reply":
            self.life.reply(opinion=row, text=typed["reply"], upload=typed["upload"] or None, version=version, by=user)
        elif action == "body":
            self.life.name_body(opinion=row, organisation=typed["organisation"], body=typed["body"], version=version, by=user)
        else:
            self.life.check(opinion=row, action=action, note=typed["note"], version=version, by=user)


def _rows(matter: Judged, user: User, *, whole: bool) -> QuerySet[PanelOpinion]:
    rows: QuerySet[PanelOpinion] = matter.review_opinions.all()
    return rows if whole else rows.filter(organisation_id__in=answers_for(user))


def _bodies(matter: Judged) -> list[tuple[int, str]]:
    return list(bodies_to_answer(matter).values_list("pk", "name"))


def _form(request: HttpRequest, matter: Judged, row: PanelOpinion, action: str) -> forms.Form:
    """The form of an action with what was typed. Raises ``Http404`` for an unknown one."""
    if action == "body":
        return OpinionBodyForm(request.POST, prefix=f"o{row.pk}b", bodies=_bodies(matter))
    if action not in FORMS:
        raise Http404
    return FORMS[action](request.POST, request.FILES, prefix=f"o{row.pk}")


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return whole(text)
