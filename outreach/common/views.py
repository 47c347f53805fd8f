"""Look-up of a receipt by its secret code, shared by opinions, requests for information and sign-ups."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.http import HttpRequest

from greendistrict.core.proxies import caller
from outreach.common.forms import ReceiptForm

T = TypeVar("T")


def looked_up(
    request: HttpRequest, find: Callable[[str], T | None], may_look: Callable[[str], bool]
) -> tuple[T | None, HTTPStatus, dict[str, Any]]:
    """Look up by ``find`` what the posted secret code of a receipt leads to; ``may_look`` bounds the tries of an address.

    Returns what was found (None without a code, with an unknown one, or beyond the bound), the status of the answer and the context of
    ``outreach/common/receipt.html``. The code is sent in the body, so that it stands in no address or log.
    """
    form = ReceiptForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return None, HTTPStatus.OK, {"form": form}
    if not form.is_valid():
        return None, HTTPStatus.UNPROCESSABLE_ENTITY, {"form": form}
    if not may_look(caller(request)):
        return None, HTTPStatus.TOO_MANY_REQUESTS, {"form": form, "busy": True}
    found = find(form.cleaned_data["code"])
    return found, HTTPStatus.OK if found is not None else HTTPStatus.NOT_FOUND, {"form": form, "asked": True, "found": found}
