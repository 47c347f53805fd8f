"""The conditions of a list are still there when one comes back to it by the menu, until they are cleared."""

import pytest

from tests.assessments.browsing import signed_in

pytestmark = pytest.mark.slow


def test_a_list_is_found_by_the_menu_as_it_was_left(browser, live_server, people):
    page = signed_in(browser, live_server, people.city_officer)
    menu = page.get_by_role("navigation", name="主菜单")
    page.goto(f"{live_server.url}/districts/?q=%E6%BC%94%E7%A4%BA&page=1")
    page.goto(f"{live_server.url}/desk/")
    menu.get_by_role("link", name="城区", exact=True).click()
    assert page.url == f"{live_server.url}/districts/?q=%E6%BC%94%E7%A4%BA"
    assert "演示" in page.locator(".gd-filter").inner_text()
    page.locator(".gd-filter summary").first.click()
    page.goto(f"{live_server.url}/districts/")  # where 清空 leads
    page.goto(f"{live_server.url}/desk/")
    menu.get_by_role("link", name="城区", exact=True).click()
    assert page.url == f"{live_server.url}/districts/"
    page.net.close()
