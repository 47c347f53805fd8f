"""What no honest page sends: numbers that are none, numbers that no column holds, and U+0000."""

from http import HTTPStatus
from wsgiref.util import setup_testing_defaults

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from assessments.tables.models import ScoreRow
from greendistrict.core.integers import MOST, whole
from greendistrict.core.number_parsing import NOT_A_NUMBER
from greendistrict.wsgi import application
from tests.factories.assessments import make_self_check

pytestmark = pytest.mark.django_db
HOSTILE = ("²", "１２", "٣", "-1", "+1", "1 ", "1.0", "1e3", "", "9" * 5000, str(MOST + 1), "½", "一")
NUL = "\0"


@pytest.mark.parametrize("text", HOSTILE)
def test_only_ascii_digits_that_a_column_holds_are_a_number(text):
    assert whole(text) is None
    assert whole(text, -1) == -1


@given(st.integers(0, MOST))
def test_every_number_of_a_column_is_read(number):
    assert whole(str(number)) == number


@given(st.text(max_size=30))
def test_no_text_is_an_error(text):
    assert whole(text) is None or str(whole(text)) == (text.lstrip("0") or "0")


@pytest.fixture
def table(client, people):
    client.force_login(people.preparer)
    return make_self_check(people, filled=False).table


def cell(table, **fields):
    sent = {"7.2.7-value": "14.3", "7.2.7-version": "0", "field": "value", "token": "t", **fields}
    return reverse("assessments:score_row", args=[table.pk, "7.2.7"]), sent


@pytest.mark.parametrize("version", HOSTILE)
def test_a_cell_with_an_impossible_version_is_asked_about(client, table, version):
    url, sent = cell(table, **{"7.2.7-version": version})
    answer = client.post(url, sent, headers={"HX-Request": "true"})
    assert answer.status_code == HTTPStatus.CONFLICT
    assert ScoreRow.objects.get(table=table, item_id="7.2.7").value is None


@pytest.mark.parametrize("typed", ["²", "14²", "½"])
def test_a_superscript_in_a_field_is_refused_with_words(client, table, typed):
    url, sent = cell(table, **{"7.2.7-value": typed})
    answer = client.post(url, sent, headers={"HX-Request": "true"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert NOT_A_NUMBER in answer.content.decode()
    assert ScoreRow.objects.get(table=table, item_id="7.2.7").value is None


@pytest.mark.parametrize(
    "fields", [{"field": "explanation", "7.2.7-explanation": f"从别处{NUL}复制"}, {"token": f"t{NUL}"}, {f"name{NUL}": "x"}]
)
def test_a_cell_with_nul_is_refused_with_words(client, table, fields):
    url, sent = cell(table, **fields)
    answer = client.post(url, sent, headers={"HX-Request": "true"})
    assert (answer.status_code, answer["X-Refused"]) == (HTTPStatus.UNPROCESSABLE_ENTITY, "1")
    assert "U+0000" in answer.content.decode()
    assert client.post(url, sent).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    "path", ["/search/?q=%00", "/districts/?q=a%00b", "/verify/?code=%00", "/api/v1/districts/?q=%00", "/districts/%00/"]
)
def test_an_address_with_nul_is_no_error(client, table, path):
    assert client.get(f"/{path}").status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.NOT_FOUND}


def test_sign_in_with_nul_is_refused(client):
    assert client.post(reverse("accounts:login"), {"username": f"a{NUL}", "password": "x"}).status_code == HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize("size", HOSTILE)
def test_an_upload_of_an_impossible_size_is_refused(client, table, size):
    answer = client.post(reverse("documents:upload_start"), {"owner": f"assessments.scoretable:{size}", "name": "a.pdf", "size": size})
    assert answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT, HTTPStatus.UNPROCESSABLE_ENTITY}


STRANGE = ("hex", "unicode_escape", "utf-16", "idna", "undefined", "rot13", "gbk", "no-such-codec", "x" * 300, "é", "")


def asked_of_the_server(method, path, kind, query=""):
    """Status of the server's own entry point: Django fails on these before any middleware, so that its test client meets them, too."""
    environ, said = {"CONTENT_TYPE": kind, "QUERY_STRING": query, "PATH_INFO": path, "REQUEST_METHOD": method}, []
    setup_testing_defaults(environ)
    application(environ, lambda status, *_: said.append(status))
    return int(said[0][:3])


@pytest.mark.parametrize("name", STRANGE)
def test_a_request_in_a_strange_encoding_is_no_error(name):
    login = reverse("accounts:login")
    assert asked_of_the_server("GET", login, f"text/html; charset={name}", "next=%5Cud800") == HTTPStatus.OK
    for kind in ("multipart/form-data; boundary=B", "application/x-www-form-urlencoded"):
        assert asked_of_the_server("POST", login, f"{kind}; charset={name}") == HTTPStatus.UNSUPPORTED_MEDIA_TYPE


def test_utf_8_is_read_however_it_is_spelt():
    for name in ("utf-8", "UTF-8", '"utf8"'):
        kind = f"application/x-www-form-urlencoded; charset={name}"
        assert asked_of_the_server("POST", reverse("accounts:login"), kind) == HTTPStatus.FORBIDDEN  # read, and without the form's token


@pytest.mark.parametrize("target", ["NaN", "1,2,3", "[", "{{}}", "portal:home", "//other.example/", "javascript:alert(1)", "²", "9" * 5000])
def test_the_switch_of_how_pages_look_leads_nowhere_strange(client, target):
    answer = client.post(reverse("accounts:care"), {"next": target, "care": "on"})
    assert (answer.status_code, "example" in answer.url, ":" in answer.url.removeprefix("portal:")) == (302, False, False)


@pytest.mark.parametrize("name", ["sessionid", "csrftoken", "messages", "gd_care"])
@pytest.mark.parametrize("value", ['"aaaaaaaaaaaa\\000"', '"\\001"', "a" * 5000, '"\\355\\240\\200aaaaaaaa"'])
def test_a_cookie_that_no_server_set_is_no_error(client, name, value):
    for page in ("/", "/desk/", "/accounts/login/", "/api/v1/districts/"):
        assert client.get(page, HTTP_COOKIE=f"{name}={value}").status_code in {200, 302, 401}, page
