import datetime as dt
import re

import pytest
from django import forms
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string

from districts.common.tile_map import MapDistrict, tile_map
from greendistrict.accounts.forms import LoginForm
from greendistrict.core.errors import Refusal
from greendistrict.core.toned_words import TonedWord
from greendistrict.workflow.services import Offered
from portal.public.selectors import RegisterRow
from portal.public.views import REGISTER

pytestmark = pytest.mark.urls("tests.ui.ui_urls")


class Code(forms.Form):
    code = forms.CharField(label="核验码")


@pytest.fixture
def rendered(rf):
    def render(template, **values):
        request = rf.get("/")
        request.user = AnonymousUser()
        page = render_to_string(template, values, request)
        assert page.count("<h1") == 1
        assert " style=" not in page
        return page

    return render


def test_public_home_says_what_is_not_known(rendered):
    guessed = {"title_guess": True, "date_guess": True, "km2_guess": False, "area_guess": False, "type_guess": False, "star_guess": False}
    unknown = {**dict.fromkeys(("star", "type", "number", "batch"), ""), "km2": None, "is_demo": False}
    title = {"title": TonedWord("试点"), "state": TonedWord("现状未查明"), "date": dt.date(2022, 1, 1)}
    row = RegisterRow("fengjing", "枫泾镇", "金山区", **title, **guessed, **unknown)
    page = rendered(
        "portal/public/home.html",
        metrics=[{"label": "试点", "value": 1, "unit": "个"}],
        tiles=tile_map([MapDistrict("310116", "金山区枫泾镇", "pilot", "/d/1/")]),
        map_counts={"pilot": 1, "demo": 0, "unknown": 0},
        notices=[{"title": "演示四区（虚构）拟授予示范称号", "href": "/n/1/", "days": 4, "note": "期内可提出意见"}],
        announcements=[{"title": "2024年第五批", "href": "/a/1/", "date": dt.date(2024, 6, 11)}],
        register=[row],
        register_list=REGISTER.html([row], row.date, None),
        verify_form=Code(),
        verify_url="/verify/",
    )
    assert page.count("未查明") == 4  # standing, star, area, batch
    assert "剩<b>4</b>个工作日" in page
    assert "2024年6月11日" in page
    assert "一格一区，只表示大致方位" in page
    assert '<a href="/d/1/" aria-label="金山区枫泾镇，试点"><g transform="translate(162.0 502.0)"><circle class="pilot mark"' in page


def test_sign_in_keeps_the_name_and_never_the_password(rendered):
    class Wrong(LoginForm):
        def clean(self):
            self.add_error(None, "账号或密码不正确")

    page = rendered("accounts/login.html", form=Wrong(data={"username": "zhou", "password": "secret-word"}), next="/somewhere/")
    assert 'value="zhou"' in page
    assert "secret-word" not in page
    assert "没有登录" in page
    assert 'name="next" value="/somewhere/"' in page


@pytest.mark.parametrize(
    ("template", "words"),
    [("400.html", "请求没有受理"), ("403.html", "没有查看或办理的权限"), ("404.html", "没有找到"), ("500.html", "没有完成这一步")],
)
def test_error_pages_need_nothing(template, words):
    assert words in render_to_string(template, {})


@pytest.mark.parametrize(("signed_in", "leads"), [(False, ["公众首页", "登录"]), (True, ["回工作台", "公众首页"])])
def test_an_error_page_leads_a_visitor_to_no_page_behind_a_login(signed_in, leads):
    page = render_to_string("404.html", {"shell": {"has_session": signed_in, "urls": {"workdesk": "/desk/"}}})
    assert re.findall(r'class="btn[^>]*>([^<]+)<', page) == leads
    assert ("岗位" in page, "/desk/" in page) == (signed_in, signed_in)


def test_confirm_page_carries_the_action_and_asks_for_a_reason(rendered):
    page = rendered(
        "components/confirm.html", title="不予受理", question="不予受理后不能撤回。", effects=["书面通知申报主体"], reason_required=True,
        hidden={"version": 3}, url="/cases/1/", action="refuse", label="不予受理", kind="refuse", back="/cases/1/",
        crumbs=[("申报与验收", "/"), ("不予受理", "")],
    )  # fmt: skip
    for words in ('name="version" value="3"', 'name="confirmed" value="yes"', 'name="action" value="refuse"', "书面通知申报主体", "必填"):
        assert words in page


@pytest.mark.parametrize("look", ["choice", ""])
def test_offers_say_what_happens_and_pages_are_links(look):
    offers = [
        Offered("accept", "受理", message="出具受理通知书", receivers="申报主体", tone="primary"),
        Offered("correct", "补正", page="portal:components", reason_required=True),
        Offered("grant", "授予", page="portal:components", refusals=(Refusal("尚未审定"),)),
    ]
    markup = render_to_string("components/action_form.html", {"offered": offers, "url": "/act/", "look": look, "pk": 7})
    assert "出具受理通知书；通知申报主体" in markup
    assert 'href="/_components/"' in markup
    assert 'value="correct"' not in markup
    assert "尚未审定" in markup
    assert "意见或理由" not in markup


def test_a_job_is_polled_only_while_it_runs(rf):
    def job(state):
        return render_to_string("components/job.html", {"job": {"label": "导出", "state": state, "done": 1, "total": 3}, "poll": "/j/"})

    assert 'hx-get="/j/"' in job("running")
    assert "hx-get" not in job("done")
    assert "没有完成" in job("failed")


def test_a_fault_page_names_the_request(rf):
    from greendistrict.core import request_id

    with request_id.bound("abcdef123456"):
        assert "请求编号 abcdef123456" in render_to_string("500.html", {}, rf.get("/"))
