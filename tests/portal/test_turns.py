"""Exports, previews and imports: one at a time for each person, and never a word to others."""

import ast
import re
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from itertools import islice

import pytest
from django.core.cache import cache
from django.http import StreamingHttpResponse
from django.urls import reverse

from portal.frame import turns
from tests.architecture.sources import PACKAGES, ROOT
from tests.caches import empty
from tests.portal.routes import routes

MAKES_A_FILE = re.compile(r"\b(as_workbook|list_workbook)\(|\.workbook\(|workbook_of\(")


def views():
    """(name of the view, source) of each function of a module of views in which a workbook is made."""
    for path in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "views" in path.as_posix()):
        text = path.read_text(encoding="utf-8")
        if MAKES_A_FILE.search(text):
            lines = text.splitlines()
            for node in ast.walk(ast.parse(text)):
                if isinstance(node, ast.FunctionDef):
                    yield node.name, "\n".join(lines[node.lineno - 1 : node.end_lineno])


def test_every_view_that_makes_a_workbook_has_turns():
    names = {route.name.rpartition(":")[2] for route in routes()}
    making = {name for name, text in views() if name in names and MAKES_A_FILE.search(text)}
    assert len(making) > 10
    assert {name for name in making if not turns.is_heavy(name)} == set()


@pytest.fixture
def busy(people):
    """One person is having an export made."""
    empty()
    key = f"turn:{people.city_officer.pk}"
    cache.add(key, 1, timeout=turns.LONGEST)
    yield key
    cache.delete(key)


@pytest.mark.django_db
def test_the_second_download_of_a_person_waits_in_words_and_nobody_else_does(client, people, busy):
    url = reverse("obligations:obligation_export")
    client.force_login(people.city_officer)
    answer = client.get(url)
    assert (answer.status_code, answer["Refresh"]) == (HTTPStatus.TOO_MANY_REQUESTS, str(turns.AGAIN_SECONDS))
    assert "正在排队" in answer.content.decode()
    assert client.get(reverse("obligations:obligation_list")).status_code == HTTPStatus.OK
    client.force_login(people.city_checker)
    assert client.get(url).status_code == HTTPStatus.OK
    client.force_login(people.city_officer)
    cache.delete(busy)
    assert [client.get(url).status_code for _ in range(3)] == [HTTPStatus.OK] * 3, "each turn ends with its answer"


@pytest.mark.django_db
def test_a_form_waits_for_its_turn_and_keeps_what_was_typed(client, people, busy, monkeypatch):
    monkeypatch.setattr(turns, "WAIT_SECONDS", 1.0)
    url = reverse("assessments:expert_import")
    client.force_login(people.secretariat)
    own = f"turn:{people.secretariat.pk}"
    cache.add(own, 1, timeout=turns.LONGEST)
    answer = client.post(url, {"note": "说明"})
    assert (answer.status_code, turns.BUSY in answer.content.decode(), "说明" in answer.content.decode()) == (429, True, True)
    with ThreadPoolExecutor() as beside:
        beside.submit(lambda: (turns.time.sleep(0.3), cache.delete(own)))
        assert client.post(url, {}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert cache.get(own) is None


@pytest.mark.django_db  # connections are looked after when an answer is closed
@pytest.mark.parametrize("read", [0, 1, 2])
def test_the_turn_of_an_answer_that_is_sent_while_it_is_made_ends_with_it(rf, read):
    """Read to the end, broken off after the first part, or (HEAD) never begun."""
    empty()
    request = rf.get("/")
    request.turn = turns.Turn("turn:0")
    assert request.turn.is_taken()
    answer = turns.TurnsMiddleware(lambda _: StreamingHttpResponse([b"1", b"2"]))(request)
    assert cache.get("turn:0")
    assert list(islice(answer, read)) == [b"1", b"2"][:read]
    answer.close()
    assert cache.get("turn:0") is None


def test_a_turn_that_took_too_long_does_not_end_that_of_the_next():
    empty()
    late, following = turns.Turn("turn:0"), turns.Turn("turn:0")
    assert late.is_taken()
    cache.delete("turn:0")  # as after LONGEST
    assert following.is_taken()
    late.end()
    assert not turns.Turn("turn:0").is_taken()
    following.end()
    assert cache.get("turn:0") is None
