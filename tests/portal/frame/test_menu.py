"""The menu of every seat: at most twelve daily entries, the rest one fold away, what is about the person at the name."""

import pytest
from django.contrib.auth.models import AnonymousUser

from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import EVERYBODY
from greendistrict.core.features import OWN, features
from portal.frame.menu import MOST_DAILY, address, menu_for

ABOUT_ONESELF = {"修改密码", "双因素", "我的登录", "消息设置", "个人信息"}


@pytest.fixture
def menu_of(rf):
    def menu(*roles):
        request = rf.get("/desk/")
        request.user = AnonymousUser()
        return menu_for(frozenset(roles), request)

    return menu


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_seat_has_a_dozen_daily_entries_and_loses_none(menu_of, role):
    menu = menu_of(role)
    assert (menu.daily[0].label, 3 <= len(menu.daily) <= MOST_DAILY) == ("工作台", True)
    more = [link for group in menu.more for link in group.links]
    entries = {entry for _, feature in features() for entry in feature.menu if role in entry.roles and address(entry.url_name)}
    apart = {entry.label for entry in entries if entry.section == OWN}
    assert (apart, {link.label for link in menu.own}) == (apart | ABOUT_ONESELF, apart)
    shown = [link.href for link in (*menu.daily, *more, *menu.own)]
    assert (len(shown), set(shown)) == (len(set(shown)), {address(entry.url_name) for entry in entries if entry.section != "操作"})
    assert [group.label for group in menu.more if group.label == group.links[0].label] == []


def test_who_holds_several_posts_has_no_longer_menu(menu_of):
    menu = menu_of(Role.PREPARER, Role.REVIEWER, Role.AUTHORITY)
    assert len(menu.daily) == MOST_DAILY
    assert {link.label for group in menu.more for link in group.links} >= {"横向比较"}


def test_the_page_of_an_entry_that_is_folded_opens_the_fold(client, people):
    client.force_login(people.preparer)
    for page, is_open in (("/assessments/post-evaluations/", True), ("/districts/", False)):
        text = client.get(page).content.decode().partition('aria-label="主菜单"')[2].partition("</nav>")[0]
        assert ("<details open>" in text) == is_open, page
        assert text.count('aria-current="page"') == 1
    assert 'aria-label="我的"' in client.get("/desk/").content.decode()
