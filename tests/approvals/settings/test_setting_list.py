"""The list of settings: by what they are about, found by name, value and state."""

import pytest
from django.urls import reverse

from greendistrict.policy import parameters
from greendistrict.policy.services import set_setting
from greendistrict.policy.setting_groups import GROUPS, REST, group_of, grouped
from tests.factories.accounts import cast

URL = "approvals:setting_list"


def test_each_setting_stands_under_one_heading_and_none_of_today_under_the_rest():
    keys = list(parameters.defaults())
    found = grouped(keys, lambda key: key)
    assert sorted(key for _, some in found for key in some) == sorted(keys)
    assert [title for title, _ in found] == [title for title, _ in GROUPS if title in dict(found)]
    assert group_of("no_such_setting") == REST
    starts = [start for _, some in GROUPS for start in some]
    assert len(set(starts)) == len(starts)


@pytest.mark.django_db
def test_the_list_is_grouped_and_searched(client):
    people = cast()
    set_setting(key="urging_days", value=3, by=people.city_director, reason="处务会议定")
    client.force_login(people.city_officer)

    def shown(**query):
        answer = client.get(reverse(URL), query)
        return [title for title, *_ in answer.context["groups"]], answer.context["total"], answer.content.decode()

    titles, total, _ = shown()
    assert titles[0] == "办理环节和期限"
    assert {"专家评审", "到期、提醒和催办", "各类到期事项的提醒节点"} <= set(titles)
    assert total > len(parameters.defaults())
    titles, total, page = shown(q="两次催办")
    assert (titles, total) == (["到期、提醒和催办"], 1)
    assert "3个工作日" in page
    assert shown(q="3个工作日", state="decided")[1] == 1
    assert shown(state="decided")[1] == 1
    assert "没有符合条件的参数" in shown(q="无此参数")[2]
    assert shown(state="x")[1] == shown()[1]
