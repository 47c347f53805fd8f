"""API errors outside of views (exceptions, missing rights, malformed requests) are JSON in Chinese."""

import json
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from greendistrict.core.problems import MEDIA_TYPE, content
from portal.api import views

PATH = "/api/v1/districts/"


@pytest.fixture
def broken(monkeypatch):
    """Client of a portal whose list of districts ends in the exception given."""

    def make(error):
        def ends(*_args, **_kwargs):
            raise error

        monkeypatch.setattr(views.Districts, "dispatch", ends)
        return Client(raise_request_exception=False)

    return make


@pytest.mark.django_db
@pytest.mark.parametrize(("error", "status"), [(RuntimeError("secret of the house"), 500), (PermissionDenied("secret of the house"), 403)])
def test_a_fault_of_a_program_s_address_is_json_in_chinese(broken, error, status):
    response = broken(error).get(PATH, headers={"X-Request-ID": "abcdef123456"})
    assert (response.status_code, response["Content-Type"]) == (status, MEDIA_TYPE)
    assert re.search("[一-鿿]{4}", response.content.decode())
    assert "secret" not in response.content.decode()
    if status == 500:
        assert response.json()["request_id"] == response["X-Request-ID"] == "abcdef123456"


@pytest.mark.django_db
def test_a_form_sent_without_its_token_is_refused_in_json():
    response = Client(enforce_csrf_checks=True).post("/api/docs/")
    assert (response.status_code, response["Content-Type"]) == (403, MEDIA_TYPE)
    assert "令牌" in response.json()["detail"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", [PATH, "/verify/"])
def test_a_request_that_is_not_taken_says_so_in_chinese(path, settings):
    settings.DEBUG = False
    response = Client(raise_request_exception=False).get(path, HTTP_HOST="elsewhere.example")
    assert response.status_code == 400
    said = response.content.decode()
    assert "未受理" in said or "没有受理" in said
    if path == PATH:
        assert json.loads(said) == content(400, "请求不合规定，未受理")
