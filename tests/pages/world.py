"""The portal whose pages are kept: the demo's story and the January after it, stored once (``tests.pages.store`` stores it anew).

The stored database is restored and migrated once for the migrations as they are; each process of tests takes a copy.
Business time stands still.
"""

import contextlib
import datetime as dt
import itertools
import lzma
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.db import connection
from django.test import Client

from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.notifications.models import Notification
from greendistrict.signin import stamps
from greendistrict.workflow import outbox
from portal.backup import postgres
from tests import caches
from tests.pages.asked import Page
from tests.pages.lines import lines_of, whole_lines_of, xml_lines
from tests.portal.writes import undone
from tests.processes import Portal, digest_of, migrations

STORED = Path(__file__).parent / "world.dump.xz"
NOW = dt.datetime(2027, 1, 11, 11, tzinfo=clock.SHANGHAI)
VISITOR = "visitor"
FIRST_KEY = 1_000_000  # of rows that a form makes
MOMENT = r"20\d\d年\d+月\d+日(?:\d+:\d\d)?"  # of sign-ins, which are told by the machine's clock
# What is another one each time, by the text it stands in.
CHANGING = {
    "signin/sessions": MOMENT, "portal/personal": MOMENT, "signin/app_add": r"(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}|d=\S+",
    "obligations/feed_settings": r"(?<=/feed/)[\w-]+", "portal/tokens": r"(?<=data-secret )\S+",
    "reports/paper": r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){4}|d=\S+",
    "portal/operations": r"共[\d.]+\s[MGT]B，剩余[\d.]+\s[MGT]B|平台版本[\d.]+\d|签名证书.*",
}  # fmt: skip
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
COPIES = itertools.count()  # copies of one process stand side by side: one is shared, others are a module's own


@contextlib.contextmanager
def stored_portal(folder: Path) -> Iterator[Portal]:
    """A copy of the stored database under a name of its own, dropped at the end of the block."""
    with Portal(folder, f"pages_{os.getpid()}_{next(COPIES)}") as portal:
        portal.copy_of("gd_pages_", digest_of([STORED, *migrations()]), lambda: _restore(portal))
        yield portal


@contextlib.contextmanager
def connected_to(portal: Portal) -> Iterator[None]:
    """Django's connection of this process leads to the portal's database until the end of the block."""
    own = connection.settings_dict["NAME"]
    _lead_to(portal.name)
    try:
        yield
    finally:
        _lead_to(own)


@contextlib.contextmanager
def stored_world(folder: Path) -> Iterator[None]:
    """Django's connection of this process leads to a copy of its own of the stored database until the end of the block."""
    with stored_portal(folder) as portal, connected_to(portal):
        yield


def _lead_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name
    ContentType.objects.clear_cache()
    caches.empty()


def _restore(portal: Portal) -> None:
    url = portal.environment["GD_OWNER_DATABASE_URL"]
    program = postgres.program("pg_restore", connection.pg_version)
    subprocess.run([program, "--no-owner", "--no-acl", f"--dbname={url}"], input=lzma.decompress(STORED.read_bytes()), check=True)
    portal.run("manage.py", "migrate", "--noinput", "--verbosity", "0")


def shown(page: Page, name: str, reading: Callable[[str], contextlib.AbstractContextManager[object]] = contextlib.nullcontext) -> list[str]:
    """What somebody is answered, as lines after a head; nothing of the request stays. ``name`` is the text that the page is kept in.

    A page that is read, not sent, is asked for within ``reading(head)``.
    """
    with clock.at(NOW), undone():
        client = signed_in(page)
        if page.data is None:
            with reading(page.head):
                answer = client.get(page.address)
                content = content_of(answer)
        else:
            _begin_counting_anew()
            answer = client.post(page.address, page.data, follow=True)
            content = content_of(answer)
        sent = [] if page.data is None else _sent()
    text = "\n".join([f"{page.head}: {answer.status_code}", *_lines(page, answer, content), *sent])
    text = re.sub(CHANGING[name], "…", text) if name in CHANGING else text
    return (text if page.data is None else UUID.sub("(uuid)", text)).split("\n")


def signed_in(page: Page) -> Client:
    """The browser of who asks for a page."""
    client = Client(headers=page.headers)
    if page.seat != VISITOR:
        client.force_login(User.objects.get(username=page.seat))
        User.objects.filter(username=page.seat).update(last_login=NOW)  # Django takes the machine's clock
        session = client.session
        stamps.begin(session)
        session.save()
    return client


def content_of(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def _begin_counting_anew() -> None:
    """Rows that a form makes have the same keys each time: sequences do not go back with a transaction."""
    mail.outbox.clear()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(setval(oid::regclass, %s)) FROM pg_class WHERE relkind = 'S'", [FIRST_KEY])


def _sent() -> list[str]:
    """Messages and mails that a form has sent."""
    while outbox.drain():
        pass
    notes = Notification.objects.filter(pk__gte=FIRST_KEY).select_related("receiver").order_by("receiver__username", "title", "link")
    lines = [f"message to {note.receiver.username}: {note.title} | {note.body} | {note.link}" for note in notes]
    for letter in mail.outbox:
        parts = [line for content, _ in letter.alternatives for line in whole_lines_of(content)]
        lines += [f"mail to {', '.join(letter.to)}: {letter.subject}", *letter.body.splitlines(), *parts]
    return lines


def _lines(page: Page, answer, content: bytes) -> list[str]:
    steps = [f"to {urlsplit(url).path}" for url, _ in getattr(answer, "redirect_chain", ())]
    if HTTPStatus.MULTIPLE_CHOICES <= answer.status_code < HTTPStatus.BAD_REQUEST:
        return [f"to {urlsplit(answer['Location']).path}"]
    kind = answer["Content-Type"].partition(";")[0] if content else ""
    if kind == "text/html":
        return [*steps, *(whole_lines_of if page.is_whole else lines_of)(content.decode())]
    return [*steps, *(xml_lines(content) if kind.endswith("xml") else content.decode("utf-8-sig").splitlines())]
