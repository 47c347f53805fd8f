"""Certificate of a title: what it says, and its state on paper and to whoever verifies number or code."""

import datetime as dt
from decimal import Decimal

import pytest
from django.urls import reverse

from approvals.titles.letters import certificate
from approvals.titles.models.publicity import Title
from greendistrict.core import papers
from greendistrict.workflow.letters import drafts_of
from tests.factories.accounts import cast
from tests.factories.districts import make_district

pytestmark = pytest.mark.django_db
GRANTED = dt.date(2026, 3, 2)
NEW = "沪住建规范联〔2023〕13号"


def title_of(district, **given):
    about = {"kind": "pilot", "number": "CH-2026-0009", "star": 2, "granted_on": GRANTED, "policy": NEW, "historic": True}
    return Title.objects.create(district=district, **{**about, **given})


def test_a_certificate_names_policy_body_number_date_star_and_area():
    title = title_of(make_district(cast()))
    letter = certificate(title, area=Decimal("3.50"))
    text = "".join(letter.paragraphs)
    wanted = (
        "《关于推进本市绿色生态城区建设的指导意见》（沪住建规范联〔2023〕13号）第八条第（一）项",
        "二星级",
        "3.5平方公里",
        "2026年3月2日",
    )
    assert [words for words in (*wanted, "CH-2026-0009", "该称号有效") if words not in text] == []
    assert letter.is_public
    assert (letter.title, letter.by, letter.marks) == ("上海市绿色生态城区试点证书", "市住房城乡建设管理委", ())


@pytest.mark.parametrize(
    ("end", "mark", "words"),
    [
        ("superseded", "已转为示范", "该称号已转为示范称号，本证书于2026年9月1日失效"),
        ("cancelled", "取消", "该称号已被取消，本证书于2026年9月1日失效"),
        ("revoked", "撤销", "该称号已被撤销，本证书于2026年9月1日失效"),
        ("withdrawn", "主动退出", "该称号已终止，本证书于2026年9月1日失效"),
    ],
)
def test_the_end_of_a_title_stands_on_its_certificate_and_answers_to_its_code(client, end, mark, words):
    people = cast()
    title = title_of(make_district(people), end=end, ended_on=dt.date(2026, 9, 1))
    code = papers.give(title)
    client.force_login(people.city_officer)
    [draft] = drafts_of(title, people.city_officer)
    assert (words in "".join(draft.write().paragraphs), draft.write().marks) == (True, (mark,))
    page = client.get(reverse("reports:letter", args=["title", title.pk, "certificate"])).content.decode()
    assert words in page
    client.logout()
    for asked in (code, title.number):
        assert mark in client.get(reverse("portal:verify"), {"code": asked}).content.decode()


def test_nothing_is_invented_for_a_title_of_before():
    title = title_of(make_district(cast()), policy="沪府办规〔2018〕24号", star=None, granted_on=None, standing_certainty="unknown")
    letter = certificate(title, area=None)
    text = "".join(letter.paragraphs)
    assert all(words in text for words in ("根据沪府办规〔2018〕24号的规定", "授予日期未查明", "现状未查明"))
    assert not any(words in text for words in ("指导意见", "星级", "平方公里"))
    assert letter.marks == ("现状未查明",)
