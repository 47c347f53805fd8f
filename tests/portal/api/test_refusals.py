"""API refusals and faults (exceptions, missing rights, malformed requests) are JSON in Chinese, and no parameter is ignored."""

import datetime as dt
import json
import re

import pytest
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from greendistrict.accounts.selectors import posts_of
from greendistrict.core.features import pages_of
from greendistrict.core.problems import KINDS, MEDIA_TYPE, PAGE, content, kind_of
from portal.api import views
from portal.tokens.rules import scopes_open_to
from portal.tokens.services import make_token
from tests.portal.api.test_api import NAMES
from tests.portal.api.world import LISTS, fields_of, received

pytestmark = pytest.mark.django_db
PATH = "/api/v1/districts/"
READ_ONLY = (*NAMES, *(f"beautiful_{name}" for name in LISTS))
ENGLISH = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


def test_an_unknown_address_answers_in_json(client):
    for path in ("/api/v1/", "/api/v1/district/", "/api/v1/districts/zhuyuan/", "/api/v2/"):
        response = client.get(path)
        assert (response.status_code, response["Content-Type"]) == (404, MEDIA_TYPE)
        assert response.json() == content(404, "没有这个接口地址")
    assert client.get("/nowhere/")["Content-Type"].startswith("text/html")


def test_an_address_without_its_last_stroke_is_still_led_on(client):
    assert client.get("/api/v1/districts").headers["Location"] == "/api/v1/districts/"


def test_lists_that_are_only_read_ask_who_reads_and_take_no_writing(client, people):
    assert {client.get(reverse(f"api:{name}")).status_code for name in READ_ONLY} == {401}
    client.force_login(people.city_officer)
    for name in READ_ONLY:
        assert {getattr(client, method)(reverse(f"api:{name}")).status_code for method in ("post", "put", "patch", "delete")} == {405}


@pytest.mark.parametrize("query", ["page_size=5", "page=2", "isdemo=true"])
def test_an_unknown_parameter_is_named_with_those_allowed(officer, query):
    for name in NAMES:
        response = officer.get(f"{reverse(f'api:{name}')}?{query}")
        said, unknown = response.json(), query.partition("=")[0]
        assert (response.status_code, said["errors"]) == (400, [{"field": unknown, "detail": said["detail"]}])
        assert said["detail"].startswith(f"参数不存在：{unknown}。")
        assert "limit、offset、cursor、ordering" in said["detail"]


@pytest.mark.parametrize(
    ("name", "query", "field"),
    [
        ("districts", "stage=pilot&stage=candidate", "stage"), ("obligations", "limit=1&limit=2", "limit"),
        ("districts", "stage=nonsense", "stage"), ("volumes", "ordering=title", "ordering"), ("volumes", "status=lost", "status"),
        ("obligations", "on=1900-01-01", "on"), ("obligations", "on=9999-12-31", "on"), ("obligations", "on=soon", "on"),
        ("obligations", "kind=lunch", "kind"), ("obligations", "state=none", "state"), ("obligations", "is_demo=maybe", "is_demo"),
        ("obligations", "ordering=cite", "ordering"), ("beautiful_areas", "colour=green", "colour"),
        ("beautiful_areas", "year=soon", "year"), ("beautiful_indicators", "area=colour", "area"),
        ("beautiful_indicators", "kind=colour", "kind"), ("beautiful_tasks", "plan=0", "plan"),
        ("beautiful_tasks", "ordering=title", "ordering"), ("beautiful_progress", "quarter=5", "quarter"),
        ("beautiful_reserves", "pool=colour", "pool"), ("beautiful_reserves", "status=colour", "status"),
        ("beautiful_reserves", "q=colour", "q"), ("beautiful_evaluations", "standing=colour", "standing"),
        ("beautiful_evaluations", "plan=0", "plan"),
    ],
)  # fmt: skip
def test_a_condition_that_there_is_not_is_refused_by_name(officer, name, query, field):
    assert fields_of(officer.get(f"{reverse(f'api:{name}')}?{query}")) == (400, [field])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=many", "参数limit应为非负整数"),
        ("limit=²", "参数limit应为非负整数"),
        ("offset=-1", "参数offset应为非负整数"),
        ("ordering=-salary", "不能按这样的字段排序：salary。可用的字段：code、"),
    ],
)
def test_a_number_or_an_order_that_means_nothing_is_refused(officer, query, words):
    response = officer.get(f"{reverse('api:districts')}?{query}")
    assert response.status_code == 400
    assert response.json()["detail"].startswith(words)


