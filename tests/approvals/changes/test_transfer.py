"""Transfer of a title after a merger: who follows from which day on, duties and letters follow, the history is on record and public."""

import datetime as dt

import pytest
from django.urls import reverse

from approvals.cases.letters.examination import designated
from approvals.changes.change_kinds.transfer import TransferForm, against
from approvals.titles.models.publicity import Title, TitleHolder
from districts.file.services import designate
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import clock
from greendistrict.workflow.letters import drafts_of
from obligations.selectors import due
from portal.open_data.datasets import DATASETS
from reports.city.figures.whole import CityReport
from tests.approvals.changes.test_change import Asked
from tests.factories.acceptance import make_pilot
from tests.factories.accounts import cast, make_organisation, make_user
from tests.factories.districts import make_district
from tests.factories.once import copy_of, once
from tests.refusing import refuses

AREA = pytest.mark.area("approvals", "obligations", "reports/city")
PAPER = "关于机构合并的通知（演府〔2026〕8号，虚构）"


class Merged:
    """A pilot whose government and company were merged into others."""

    def __init__(self):
        self.people = cast()
        self.district = make_pilot(self.people)
        self.authority = make_organisation(OrganisationKind.AUTHORITY, name="演示新区人民政府（虚构）")
        self.applicant = make_organisation(OrganisationKind.APPLICANT, name="演示新区开发公司（虚构）")
        for role in (Role.PREPARER, Role.REVIEWER):
            make_user(role, self.applicant)


merged = once(Merged)
world = copy_of("merged")


def values(world, **changed):
    old = world.people.authority_body
    given = {"ground": "merged", "paper": PAPER, "effective_on": clock.today().isoformat()}
    return given | {"authority_before": old.pk, "authority": world.authority.pk, "applicant": world.applicant.pk} | changed


def decided(world, **changed):
    asked = Asked("transfer", values(world, **changed), world.people, world.district)
    return asked.to_deciding().do("decide", "city_director", number="演函〔2026〕8号", decided_on=clock.today()).case


def test_the_successors_answer_from_the_decision_on_and_the_title_stays(client, world):
    district, title = world.district, Title.objects.get()
    before = world.people.authority_body
    kept = (title.number, title.star, title.granted_on, title.end)
    owed = {one.key for one in due(Viewer(None)) if one.district_id == district.pk and one.organisation_id == district.applicant_id}
    old_applicant = district.applicant
    case = decided(world)
    district.refresh_from_db()
    title.refresh_from_db()
    assert (district.applicant, list(district.authorities.all())) == (world.applicant, [world.authority])
    assert (title.number, title.star, title.granted_on, title.end) == kept
    assert owed
    assert {one.key for one in due(Viewer(None)) if one.district_id == district.pk and one.organisation_id == world.applicant.pk} >= owed
    assert not [one for one in due(Viewer(None)) if one.district_id == district.pk and before.pk in one.answering_bodies]
    designate(authority=world.authority, name="演示新区建设管理委（虚构）", since=clock.today(), by=world.people.city_officer)
    case.refresh_from_db()
    assert designated(case) == ("演示新区建设管理委（虚构）",)
    rows = [(row.side, row.body, row.since, row.until, row.case) for row in TitleHolder.objects.order_by("side", "pk")]
    since, day = district.titled_on, clock.today()
    last = max(day - dt.timedelta(days=1), since)
    assert rows == [
        ("applicant", old_applicant, since, last, None), ("applicant", world.applicant, day, None, case),
        ("authority", before, since, last, None), ("authority", world.authority, day, None, case),
    ]  # fmt: skip
    public = client.get(reverse("portal:public_district", args=[district.code])).content.decode()
    assert all(words in public for words in ("责任单位沿革", before.name, world.authority.name, world.applicant.name, PAPER, "至今"))
    opened = list(DATASETS["title-holders"].rows({}))
    assert (len(opened), sum(case.decision_number in row for row in opened)) == (4, 2)


