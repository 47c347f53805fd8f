"""A refusal that no view caught, as page, fragment and JSON; and the database's own rules."""

import json
import re
from types import SimpleNamespace

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.db.models import IntegerField, Value
from django.test import RequestFactory

from greendistrict.core.constraints import between, one_of, ordered
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused, Stale
from greendistrict.core.forms import field_links
from greendistrict.core.middleware import RefusalMiddleware, typed_text
from greendistrict.core.problems import content
from greendistrict.core.refusals import RefusalsIn

TWO = Refused([Refusal("面积未填", cite="附件1", required="3 km²", found="未填", remedy="补填面积"), Refusal("缺批复")])


def answer(error, path="/x/", *, htmx=False, referer="", **fields):
    request = RequestFactory().post(path, fields, headers={"referer": referer} if referer else {})
    request.user, request.htmx = AnonymousUser(), SimpleNamespace() if htmx else None
    request.session = {}
    return RefusalMiddleware(lambda _: None).process_exception(request, error)


@pytest.mark.django_db
def test_page_gives_every_reason_and_keeps_what_was_typed():
    page = answer(TWO, note="辛苦写的意见", csrfmiddlewaretoken="t", password="p")
    text = page.content.decode()
    assert page.status_code == 409
    assert all(word in text for word in ("现在还不能办理", "面积未填", "附件1", "3 km²", "补填面积", "缺批复", "辛苦写的意见"))


@pytest.mark.django_db
@pytest.mark.parametrize(("referer", "back"), [
    ("http://testserver/visits/1/?page=2", "/visits/1/?page=2"), ("https://elsewhere.example/visits/1/", "/x/"), ("", "/x/"),
])  # fmt: skip
def test_the_way_back_leads_to_the_page_that_the_form_was_on(referer, back):
    """Many addresses only take forms and cannot be opened."""
    assert f'href="{back}">返回，查看最新内容' in answer(TWO, referer=referer).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "status", "words"),
    [(NotAllowed("由审定办理"), 403, "这一步不由您办理"), (Closed("已办结"), 410, "已不能修改"), (Stale("有人改过"), 409, "有人改过")],
)
def test_each_kind_has_its_status(error, status, words):
    page = answer(error)
    assert page.status_code == status
    assert words in page.content.decode()


@pytest.mark.django_db
def test_fragment_for_a_part_of_a_page():
    fragment = answer(TWO, htmx=True)
    assert fragment.status_code == 409
    assert "<html" not in fragment.content.decode()
    assert "缺批复" in fragment.content.decode()


def test_api_answers_in_json_and_other_errors_are_not_ours():
    reply = answer(TWO, path="/api/v1/districts/")
    told = content(409, "面积未填；缺批复", [("", "面积未填"), ("", "缺批复")])
    assert (reply.status_code, json.loads(reply.content)) == (409, told)
    assert answer(ValueError("x")) is None


def test_secrets_are_not_shown_again():
    request = RequestFactory().post("/", {"note": "x", "password1": "p", "csrfmiddlewaretoken": "t", "version": "3", "empty": ""})
    assert typed_text(request) == [("填写的内容", "x")]


class _Objection(forms.Form):
    reason = forms.CharField(label="不同意的理由")
    kind = forms.ChoiceField(label="方式", choices=[("letter", "书面")])
    case = forms.CharField(widget=forms.HiddenInput)


def _objection(request):
    form = _Objection(request.POST)
    assert form.is_valid()
    raise TWO


@pytest.mark.django_db
def test_what_was_typed_stands_under_the_labels_of_the_form():
    request = RequestFactory().post("/x/", {"reason": "面积<b>有误", "kind": "letter", "case": "7", "action": "object"})
    request.user, request.htmx, request.session = AnonymousUser(), None, {}
    try:
        _objection(request)
    except Refused as refused:
        page = RefusalMiddleware(lambda _: None).process_exception(request, refused).content.decode()
    assert [words for words in ("面积未填", "附件1", "3 km²", "未填", "补填面积", "缺批复") if words not in page] == []
    typed = page[page.index("刚才填写的内容") :]
    assert re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", typed.replace("<p>", "").replace("</p>", ""))[:2] == [
        ("不同意的理由", "面积&lt;b&gt;有误"),
        ("方式", "书面"),
    ]
    assert not any(raw in typed for raw in ("<dt>reason", "<dt>case", "object"))


def test_the_remedy_follows_the_reason_in_a_form():
    form = _Objection({})
    with RefusalsIn(form):
        raise Refused([Refusal("面积之和不等", remedy="先登记控规调整", field="reason"), Refusal("缺批复")])
    assert form.errors["reason"][-1] == "面积之和不等。先登记控规调整"
    assert form.non_field_errors() == ["缺批复"]


def test_a_remedy_elsewhere_is_a_link_at_the_field_and_plain_text_in_the_summary():
    form = _Objection({"reason": "x", "kind": "letter", "case": "7"})
    with RefusalsIn(form):
        raise Refused([Refusal("计量<b>", remedy="修改总表", field="reason", href="/m/1/?a=1&b=2")])
    shown = '计量&lt;b&gt;。<a href="/m/1/?a=1&amp;b=2">修改总表</a>'
    assert shown in form["reason"].as_field_group()
    assert field_links(form) == [("id_reason", "不同意的理由：计量<b>。修改总表")]


def test_refusals_read_as_one_sentence():
    assert str(TWO) == "面积未填；缺批复"
    assert Refused("一个").refusals == (Refusal("一个"),)
    assert Stale("x", current=3).current == 3


KIND, ORDER, SHARE = one_of("kind", ["a"], name="n"), ordered("start", "end", name="n"), between("share", 0, 100, name="n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("constraint", "given", "holds"),
    [
        (KIND, {"kind": "a"}, True), (KIND, {"kind": ""}, False), (one_of("kind", ["a"], name="n", blank=True), {"kind": ""}, True),
        (ORDER, {"start": 1, "end": 1}, True), (ORDER, {"start": 2, "end": 1}, False), (ORDER, {"start": 2, "end": None}, True),
        (SHARE, {"share": 100}, True), (SHARE, {"share": 101}, False), (SHARE, {"share": None}, True),
    ],
)  # fmt: skip
def test_constraint_allows_what_is_not_known(constraint, given, holds):
    values = {name: Value(value, output_field=IntegerField() if name != "kind" else None) for name, value in given.items()}
    assert constraint.condition.check(values) is holds
