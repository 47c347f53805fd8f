"""What rests on a setting that the city has not confirmed says so wherever it is shown (``tests/pages/marks.py``)."""

from contextlib import contextmanager, nullcontext

import pytest
from django.db import transaction

from greendistrict.core import clock
from greendistrict.policy.models import Setting, SettingChange
from tests.pages import marks
from tests.pages.asked import asked
from tests.pages.of_tests import count_anew
from tests.pages.papers import composed, document
from tests.pages.test_states import answers, states
from tests.pages.world import NOW, connected_to, content_of, shown, signed_in
from tests.portal.writes import undone

PAGES = asked()
APPS = sorted({name.partition("/")[0] for name in PAGES})
SENT = ("message to", "mail to")
TAKEN_INTO_USE = "obligations_from"
PANEL = ("panel.size", "panel.min")  # decide who is drawn and whether a meeting may conclude
PROPOSING = {"setting_sheet"}  # proposes numbers that are to be other than the usual ones


@pytest.fixture(scope="module")
def unconfirmed(stored, django_db_blocker):
    """The stored world, of which the city has confirmed no setting."""
    with django_db_blocker.unblock(), connected_to(stored), undone():
        for model in (Setting, SettingChange):
            model.objects.exclude(key=TAKEN_INTO_USE).delete()
        yield


def pages_of(app):
    """Pages of an app, and what its forms send, by the place."""
    for name, pages in PAGES.items():
        for page in pages if name.startswith(f"{app}/") else ():
            if page.data is not None:
                yield f"{name} {page.head}", sent_by(page, name)
                continue
            with clock.at(NOW), undone():
                answer = signed_in(page).get(page.address)
                text = content_of(answer).decode("utf-8", "replace")
            is_page = answer["Content-Type"].startswith("text/html")
            yield f"{name} {page.head}", marks.lines_of(text) if is_page else marks.plain_lines(text.splitlines())


def sent_by(page, name):
    """Messages and mails of a form, each as one line."""
    found = []
    for line in shown(page, name):
        if line.startswith(SENT):
            found.append(line)
        elif found:
            found[-1] += f"\n{line}"
    return marks.plain_lines(found)


def unmarked(read, folder, *leaving, apart=nullcontext):
    """What reads otherwise with other defaults and has no mark. ``read`` gives places with their lines, each time ``apart``."""
    marks.begin_anew()
    with apart():
        usual = dict(read())
    with marks.other_defaults(folder, *leaving), apart():
        others = dict(read())
    assert usual.keys() == others.keys()
    return "\n".join(one for place, lines in usual.items() for one in marks.against(place, marks.unmarked(lines, others[place])))


@pytest.mark.parametrize("app", APPS)
def test_pages_and_messages_mark_what_rests_on_settings(unconfirmed, tmp_path, app):
    found = unmarked(lambda: pages_of(app), tmp_path, *PANEL[:1])
    assert not found, found


def test_papers_mark_what_rests_on_settings(unconfirmed, tmp_path):
    found = unmarked(lambda: ((f"paper {kind}", marks.lines_of(document(kind)[1])) for kind in composed()), tmp_path)
    assert not found, found


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(states()) - PROPOSING))
def test_what_a_matter_keeps_is_marked_in_each_state(db, client, monkeypatch, tmp_path, name):
    """Days that are stored as the matter goes on: its world is made with other defaults, too."""

    @contextmanager
    def apart():
        with transaction.atomic():
            count_anew(monkeypatch)
            yield
            transaction.set_rollback(True)

    def read():
        for head, answer in answers(client, name):
            yield f"state {name} {head}", marks.lines_of(answer.content.decode())

    found = unmarked(read, tmp_path, *PANEL, apart=apart)
    assert not found, found
