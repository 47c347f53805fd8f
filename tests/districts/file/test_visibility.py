"""Who sees which district."""

import datetime as dt

import pytest
from django.urls import reverse

from districts.common.enums import Stage
from districts.file import rules
from districts.file.models.district import ConsultantMandate
from districts.file.selectors.lists import disclosed_to, district_rows_for_api
from districts.file.selectors.visibility import (
    districts_edited_by,
    districts_visible_to,
    files_visible_to,
    is_visible,
    is_working,
    public_districts,
)
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from tests.factories.accounts import make_organisation, make_user
from tests.factories.districts import file_case, make_district

OWN = {"preparer", "reviewer", "consultant", "authority", "bureau"}
ALL = {"city_officer", "city_checker", "city_director", "city_legal", "secretariat", "partner"}
KEEPERS = {"system_keeper", "security_keeper", "audit_keeper"}


def seen_by(user):
    return set(districts_visible_to(Viewer(user)).values_list("code", flat=True))


def test_a_candidate_is_seen_by_its_parties_and_the_citys_side_only(people):
    make_district(people, code="own")
    assert {seat for seat, user in people.everybody.items() if seen_by(user)} == OWN | ALL


def test_titles_guideline_areas_and_published_records_are_public_facts_for_everybody_but_keepers(people):
    make_district(code="titled", stage=Stage.REVOKED)
    make_district(code="guide", guideline_area=True)
    make_district(code="sourced", sources=["https://example.invalid/a"])
    make_district(code="draft")
    seen = {seat: seen_by(user) for seat, user in people.everybody.items()}
    assert {seat for seat, codes in seen.items() if codes >= {"titled", "guide", "sourced"}} == set(people.everybody) - KEEPERS
    assert {district.code for district in public_districts()} == {"titled", "guide", "sourced"}
    assert seen["expert1"] == seen["outsider_preparer"] == {"titled", "guide", "sourced"}


def test_a_mandate_that_has_ended_or_not_begun_gives_no_sight(people):
    district = make_district(people)
    ConsultantMandate.objects.update(valid_to=dt.date(2020, 2, 1))
    assert not seen_by(people.consultant)
    assert not rules.is_consultant(posts_of(people.consultant), district)
    ConsultantMandate.objects.update(valid_from=dt.date(2999, 1, 1), valid_to=None)
    assert not seen_by(people.consultant)


def test_a_designated_body_acts_for_its_government(people):
    district = make_district(people)
    body = make_organisation(OrganisationKind.AUTHORITY, parent=people.authority_body)
    officer = make_user(Role.AUTHORITY, body)
    assert rules.is_authority(posts_of(officer), district)
    assert seen_by(officer) == {district.code}
    assert rules.is_bureau(posts_of(people.bureau), district)


@pytest.mark.parametrize("facts", [{}, {"stage": Stage.REVOKED}, {"guideline_area": True}, {"sources": ["https://example.invalid/a"]}])
def test_a_district_that_was_read_is_seen_by_whom_the_query_shows_it(people, facts):
    districts = [make_district(people, code="own", **facts), make_district(code="other", **facts)]
    users = people.everybody.values()
    assert [{one.code for one in districts if is_visible(Viewer(user), one)} for user in users] == [seen_by(user) for user in users]
    ConsultantMandate.objects.update(valid_to=dt.date(2020, 2, 1))
    assert is_visible(Viewer(people.consultant), districts[0]) == (districts[0].code in seen_by(people.consultant))


@pytest.mark.parametrize("facts", [{}, {"stage": Stage.PILOT}, {"sources": ["https://example.invalid/a"]}])
def test_the_query_names_as_editors_whom_the_rule_names_district_by_district(people, facts):
    districts = [make_district(people, code="own", **facts), make_district(code="other", applicant=people.outsider_body, **facts)]
    districts.append(make_district(code="orphan", **facts))

    def by_query():
        return {seat: set(districts_edited_by(Viewer(user)).values_list("code", flat=True)) for seat, user in people.everybody.items()}

    def one_by_one():
        return {
            seat: {one.code for one in districts if rules.may_edit_district(posts_of(user), one)} for seat, user in people.everybody.items()
        }

    editors = {"preparer": {"own"}, "consultant": {"own"}, "outsider_preparer": {"other"}}
    assert by_query() == one_by_one() == {seat: editors.get(seat, set()) for seat in people.everybody}
    ConsultantMandate.objects.update(valid_to=dt.date(2020, 2, 1))
    assert by_query() == one_by_one() == {seat: editors.get(seat, set()) if seat != "consultant" else set() for seat in people.everybody}


DRAFTERS = {"preparer", "reviewer", "consultant", "authority"}
CITY = {"city_officer", "city_checker", "city_director", "city_legal"}


