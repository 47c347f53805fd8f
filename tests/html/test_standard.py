"""Every kept page before the checker of the HTML standard (Nu, ``make html``): htmx's own attributes aside, it finds nothing."""

import json
import shutil
import subprocess
from collections import defaultdict
from http import HTTPStatus
from pathlib import Path

import pytest

from greendistrict.core import clock
from tests.pages.asked import asked
from tests.pages.world import NOW, connected_to, content_of, signed_in
from tests.portal.writes import undone

pytestmark = pytest.mark.long
CHECKER = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
OWN = "Attribute “hx-"  # of htmx; every message about an attribute begins so


def documents(stored):
    """Whole pages that the kept pages answer, by who is shown what: pieces of pages and other formats left out."""
    found = {}
    with connected_to(stored):
        for page in (page for pages in asked().values() for page in pages):
            with clock.at(NOW), undone():
                client = signed_in(page)
                answer = client.get(page.address) if page.data is None else client.post(page.address, page.data)
                content = content_of(answer)
            redirects = HTTPStatus.MULTIPLE_CHOICES <= answer.status_code < HTTPStatus.BAD_REQUEST
            if answer["Content-Type"].startswith("text/html") and not redirects and b"<html" in content:
                found[page.head] = content
    return found


def messages(folder):
    """What the checker says of the files of a folder, by their names."""
    java = shutil.which("java")
    assert java, "java is missing: sh scripts/setup.sh --html"
    command = [java, "-jar", str(CHECKER), "--format", "json", "--exit-zero-always", "--stdout", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=1200)
    found = defaultdict(list)
    for message in json.loads(done.stdout)["messages"]:
        if not message["message"].startswith(OWN):
            found[Path(message["url"]).stem].append(f"{message.get('lastLine')}: {message['message']} {message.get('extract', '')}")
    return found


def test_every_kept_page_keeps_the_html_standard(stored, django_db_blocker, tmp_path):
    with django_db_blocker.unblock():
        pages = documents(stored)
    for number, content in enumerate(pages.values()):
        (tmp_path / f"{number}.html").write_bytes(content)
    (tmp_path / "wrong.html").write_text("<!doctype html><html lang=zh><title>x</title><p id=a><p id=a>", encoding="utf-8")
    found = messages(tmp_path)
    assert found.pop("wrong")  # so that silence is no praise
    heads = dict(enumerate(pages))
    assert {heads[int(number)]: said for number, said in found.items()} == {}
    assert len(pages) > 600
