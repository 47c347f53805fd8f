"""A form takes what it shows: sent as it stands, no filled field of it is refused, and who is shown it may send it."""

import random
from http import HTTPStatus
from itertools import product
from urllib.parse import urlsplit

import pytest
from django.db import transaction

from greendistrict.core import clock
from tests.long.fields import a_file, forms_of
from tests.pages.asked import asked
from tests.pages.test_states import answers, states
from tests.pages.world import NOW, connected_to, content_of, signed_in
from tests.portal.writes import undone

PAGES = asked()
APPS = sorted({name.partition("/")[0] for name in PAGES})
NOT_FOR_WHO_IS_SHOWN = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED}
WITHOUT = {"api", "audit", "notifications", "signin"}  # apps with few forms or none
NOT_SENT = ("logout", "/login/", "/accounts/password/", "/forgotten/", "/factors/", "/sessions/", "/proof/", "/identity/")


def is_page(answer):
    return answer["Content-Type"].startswith("text/html") and not HTTPStatus.MULTIPLE_CHOICES <= answer.status_code < HTTPStatus.BAD_REQUEST


def faults(address, text, send):
    """Number of forms of a page that were sent, and the fields that were refused with what they show; ``send(action, data)`` answers."""
    sent, found = 0, []
    for form in forms_of(address, text):
        data = {name: one.values for name, one in form.fields.items() if one.values and one.kind != "file"}
        files = [name for name, one in form.fields.items() if one.kind == "file"]
        for (name, value, action), with_files in product(form.buttons, (False, True) if files else (False,)):
            if urlsplit(action).netloc or any(word in action for word in NOT_SENT):
                continue
            chosen = {one: chosen_files(form.fields[one].says) for one in files} if with_files else {}
            answer, sent = send(action, {**data, **chosen, **({name: [value]} if name else {})}), sent + 1
            if answer.status_code in NOT_FOR_WHO_IS_SHOWN or answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
                found.append(f"{address} -> {action} {name}={value}: {answer.status_code}")
            if is_page(answer) and answer.status_code != HTTPStatus.CONFLICT:
                found += [f"{address} -> {action} {name}={value}: {field}" for field in refused(form, action, content_of(answer).decode())]
    return sent, found


def chosen_files(says):
    """Small files that a field takes: two where it takes several."""
    return [a_file(random.Random(number), says.get("accept", "")) for number in range(1 + ("multiple" in says))]  # noqa: S311 -- the same each time


def refused(form, action, text):
    """Fields of the same form, on the page that answers, that are marked as wrong although they were shown filled."""
    again = max(forms_of(action, text), key=lambda one: len(one.fields.keys() & form.fields.keys()), default=None)
    if again is None or not form.fields.keys() <= again.fields.keys():
        return []
    filled = {name for name, one in form.fields.items() if one.kind != "file" and any(one.values)}
    return [f"{name}={form.fields[name].values}" for name, one in again.fields.items() if one.is_wrong and name in filled]


@pytest.mark.parametrize("app", APPS)
def test_each_kept_page_takes_what_it_shows(stored, django_db_blocker, app):
    number, found = 0, []
    with django_db_blocker.unblock(), connected_to(stored):
        for page in (page for name, pages in PAGES.items() if name.startswith(f"{app}/") for page in pages if page.data is None):

            def send(action, data, page=page):
                with clock.at(NOW), undone():
                    return signed_in(page).post(action, data)

            with clock.at(NOW), undone():
                answer = signed_in(page).get(page.address)
                text = content_of(answer)
            if answer.status_code == HTTPStatus.OK and is_page(answer):
                sent, wrong = faults(page.address, text.decode(), send)
                number, found = number + sent, found + [f"{page.seat} {line}" for line in wrong]
    assert not found, "\n".join(dict.fromkeys(found))
    assert number > 4 or app in WITHOUT


@pytest.mark.slow
@pytest.mark.parametrize("name", states())
def test_each_matter_takes_what_it_shows_in_every_state(db, client, name):
    number, found = 0, []

    def send(action, data):
        with transaction.atomic():
            answer = client.post(action, data)
            transaction.set_rollback(True)
        return answer

    for head, answer in answers(client, name):
        if answer.status_code == HTTPStatus.OK:
            sent, wrong = faults(answer.request["PATH_INFO"], answer.content.decode(), send)
            number, found = number + sent, found + [f"{head}: {line}" for line in wrong]
    assert not found, "\n".join(dict.fromkeys(found))
    assert number > 7