def readers_of(people, district):
    readers = {seat for seat, user in people.everybody.items() if rules.may_read_file(posts_of(user), district)}
    by_query = {seat for seat, user in people.everybody.items() if files_visible_to(Viewer(user)).filter(pk=district.pk).exists()}
    assert by_query == readers
    return readers


def test_the_inner_file_is_the_districts_own_until_it_is_filed(people):
    district = make_district(people)
    assert readers_of(people, district) == DRAFTERS
    case = file_case(district, submitted_at=None, sent_at=None, accepted_at=None)
    assert readers_of(people, district) == DRAFTERS
    case.submitted_at = clock.now()
    case.save()
    assert readers_of(people, district) == DRAFTERS | {"bureau"}
    case.sent_at = clock.now()
    case.save()
    assert readers_of(people, district) == DRAFTERS | {"bureau"} | CITY
    case.accepted_at = clock.now()
    case.save()
    assert readers_of(people, district) == DRAFTERS | {"bureau"} | CITY | {"secretariat"}


@pytest.mark.parametrize("stage", [Stage.PILOT, Stage.DEMONSTRATION, Stage.CANCELLED, Stage.REVOKED])
def test_the_inner_file_is_for_parties_and_the_citys_side_after_a_title(people, stage):
    assert readers_of(people, make_district(people, stage=stage)) == OWN | ALL


def test_a_record_without_an_applicant_is_the_citys_own(people):
    assert readers_of(people, make_district()) == CITY | {"secretariat"}


def hidden_from(user):
    return set(disclosed_to(Viewer(user), districts_visible_to(Viewer(user))).filter(hidden=True).values_list("code", flat=True))


def test_the_figures_of_a_district_are_hidden_from_whom_its_file_is_closed_to_while_it_is_not_public(people):
    worlds = {"title": {"stage": Stage.PILOT}, "guide": {"guideline_area": True}, "source": {"sources": ["https://example.invalid/a"]}}
    districts = [make_district(people, code="own"), make_district(people, code="filed"), make_district(code="register")]
    districts += [make_district(people, code=code, **facts) for code, facts in worlds.items()]
    file_case(districts[1], accepted_at=None)

    def closed_to(user):
        sight = seen_by(user)
        return {one.code for one in districts if one.code in sight and is_working(one) and not rules.may_read_file(posts_of(user), one)}

    seers = {seat: user for seat, user in people.everybody.items() if seen_by(user)}
    assert {seat: hidden_from(user) for seat, user in seers.items()} == {seat: closed_to(user) for seat, user in seers.items()}
    assert (hidden_from(people.city_officer), hidden_from(people.secretariat)) == ({"own"}, {"own", "filed"})
    ConsultantMandate.objects.update(valid_to=dt.date(2020, 2, 1))
    assert not hidden_from(people.consultant)  # out of sight altogether
    ConsultantMandate.objects.update(valid_to=None)
    file_case(districts[0])
    assert (hidden_from(people.city_officer), hidden_from(people.secretariat)) == (set(), {"filed"})


def test_a_changed_post_changes_what_is_hidden_at_once(people):
    make_district(people, code="own")
    assert hidden_from(people.bureau) == {"own"}
    body = make_organisation(OrganisationKind.AUTHORITY, parent=people.authority_body)
    people.bureau.posts.update(role=Role.AUTHORITY, organisation=body)
    assert hidden_from(type(people.bureau).objects.get(pk=people.bureau.pk)) == set()


def test_whoever_sees_but_does_not_fill_in_is_told_so(client, people):
    district = make_district(people)
    client.force_login(people.reviewer)
    response = client.get(reverse("districts:profile_edit", args=[district.code]))
    assert (response.status_code, "填报人" in response.content.decode()) == (403, True)
    assert client.get(reverse("districts:plot_list", args=[district.code])).status_code == 200


def test_an_outsider_sees_only_public_facts_of_a_titled_district(client, people):
    district = make_district(people, stage=Stage.PILOT, population=12345)
    client.force_login(people.outsider_preparer)
    page = client.get(reverse("districts:district_detail", args=[district.code])).content.decode()
    assert [words in page for words in (district.name, "12,345", people.consultant_body.name, "tab=plots")] == [True, False, False, False]


def test_rows_for_the_api_are_one_query(people, django_assert_num_queries):
    make_district(people, code="one")
    districts_visible_to(Viewer(people.preparer)).exists()
    with django_assert_num_queries(1):
        rows = list(district_rows_for_api(Viewer(people.preparer)))
    assert [row["code"] for row in rows] == ["one"]
    assert rows[0]["area_list"][0]["name"]
