"""The question before something goes for good; the request itself carries the answer, whatever page or program sent it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ANSWER = "confirmed"
ANSWERS = frozenset({"1", "yes"})  # of templates/components/delete.html and of the page of this module
LOSS = "删除后不能恢复。"
NOT_CARRIED = frozenset({ANSWER, "action", "csrfmiddlewaretoken"})


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the question was answered."""
    return request.POST.get(ANSWER) in ANSWERS


def deletion_question(request: HttpRequest, what: str, *, back: str, label: str = "删除", loss: str = LOSS) -> HttpResponse | None:
    """The page that asks, with all that was posted carried over; None where the request has the answer.

    A view calls it after it has seen to the right and before the service: ``if asking := deletion_question(…): return asking``.
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
