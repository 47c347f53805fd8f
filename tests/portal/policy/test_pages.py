from collections import defaultdict

import pytest
from django.urls import reverse

from greendistrict.accounts.enums import Role
from greendistrict.policy import services
from greendistrict.policy.loader import all_policies
from greendistrict.policy.selectors import rule_title
from obligations.duties import kinds
from tests.factories.accounts import make_user


@pytest.fixture
def page(client, db):
    def open_page(role, query=""):
        client.force_login(make_user(role), backend="greendistrict.accounts.backends.ActiveUserBackend")
        return client.get(reverse("policy:rule_list") + query)

    return open_page


@pytest.mark.parametrize("role", [Role.CITY_OFFICER, Role.PREPARER, Role.EXPERT, Role.AUTHORITY])
def test_everybody_who_signs_in_reads_every_rule(page, role):
    html = page(role).content.decode()
    for rule in all_policies()[-1].rules:
        assert f'id="{rule.id}"' in html
        assert rule.cite in html
    for words in ("≥ 50%", "新建城区", "默认值", "待确认", "2028年9月30日", "10个工作日", "申报主体提交时"):
        assert words in html
    assert "selfcheck" not in html


def test_a_duty_is_said_to_be_tracked_only_where_it_is(page):
    tracked = defaultdict(list)
    for kind in kinds().values():
        tracked[kind.rule].append(kind.label)
    groups = page(Role.CITY_OFFICER).context["groups"]
    said = {row.rule.id: row.required for group in groups for row in group.rows if row.rule.level == "duty" and not row.rule.tests}
    assert said == {rule: f"由到期事项跟踪：{'、'.join(tracked[rule])}" if rule in tracked else "尚未列入到期事项" for rule in said}
    assert {"SELF-CHECK", "OPERATE-REPORT", "OPERATE-CARBON"} <= set(tracked)
    assert said["PLAN-YEARLY"] == "由到期事项跟踪：年度实施计划"
    assert "尚未列入到期事项" not in said.values()


def test_a_confirmed_setting_loses_its_mark(page):
    services.set_setting(by=make_user(Role.CITY_DIRECTOR), key="panel.size", value=7, reason="处务会议定")
    html = page(Role.CITY_OFFICER).content.decode()
    assert "处务会议定" in html
    assert "已确认" in html


def test_strangers_are_sent_to_the_login_page(client, db):
    response = client.get(reverse("policy:rule_list"))
    assert response.status_code == 302
    assert reverse("accounts:login") in response["Location"]


def test_a_policy_is_found_by_its_code(page):
    assert page(Role.PREPARER, "?policy=沪住建规范联〔2023〕13号").status_code == 200


def test_a_rule_is_named_by_its_words():
    assert rule_title("APPLY-IN-PLAN") == "已列入实施主体当年或以前年度实施计划"
    assert rule_title("NO-SUCH-RULE") == "NO-SUCH-RULE"


def test_an_unknown_policy_is_not_found(page):
    assert page(Role.PREPARER, "?policy=none").status_code == 404
