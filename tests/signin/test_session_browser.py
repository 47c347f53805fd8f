"""The end of a session in Chromium: warned before, stayed, signed in in place afterwards; what was typed stays where it was."""

import datetime as dt

import pytest
from django.core.management import call_command
from django.urls import reverse

from greendistrict.accounts.models import Delegation
from greendistrict.core import clock
from tests.factories.accounts import PASSWORD, cast

pytestmark = [pytest.mark.area("greendistrict/signin", "static/js/session.js"), pytest.mark.django_db(transaction=True)]
REASON = "出差期间由同事办理，登录结束时还没有保存"


@pytest.fixture
def page(browser, live_server):
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", viewport={"width": 1366, "height": 768})
    page = context.new_page()
    page.clock.install()
    yield page
    context.close()


def test_warned_stayed_signed_in_in_place_and_nothing_typed_is_lost(page, settings):
    settings.IDLE_MINUTES = 30
    people = cast()
    page.goto(reverse("accounts:login"))
    page.get_by_label("账号").fill(people.preparer.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/desk/")
    page.goto(reverse("accounts:delegation_give"))
    today = clock.today()
    page.get_by_label("事由").fill(REASON)
    dialog = page.locator("#gd-session")

    settings.IDLE_MINUTES = 2  # the server's own clock cannot be moved from here: what is left is two minutes now
    page.clock.fast_forward(29 * 60_000)
    dialog.get_by_role("heading", name="即将自动退出").wait_for()
    settings.IDLE_MINUTES = 30
    dialog.locator("[data-stay]").click()
    dialog.wait_for(state="hidden")

    settings.IDLE_MINUTES = 2
    page.clock.fast_forward(29 * 60_000)
    dialog.get_by_role("heading", name="即将自动退出").wait_for()
    call_command("end_sessions", people.preparer.username)
    page.clock.fast_forward(125_000)
    dialog.get_by_role("heading", name="登录已结束").wait_for()
    dialog.locator("[name=password]").fill("不是这个密码")
    dialog.get_by_role("button", name="登录").click()
    dialog.locator("[role=alert]").filter(has_text="不正确").wait_for()
    settings.IDLE_MINUTES = 30
    dialog.locator("[name=password]").fill(PASSWORD)
    dialog.get_by_role("button", name="登录").click()
    dialog.wait_for(state="hidden")
    assert page.get_by_label("事由").input_value() == REASON

    page.get_by_label("岗位").select_option(str(people.preparer.posts.get().pk))
    page.get_by_label("受托人").select_option(str(people.reviewer.pk))
    page.get_by_label("委托起").fill(today.isoformat())
    page.get_by_label("委托止").fill((today + dt.timedelta(days=3)).isoformat())
    page.get_by_role("button", name="委托", exact=True).click()
    page.wait_for_url(f"**{reverse('accounts:delegation_list')}")
    assert Delegation.objects.get().reason == REASON
