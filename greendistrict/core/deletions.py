"""Confirmation before something is deleted; the request carries the answer, whether it comes from a page or a program."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ANSWER = "confirmed"
ANSWERS = frozenset({"1", "yes"})  # values sent by templates/components/delete.html and by the page of this module
LOSS = "删除后不能恢复。"
NOT_CARRIED = frozenset({ANSWER, "action", "csrfmiddlewaretoken"})


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the request contains the confirmation."""
    return request.POST.get(ANSWER) in ANSWERS


def deletion_question(request: HttpRequest, what: str, *, back: str, label: str = "删除", loss: str = LOSS) -> HttpResponse | None:
    """Page asking for confirmation, with all posted values carried over; None if the request is confirmed.

    A view calls it after checking permission and before the service: ``if asking := deletion_question(…): return asking``.
    """
    if is_confirmed(request):
        return None
    context = {
        "title": f"确认{label}",
        "question": f"{what}：确定{label}？{loss}",
        "url": request.get_full_path(),
        "label": f"确认{label}",
        "kind": "refuse",
        "hidden": {name: value for name, value in request.POST.items() if name not in NOT_CARRIED},
        "back": back,
    }
    return render(request, "components/confirm.html", context)