@AREA
@pytest.mark.parametrize(("ground", "still"), [("dissolved", False), ("merged", False), ("reassigned", True)])
def test_a_body_that_is_no_more_owes_nothing_from_then_on(world, ground, still):
    """What it owed beside its districts, as its yearly plan, is owed by its successor, which leads them now."""
    before, day = world.people.authority_body, clock.today()

    def owed_by(body, on):
        return {
            one.kind
            for one in due(Viewer(None, as_of=on))
            if one.organisation_id == body.pk and one.district_id is None and one.met_on is None
        }

    owed = owed_by(before, day)
    assert "plan_yearly" in owed
    decided(world, applicant=None, ground=ground)
    later = day + dt.timedelta(days=2)
    with clock.at(dt.datetime.combine(later, dt.time(9), tzinfo=clock.SHANGHAI)):
        assert owed_by(before, later) == (owed if still else set())
        assert owed_by(before, day - dt.timedelta(days=1)) == owed


def test_a_body_that_was_merged_and_still_leads_a_district_owes_on(world):
    make_district(world.people).authorities.set([world.people.authority_body])
    decided(world, applicant=None)
    later = clock.today() + dt.timedelta(days=2)
    assert [
        one for one in due(Viewer(None, as_of=later)) if one.organisation_id == world.people.authority_body.pk and one.kind == "plan_yearly"
    ]


@AREA
def test_the_report_of_the_city_lists_the_bodies_that_there_were_at_the_end_of_its_year(world):
    decided(world, applicant=None, ground="dissolved")
    day, before = clock.today(), world.people.authority_body.name
    with clock.at(dt.datetime(day.year + 1, 1, 5, 9, tzinfo=clock.SHANGHAI)):
        then, now = ({body.name for body in CityReport(year, clock.today(), demo=True).bodies} for year in (day.year - 1, day.year))
    assert world.authority.name in then & now
    assert before in then - now


def test_the_letter_says_who_follows_and_that_the_title_stays(world):
    case = decided(world, applicant=None)
    letter = next(draft for draft in drafts_of(case, Viewer(world.people.city_officer)) if draft.key == "agreed").write()
    assert any(world.authority.name in cell for line in letter.lines for cell in line)
    assert letter.closing == ("称号的编号、星级和授予日期不变；自承继生效之日起，报送、整改等义务由承继单位承担。",)
    assert [row.side for row in TitleHolder.objects.all()] == ["authority", "authority"]


@AREA
def test_a_second_transfer_goes_on_from_the_first(world):
    decided(world, applicant=None)
    third = make_organisation(OrganisationKind.AUTHORITY, name="演示大区人民政府（虚构）")
    world.district.refresh_from_db()
    asked = Asked("transfer", values(world, authority_before=world.authority.pk, authority=third.pk, applicant=None), world.people,
                  world.district)  # fmt: skip
    asked.to_deciding().do("decide", "city_director", number="演函〔2026〕9号", decided_on=clock.today())
    held = [(row.body_name, row.until is None) for row in TitleHolder.objects.order_by("pk")]
    assert held == [(world.people.authority_body.name, False), (world.authority.name, False), (third.name, True)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"authority": None}, "须一并选择"), ({"authority_before": None}, "须一并选择"), ({"paper": " "}, "机构调整文件"),
        ({"authority_before": None, "authority": None, "applicant": None}, "请选择承继"), ({"effective_on": "2099-01-01"}, "不能晚于今天"),
        ({"effective_on": "2001-01-01"}, "不能早于授予称号"),
    ],
)  # fmt: skip
def test_what_stands_against_a_transfer_is_said(world, changed, words):
    assert any(words in refusal.text for refusal in against(world.district, values(world, **changed), clock.today()))
    refuses(words, decided, world, **changed)
    assert not TitleHolder.objects.exists()


def test_a_successor_needs_people_and_another_body_than_now(world):
    empty = make_organisation(OrganisationKind.APPLICANT, name="演示空壳公司（虚构）")
    assert any("尚无" in one.text for one in against(world.district, values(world, applicant=empty.pk), clock.today()))
    assert any("相同" in one.text for one in against(world.district, values(world, applicant=world.district.applicant_id), clock.today()))


def test_the_form_offers_other_bodies(world):
    form = TransferForm(district=world.district, today=clock.today())
    led = set(form.fields["authority_before"].queryset)
    assert led == set(world.district.authorities.all())
    assert not led & set(form.fields["authority"].queryset)
    typed = TransferForm(values(world) | {"effective_on": clock.today()}, district=world.district, today=clock.today())
    assert typed.is_valid(), typed.errors
    assert typed.values() == values(world)
