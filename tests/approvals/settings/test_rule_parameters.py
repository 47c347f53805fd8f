"""A number inside a policy file put right by a recorded decision: previewed, decided, asked from then on; the file stays."""

from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.settings.services import propose_setting
from greendistrict.core import clock
from greendistrict.core.errors import Refused
from greendistrict.policy import parameters
from greendistrict.policy.in_force import policies, policy_in_force
from greendistrict.policy.loader import all_policies
from greendistrict.policy.rule_parameters import rule_parameters
from greendistrict.workflow.procedure import take
from tests.factories.approvals import Filing, step

pytestmark = pytest.mark.django_db
KEY = "rule.沪住建规范联〔2023〕13号.APPLY-PLOTS"


def limit(found):
    return found.rule("APPLY-PLOTS").tests[0].value


def decide(people, value):
    made = propose_setting(key=KEY, value=value, reason="市政府批复〔2026〕5号", by=people.city_officer)
    take(obj=made, action="agree", by=people.city_checker, version=made.version)
    take(obj=made, action="decide", by=people.city_director, version=made.version)
    return made


def test_which_numbers_of_the_file_can_be_put_right():
    names = {key.rpartition(".")[2] for key in rule_parameters()}
    assert {"SCALE-NEW", "SCALE-RENEWAL", "APPLY-LAND-RATIO", "APPLY-PLOTS", "ACCEPT-PLOTS", "CARBON-STAGES"} <= names
    assert "TITLE-REVOKED" not in names  # both halves of 八（四） are one condition
    for wrong in ("-1", "1.01", "x"):
        with pytest.raises(parameters.WrongSettingValue):
            parameters.coerce(KEY, wrong)


def test_it_is_previewed_decided_and_asked_from_then_on(client):
    filing = Filing().to_sent()
    people, page = filing.people, reverse("approvals:setting", args=[KEY])
    client.force_login(people.city_officer)
    html = client.get(page).content.decode()
    assert all(words in html for words in ("5%", "文件原文", "今天要核对这一条的城区"))
    assert client.post(page, {"value": "120", "reason": "笔误"}).status_code == 422
    assert client.post(page, {"value": "15", "reason": "市政府批复〔2026〕5号"}).status_code == 302
    html = client.get(page).content.decode()
    assert f"由满足变为未满足：{filing.district.name}" in html
    assert limit(policy_in_force(clock.today())) == Decimal("0.05")
    for seat, action in (("city_checker", "agree"), ("city_director", "decide")):
        client.force_login(getattr(people, seat))
        waiting = client.get(page).context["waiting"]
        client.post(reverse("approvals:setting_act", args=[KEY]), {"action": action, "version": waiting.version, "confirmed": "yes"})
    assert (limit(policy_in_force(clock.today())), limit(all_policies()[0])) == (Decimal("0.15"), Decimal("0.05"))
    html = client.get(page).content.decode()
    assert all(words in html for words in ("15%", "5%", "已确认", people.city_director.name))
    assert "≥ 15%" in client.get(reverse("portal:policy_rule", args=["APPLY-PLOTS"])).content.decode()
    assert "≥ 15%" in client.get(reverse("policy:rule_list")).content.decode()
    kept = filing.case.submissions.get().content["policy"]["verdicts"]
    assert next(row["required"] for row in kept if row["rule"] == "APPLY-PLOTS") == "≥ 5%"


def test_the_new_number_holds_on_its_exact_boundary():
    filing = Filing().to_signing()  # 2 of 20 plots
    decide(filing.people, Decimal("0.1001"))
    with pytest.raises(Refused, match=r"要求≥ 10.01%"):
        step("sign", case=filing.case, by=filing.people.reviewer)
    decide(filing.people, Decimal("0.1"))
    assert filing.do("sign", "reviewer").case.number


def test_without_a_decision_the_files_are_read_as_they_are(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert policies() is all_policies()
