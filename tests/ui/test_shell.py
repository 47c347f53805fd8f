import pytest
from django.contrib.auth.models import AnonymousUser

from greendistrict.accounts.enums import Role
from greendistrict.accounts.menu_roles import EVERYBODY
from greendistrict.core.features import MenuEntry
from portal.frame import context, menu
from tests.architecture.sources import ROOT

pytestmark = pytest.mark.urls("tests.ui.ui_urls")


@pytest.fixture
def request_of(rf):
    def build(path="/somewhere/", **cookies):
        request = rf.get(path)
        request.user = AnonymousUser()
        request.COOKIES.update(cookies)
        return request

    return build


def no_figures(_viewer):
    """None are known."""


def labels(role, request):
    return [link.label for link in menu.menu_for(frozenset({role}), request).daily]


def test_menu_by_post(request_of):
    assert labels(Role.CITY_OFFICER, request_of())[:3] == ["工作台", "城区", "申报与验收"]
    assert "专家评审" in labels(Role.EXPERT, request_of())
    assert "城区" not in labels(Role.AUDIT_KEEPER, request_of())
    assert "专家评审" not in labels(Role.PREPARER, request_of())


def test_what_is_no_daily_work_is_shut_but_where_the_page_is(request_of):
    def is_beside(role, path):
        return menu.menu_for(frozenset({role}), request_of(path)).is_beside

    assert not is_beside(Role.PREPARER, "/districts/district_list/")
    assert is_beside(Role.PREPARER, "/policy/rule_list/")
    assert not is_beside(Role.CITY_OFFICER, "/policy/rule_list/")


def test_every_section_has_an_icon_of_the_sprite():
    sprite = (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")
    assert [section.icon for section in menu.SECTIONS if f'symbol id="{section.icon}"' not in sprite] == []


def test_a_view_that_does_not_exist_is_left_out_and_nobody_has_no_menu(request_of, monkeypatch):
    nothing = menu.Menu((), (), ())
    assert menu.menu_for(frozenset(), request_of()) == nothing
    gone = menu.MenuSection("城区", "map", (MenuEntry("城区", 10, "城区", "districts:no_such_view", EVERYBODY),))
    monkeypatch.setattr(menu, "menu_sections", lambda: (gone,))
    assert menu.menu_for(frozenset({Role.CITY_OFFICER}), request_of()) == nothing


def test_present_page_is_marked_by_longest_prefix_or_by_the_view(request_of):
    request = request_of("/assessments/selfcheck_list/7/")
    assert menu.current_address(request) == "/assessments/selfcheck_list/"
    request.nav = "districts:district_list"
    assert menu.current_address(request) == "/districts/district_list/"
    assert menu.current_address(request_of("/elsewhere/")) == ""


def test_care_by_cookie(client, request_of):
    client.cookies[context.CARE_COOKIE] = "on"
    assert 'data-care="on"' in client.get("/").content.decode()
    assert not context.Shell(request_of(), no_figures).care


def test_empty_footer_fields_are_hidden(request_of, settings):
    settings.SITE_FOOTER = {"主办单位": "演示单位", "联系电话": ""}
    assert context.Shell(request_of(), no_figures).footer == {"主办单位": "演示单位"}


def test_counters_are_computed_once_and_only_when_shown():
    asked = []
    counts = context.Counts("somebody", lambda viewer: asked.append(viewer) or context.Figures(todo=7, due=2, unread=0))
    assert asked == []
    assert (counts["todo"], counts["todo"], counts["unread"], counts["elsewhere"]) == (7, 7, 0, None)
    assert asked == ["somebody"]
    assert context.Counts("somebody", no_figures)["todo"] is None


@pytest.mark.django_db
def test_frame_of_a_signed_in_page_costs_one_query(client, django_user_model, kept_queries):
    person = django_user_model.objects.create(username="ui", name="周某")
    client.force_login(person, backend="greendistrict.accounts.backends.ActiveUserBackend")
    with kept_queries():  # session, user, posts
        page = client.get("/districts/district_list/").content.decode()
    assert "周某" in page