def test_every_refusal_is_in_chinese(people):
    browser, plain = Client(enforce_csrf_checks=True), Client()
    browser.force_login(people.city_officer)
    address = reverse("api:districts")
    secret = make_token(by=people.partner)
    cache.clear()
    answers = [
        plain.get(address),
        browser.post(address),
        plain.post(address, HTTP_AUTHORIZATION=f"Token {secret}"),
        *(plain.get(address, HTTP_AUTHORIZATION=words) for words in ("Token wrong", "Token", "Token two words", "Token \xff")),
        browser.get(f"{address}?stage=nonsense"),
        browser.get(f"{address}?titled_after=yesterday"),
        browser.get(f"{reverse('api:assessments')}?year=next"),
        browser.get(address, HTTP_ACCEPT="text/csv"),
    ]
    assert [answer.status_code for answer in answers] == [401, 403, 405, 401, 401, 401, 401, 400, 400, 400, 406]
    assert {answer["Content-Type"] for answer in answers} == {MEDIA_TYPE}
    for answer in answers:
        said = answer.json()
        kind = kind_of(answer.status_code)
        assert (said["type"], said["title"], said["status"]) == (kind.uri, kind.title, answer.status_code)
    assert [one["field"] for one in answers[7].json()["errors"]] == ["stage"]
    texts = [answer.content.decode().replace("Accept HTTP", "Accept") for answer in answers]
    assert [text for text in texts if ENGLISH.search(text) or not re.search("[一-鿿]", text)] == []


def test_the_type_of_a_problem_leads_to_its_paragraph_on_the_public_page(client):
    assert reverse("api:docs") == PAGE
    page = client.get(PAGE).content.decode()
    assert [kind.key for kind in KINDS if f'id="{kind.uri.partition("#")[2]}"' not in page] == []


def test_times_carry_the_offset_of_beijing(officer, people):
    check = received(people, "ZC-2026-0001")
    row = officer.get(reverse("api:assessments")).json()["results"][0]
    for name in ("filed_at", "received_at"):
        assert row[name].endswith("+08:00")
        assert dt.datetime.fromisoformat(row[name]) == getattr(check, name)


@pytest.mark.parametrize(("error", "status"), [(RuntimeError("secret of the house"), 500), (PermissionDenied("secret of the house"), 403)])
def test_a_fault_of_a_program_s_address_is_json_in_chinese(monkeypatch, error, status):
    def ends(*_args, **_kwargs):
        raise error

    monkeypatch.setattr(views.Districts, "dispatch", ends)
    response = Client(raise_request_exception=False).get(PATH, headers={"X-Request-ID": "abcdef123456"})
    assert (response.status_code, response["Content-Type"]) == (status, MEDIA_TYPE)
    assert re.search("[一-鿿]{4}", response.content.decode())
    assert "secret" not in response.content.decode()
    if status == 500:
        assert response.json()["request_id"] == response["X-Request-ID"] == "abcdef123456"


@pytest.mark.parametrize("path", [PATH, "/verify/"])
def test_a_request_that_is_not_taken_says_so_in_chinese(path, settings):
    settings.DEBUG = False
    response = Client(raise_request_exception=False).get(path, HTTP_HOST="elsewhere.example")
    said = response.content.decode()
    assert (response.status_code, "未受理" in said or "没有受理" in said) == (400, True)
    if path == PATH:
        assert json.loads(said) == content(400, "请求不合规定，未受理")


DEEP = '{"a":' * 1000 + "1" + "}" * 1000
METHODS = {"post", "patch", "put"}
WRITES = {pattern.name: METHODS & set(dir(getattr(pattern.callback, "cls", None))) for pattern in pages_of("api")}


@pytest.mark.parametrize("name", [name for name, methods in WRITES.items() if methods])
def test_a_body_that_nothing_can_hold_is_refused_in_words(people, name):
    """Every address that takes a body: nested a thousand and twenty deep, in an object and in a list, and with half a character."""
    route = next(pattern for pattern in pages_of("api") if pattern.name == name).pattern
    address = reverse(f"api:{name}", kwargs=dict.fromkeys(route.converters, 1))
    token = make_token(by=people.preparer, scopes=scopes_open_to(posts_of(people.preparer)))
    client = Client(headers={"Authorization": f"Token {token}"})
    for body in (DEEP, "[" * 1000 + "]" * 1000, '{"number":' + "[" * 20 + "]" * 20 + "}", '{"\\ud800": "x"}', '{"number": "\\ud800"}'):
        for method in WRITES[name]:
            answer = client.generic(method.upper(), address, body, content_type="application/json")
            assert answer.status_code in {400, 401, 403, 415}, (method, body[:30], answer.content)
            assert answer["Content-Type"] == MEDIA_TYPE
