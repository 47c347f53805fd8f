"""Passkeys with Chromium's virtual authenticator, at ``localhost``: browsers offer WebAuthn there without TLS."""

import os

import pytest
from django.urls import reverse
from django_otp_webauthn.models import WebAuthnCredential

from greendistrict.signin import factors
from tests.factories.accounts import PASSWORD, make_user

pytestmark = [pytest.mark.area("greendistrict/signin", "static/js/passkey.js"), pytest.mark.django_db(transaction=True)]
SHOTS = os.environ.get("GD_TEST_SHOTS", "")
VIEW = {"width": int(os.environ.get("GD_TEST_WIDTH", "1366")), "height": 768}
AUTHENTICATOR = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
AUTHENTICATOR |= {"isUserVerified": True, "automaticPresenceSimulation": True}


@pytest.fixture
def page(browser, live_server):
    context = browser.new_context(base_url=live_server.url.replace("127.0.0.1", "localhost"), locale="zh-CN", viewport=VIEW)
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    yield page
    context.close()


def shot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}-{VIEW['width']}.png", full_page=True)


def give_password(page, user):
    page.goto(reverse("accounts:login"))
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def test_a_passkey_is_added_and_signs_in(page):
    user = make_user("city_officer")
    give_password(page, user)
    page.wait_for_url("**/desk/")
    page.goto(reverse("signin:factors"))
    page.get_by_label("名称").fill("办公电脑")
    page.get_by_role("button", name="添加通行密钥").click()
    page.get_by_role("heading", name="恢复码").wait_for()
    assert page.locator(".gd-codes li").count() == factors.CODES
    shot(page, "codes")
    assert WebAuthnCredential.objects.get(user=user).name == "办公电脑"

    page.context.clear_cookies()
    give_password(page, user)
    page.wait_for_url("**/login/second/")
    shot(page, "second")
    page.get_by_role("button", name="用通行密钥").click()
    page.wait_for_url("**/desk/")
    page.goto(reverse("signin:sessions"))
    assert page.get_by_text("已用通行密钥").count() == 1
    for name in ("sessions", "factors", "app_add", "proof"):
        page.goto(reverse(f"signin:{name}"))
        shot(page, name)
