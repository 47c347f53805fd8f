"""公共信用 and 工商: codes and names are compared with the bodies entered, which nothing changes."""

import json

import pytest
from django.urls import reverse

from greendistrict.accounts.credit_codes import check_character
from greendistrict.accounts.models import Organisation
from portal.adapters.services import exchange
from tests.factories.accounts import make_organisation, make_user

pytestmark = pytest.mark.django_db


def code(number):
    body = f"9131000000000{number:04d}"
    return body + check_character(body)


def put(folder, name, *items):
    told = [{"key": f"{name}-{at}", **item} for at, item in enumerate(items)]
    (folder / "credit" / "in" / f"{name}.json").write_text(json.dumps({"items": told}, ensure_ascii=False), encoding="utf-8")


def test_differences_are_listed_until_they_are_mended(client, folder):
    same = make_organisation(name="演示甲公司（虚构）", credit_code=code(1))
    renamed = make_organisation(name="演示乙公司（虚构）", credit_code=code(2))
    bare = make_organisation(name="演示丙公司（虚构）")
    gone = make_organisation(name="演示丁公司（虚构）", credit_code=code(4))
    Organisation.objects.filter(pk=bare.pk).update(is_demo=False)
    before = list(Organisation.objects.order_by("pk").values())
    put(
        folder, "a",
        {"code": code(1), "name": same.name, "status": "存续"},
        {"code": code(2), "name": "演示乙集团（虚构）"},
        {"code": code(3), "name": bare.name},
        {"code": code(4), "name": gone.name, "status": "注销"},
        {"code": code(5), "name": "演示戊公司（虚构）"},
        {"code": code(1)[:-1] + ("0" if code(1)[-1] != "0" else "1"), "name": same.name},
    )  # fmt: skip
    [made] = exchange("credit")
    assert (made.items, made.refused) == (4, 2)
    assert "没有这个代码和这个名称的单位" in made.error
    assert "校验位不符" in made.error
    assert list(Organisation.objects.order_by("pk").values()) == before, "only compared"
    client.force_login(make_user("system_keeper"))
    page = reverse("portal:adapter", args=["credit"])
    told = {row.organisation.pk: row.words for row in client.get(page).context["differences"]}
    assert told == {
        renamed.pk: "代码相同，名称登记为“演示乙集团（虚构）”", bare.pk: "名称相同，平台没有登记代码", gone.pk: "登记状态为“注销”",
    }  # fmt: skip
    Organisation.objects.filter(pk=bare.pk).update(credit_code=code(3))
    put(folder, "b", {"code": code(4), "name": gone.name, "status": "存续"})
    exchange("credit")
    assert [row.organisation for row in client.get(page).context["differences"]] == [renamed]


def test_the_old_code_of_a_body_is_not_listed_once_the_new_one_is_entered(client, folder):
    body = make_organisation(name="演示己公司（虚构）")
    Organisation.objects.filter(pk=body.pk).update(is_demo=False)
    put(folder, "a", {"code": code(6), "name": body.name})
    exchange("credit")
    put(folder, "b", {"code": code(7), "name": body.name})
    exchange("credit")
    client.force_login(make_user("system_keeper"))
    page = reverse("portal:adapter", args=["credit"])
    assert [row.code for row in client.get(page).context["differences"]] == [code(7)]
    Organisation.objects.filter(pk=body.pk).update(credit_code=code(7))
    assert client.get(page).context["differences"] == []
