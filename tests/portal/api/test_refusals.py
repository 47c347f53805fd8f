"""API refusals are JSON in Chinese, and no parameter is ignored."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from greendistrict.core.problems import KINDS, MEDIA_TYPE, PAGE, content, kind_of
from portal.tokens.services import make_token
from tests.factories.accounts import cast
from tests.portal.api.test_api import NAMES, received

pytestmark = pytest.mark.django_db
ENGLISH = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


@pytest.fixture
def people():
    return cast()


def test_an_unknown_address_answers_in_json(client):
    for path in ("/api/v1/", "/api/v1/district/", "/api/v1/districts/zhuyuan/", "/api/v2/"):
        response = client.get(path)
        assert (response.status_code, response["Content-Type"]) == (404, MEDIA_TYPE)
        assert response.json() == content(404, "没有这个接口地址")
    assert client.get("/nowhere/")["Content-Type"].startswith("text/html")


def test_an_address_without_its_last_stroke_is_still_led_on(client):
    assert client.get("/api/v1/districts").headers["Location"] == "/api/v1/districts/"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("query", ["page_size=5", "page=2", "isdemo=true"])
def test_an_unknown_parameter_is_named_with_those_allowed(client, people, name, query):
    client.force_login(people.city_officer)
    response = client.get(f"{reverse(f'api:{name}')}?{query}")
    assert response.status_code == 400
    said, unknown = response.json(), query.partition("=")[0]
    assert said["detail"].startswith(f"参数不存在：{unknown}。")
    assert "limit、offset、cursor、ordering" in said["detail"]
    assert said["errors"] == [{"field": unknown, "detail": said["detail"]}]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("limit=many", "参数limit应为非负整数"),
        ("limit=²", "参数limit应为非负整数"),
        ("offset=-1", "参数offset应为非负整数"),
        ("ordering=-salary", "不能按这样的字段排序：salary。可用的字段：code、"),
    ],
)
def test_a_number_or_an_order_that_means_nothing_is_refused(client, people, query, words):
    client.force_login(people.city_officer)
    response = client.get(f"{reverse('api:districts')}?{query}")
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


def test_times_carry_the_offset_of_beijing(client, people):
    check = received(people, "ZC-2026-0001")
    client.force_login(people.city_officer)
    row = client.get(reverse("api:assessments")).json()["results"][0]
    for name in ("filed_at", "received_at"):
        assert row[name].endswith("+08:00")
        assert dt.datetime.fromisoformat(row[name]) == getattr(check, name)
