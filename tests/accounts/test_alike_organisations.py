"""Bodies of before whose names or codes are only written otherwise: both can be changed, and a mark goes once nothing is alike."""

import pytest
from django.urls import reverse

from greendistrict.accounts.models import Organisation

pytestmark = pytest.mark.django_db


def body(code, name, **more):
    return Organisation.objects.create(code=code, name=name, kind="authority", **more)


@pytest.fixture
def change(client, people):
    """Sends the form that changes a body; returns the status and the page."""
    client.force_login(people.system_keeper)

    def send(row, **changed):
        typed = {"name": row.name, "kind": row.kind, "office_phone": "021-55550100", "reason": "核对", **changed}
        answer = client.post(reverse("accounts:organisation_change", args=[row.pk]), typed)
        row.refresh_from_db()
        return answer.status_code, answer.content.decode()

    return send


@pytest.mark.parametrize(
    ("first", "second"),
    [(("jia", "演示甲公司（虚构）"), ("yi", "演示甲 公司(虚构)")), (("jia-1", "演示甲公司（虚构）"), ("JIA-1", "演示乙公司（虚构）"))],
    ids=["name", "code"],
)
def test_both_of_a_pair_are_changed_as_before(change, first, second):
    rows = [body(*first), body(*second, looks_like_another=True)]
    assert [change(row)[0] for row in rows] == [302, 302]
    assert [(row.office_phone, row.looks_like_another) for row in rows] == [("021-55550100", False), ("021-55550100", True)]
    renamed = "演示丙公司（虚构）"
    assert (change(rows[0], name=renamed)[0], rows[0].name) == (302, renamed)


def test_a_marked_name_is_changed_to_one_of_its_own_and_the_mark_goes(change):
    body("jia", "演示甲公司（虚构）")
    body("bing", "演示丙公司（虚构）")
    second = body("yi", "演示甲 公司（虚构）", looks_like_another=True)
    for taken in ("演示丙 公司（虚构）", "演示丙公司（虚构）"):
        status, page = change(second, name=taken)
        assert (status, "已有“演示丙公司（虚构）”" in page or "已存在" in page, f'value="{taken}"' in page) == (422, True, True)
    status, page = change(second, name="演示甲公司 (虚构)")
    assert (status, second.name, second.looks_like_another) == (302, "演示甲公司 (虚构)", True), "alike still, as before"
    assert (change(second, name="演示丁公司（虚构）")[0], second.looks_like_another) == (302, False)


def test_a_body_marked_by_its_code_is_renamed_and_stays_marked(change):
    body("jia-1", "演示甲公司（虚构）")
    second = body("JIA-1", "演示乙公司（虚构）", looks_like_another=True)
    status, _ = change(second, name="演示戊公司（虚构）")
    assert (status, second.name, second.looks_like_another) == (302, "演示戊公司（虚构）", True)


@pytest.fixture
def register(client, people):
    """Sends the form that registers a body; returns the status and the errors by field."""
    client.force_login(people.system_keeper)

    def send(code, name):
        page = client.post(reverse("accounts:organisation_create"), {"code": code, "name": name, "kind": "authority"})
        return page.status_code, page.context["form"].errors

    return send


def test_a_name_or_code_is_not_given_again_while_its_marked_twin_bears_it(change, register):
    first, third = body("jia-1", "演示甲公司（虚构）"), body("bing", "演示丙公司（虚构）")
    marked = body("yi", "演示甲 公司（虚构）", looks_like_another=True)
    assert change(first, name="演示丁公司（虚构）")[0] == 302
    words = "已有“演示甲 公司（虚构）”，与“演示甲公司（虚构）”只是写法不同"
    assert register("xin", "演示甲公司（虚构）") == (422, {"name": [words]})
    for row in (first, third):
        status, page = change(row, name="演示甲公司（虚构）")
        assert (status, words in page) == (422, True)
    assert (change(marked)[0], marked.looks_like_another) == (302, False), "the only one by now"
    body("JIA-1", "演示戊公司（虚构）", looks_like_another=True)
    Organisation.objects.filter(pk=first.pk).update(code="other")
    assert register("Jia-1", "演示己公司（虚构）") == (422, {"code": ["已有“JIA-1”，与“Jia-1”只是写法不同"]})


def test_a_new_code_that_is_only_written_otherwise_is_said_at_its_field(register):
    body("jia-1", "演示甲公司（虚构）")
    assert register("JIA-1", "演示乙公司（虚构）") == (422, {"code": ["已有“jia-1”，与“JIA-1”只是写法不同"]})
