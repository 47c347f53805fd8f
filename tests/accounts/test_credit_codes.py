"""统一社会信用代码: its check character, what is said of a wrong one, one code for one body."""

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from greendistrict.accounts.credit_codes import ALPHABET, check_character, normalised, wrong_with
from greendistrict.accounts.models import Organisation

REAL = "91350100M000100Y43"  # the example of GB 32100-2015
BODIES = st.text(alphabet=ALPHABET, min_size=17, max_size=17)
BODY = {"name": "演示丁区建设公司（虚构）", "code": "demo-ding", "kind": "applicant", "parent": "", "group": ""}


def whole(body):
    return body + check_character(body)


@given(BODIES)
def test_every_code_with_its_check_character_is_valid(body):
    assert wrong_with(whole(body)) == ""


@given(BODIES, st.integers(0, 17), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_found(body, place, sign):
    code = whole(body)
    changed = code[:place] + sign + code[place + 1 :]
    assert bool(wrong_with(changed)) == (changed != code)


@given(BODIES, st.integers(0, 16))
def test_two_neighbours_changed_over_are_always_found(body, place):
    code = whole(body)
    changed = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert bool(wrong_with(changed)) == (changed != code)


@pytest.mark.parametrize(
    ("typed", "words"), [("9135", "18位，这里有4位"), (f"{REAL[:-2]}I3", "“I”"), (f"{REAL[:-1]}4", "校验位不符"), ("", "这里有0位")]
)
def test_what_is_wrong_is_said(typed, words):
    assert words in wrong_with(typed)


def test_however_it_was_typed():
    assert normalised(" ９１３５０１００ m000100y-43 ") == REAL
    assert wrong_with(REAL) == ""


@pytest.mark.django_db
def test_asked_for_and_held_once(client, people):
    client.force_login(people.system_keeper)
    wrong = client.post(reverse("accounts:organisation_create"), {**BODY, "credit_code": f"{REAL[:-1]}4"})
    assert wrong.status_code == 422
    assert "校验位不符" in wrong.content.decode()
    assert client.post(reverse("accounts:organisation_create"), {**BODY, "credit_code": f" {REAL.lower()} "}).status_code == 302
    body = Organisation.objects.get(code="demo-ding")
    assert body.credit_code == REAL
    again = client.post(reverse("accounts:organisation_create"), {**BODY, "name": "另一家（虚构）", "code": "demo-wu", "credit_code": REAL})
    assert again.status_code == 422
    assert "已登记在另一家单位" in again.content.decode()
    typed = {**BODY, "credit_code": "", "reason": "登记有误"}
    assert client.post(reverse("accounts:organisation_change", args=[body.pk]), typed).status_code == 302
    body.refresh_from_db()
    assert body.credit_code == ""
