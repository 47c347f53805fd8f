"""What a page offers, and what comes of pressing it: links of its main part, and its forms with each of their buttons."""

from http import HTTPStatus
from urllib.parse import urljoin

from django.contrib.messages import get_messages
from django.db import transaction
from lxml import html

from tests.steps import REASON


def offered(page: str, address: str) -> tuple[set[str], list[tuple[str, dict[str, str]]]]:
    """Addresses of the links, and of each form that is posted the address with what a press of each of its buttons sends, and why."""
    main = html.fromstring(page).find_class("gd-main") or [html.fromstring(page)]
    links = {urljoin(address, link.get("href")).partition("#")[0] for link in main[0].iter("a") if link.get("href", "").strip()}
    forms = []
    for form in main[0].iter("form"):
        if form.get("method", "get").lower() != "post":
            continue
        values = {name: (value or "").strip() or {"reason": REASON}.get(name, "") for name, value in form.form_values()}
        buttons = [one for one in form.iter("button") if one.get("type", "submit") == "submit" and not one.get("disabled")]
        place = urljoin(address, form.get("action") or address)
        forms += [(place, {**values, one.get("name", "do"): one.get("value", "")}) for one in buttons]
    return links, forms


def pressed(client, address: str, values: dict[str, str]) -> int:
    """Status of a press, of which nothing stays; 409 also where it leads on with a message that it was refused."""
    with transaction.atomic():
        answer = client.post(address, values)
        transaction.set_rollback(True)
    told = get_messages(answer.wsgi_request) if answer.status_code == HTTPStatus.FOUND else ()
    return HTTPStatus.CONFLICT if any(one.level_tag == "error" for one in told) else answer.status_code
