import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.plausibility.registry import RULES
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.core.errors import NotAllowed, Refused
from greendistrict.core.memoisation import held_reads, once
from greendistrict.core.workdays import WorkCalendar
from greendistrict.policy import dates, parameters, selectors, services
from greendistrict.policy.models import SettingChange
from tests.inputs import inputs
from tests.refusing import refuses

WEEKDAYS = WorkCalendar()


@pytest.fixture
def city(db):
    return Organisation.objects.create(code="city", name="市住房城乡建设管理委", kind=OrganisationKind.CITY)


def person(organisation, role):
    user = User.objects.create(username=role, name=role)
    Post.objects.create(user=user, organisation=organisation, role=role, valid_from=dt.date(2020, 1, 1))
    return user


@pytest.fixture
def director(city):
    return person(city, Role.CITY_DIRECTOR)


def panel_size():
    return parameters.load().integer("panel.size")


@pytest.mark.django_db
def test_under_an_assumed_value_what_was_read_before_is_read_again():
    with held_reads():
        before = once(panel_size)
        with parameters.supposing("panel.size", before + 2):
            assert once(panel_size) == before + 2
        assert once(panel_size) == before


def test_defaults_are_marked_as_such():
    given_parameters = parameters.Parameters()
    assert given_parameters["panel.size"] == parameters.Parameter("panel.size", 5, is_default=True)
    assert given_parameters.number("spread_limit") == Decimal("0.3")
    assert given_parameters.flag("publicity.on") is True
    assert given_parameters.words("approval_chain.default") == ("经办", "审核", "审定")
    assert given_parameters.integers("reminders.before") == (30, 14, 7, 1)
    assert given_parameters.text("selfcheck.due") == "Y+1-03-31"
    assert all(parameter.is_default for parameter in given_parameters.values())
    with pytest.raises(parameters.UnknownParameter):
        given_parameters.integer("panel.sise")
    with pytest.raises(parameters.WrongSettingValue):
        given_parameters.integer("selfcheck.due")


def test_every_setting_has_a_chinese_name_and_no_name_is_left_over():
    labels, _ = selectors._words()
    assert list(labels) == list(parameters.defaults())


@pytest.mark.django_db
def test_setting_a_value_overlays_the_default_and_is_logged(director, django_assert_num_queries):
    services.set_setting(by=director, key="panel.size", value="7", reason="处务会议定")
    services.set_setting(by=director, key="panel.size", value=9, reason="再议")
    with django_assert_num_queries(1):
        loaded = parameters.load()
    assert loaded["panel.size"] == parameters.Parameter("panel.size", 9, is_default=False, reason="再议")
    assert loaded["panel.min"].is_default
    log = SettingChange.objects.order_by("pk").values_list("old", "was_default", "new", "by")
    assert list(log) == [(5, True, 7, director.pk), (7, False, 9, director.pk)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "value"),
    [("spread_limit", Decimal("0.25")), ("publicity.on", False), ("reminders.before", (20, 5)), ("selfcheck.due", "Y+1-04-15")],
)
def test_values_come_back_as_they_went_in(director, key, value):
    services.set_setting(by=director, key=key, value=value, reason="确认")
    assert parameters.get(key).value == value


@pytest.mark.django_db
def test_confirming_a_default_takes_the_mark_away(director):
    services.set_setting(by=director, key="publicity.days", value=7, reason="同意默认值")
    assert parameters.get("publicity.days") == parameters.Parameter("publicity.days", 7, is_default=False, reason="同意默认值")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("panel.size", "五"), ("panel.size", 5.5), ("panel.size", -1), ("panel.size", True), ("publicity.on", "是"),
        ("reminders.before", ["7"]), ("reminders.before", []), ("selfcheck.due", " "), ("spread_limit", "NaN"),
    ],
)  # fmt: skip
def test_values_of_another_kind_are_refused(director, key, value):
    with pytest.raises(Refused) as caught:
        services.set_setting(by=director, key=key, value=value, reason="试")
    assert caught.value.refusals[0].field == "value"
    assert not SettingChange.objects.exists()


@pytest.mark.django_db
def test_only_the_director_decides_and_gives_a_reason(city, director):
    refuses(NotAllowed, services.set_setting, by=person(city, Role.CITY_OFFICER), key="panel.size", value=7, reason="试")
    refuses("请填写理由", services.set_setting, by=director, key="panel.size", value=7, reason=" ")
    with pytest.raises(parameters.UnknownParameter):
        services.set_setting(by=director, key="panel.colour", value=7, reason="试")


@pytest.mark.parametrize(
    ("expression", "year", "nominal", "due"),
    [
        ("Y+1-03-31", 2026, "2027-03-31", "2027-03-31"),
        ("Y+1-03-31", 2023, "2024-03-31", "2024-04-01"),
        ("Y-01-01", 2028, "2028-01-01", "2028-01-03"),
        ("12-31", 2026, "2026-12-31", "2026-12-31"),
        ("Y-1-12-31", 2027, "2026-12-31", "2026-12-31"),
    ],
)
def test_dates_of_the_settings(expression, year, nominal, due):
    assert dates.nominal_date(expression, year) == dt.date.fromisoformat(nominal)
    assert dates.due_date(expression, year=year, calendar=WEEKDAYS) == dt.date.fromisoformat(due)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("selfcheck.due", "Y+1-03-31", "次年3月31日"), ("selfcheck.draft_from", "Y-01-01", "当年1月1日"),
        ("snapshot.day", "12-31", "12月31日"), ("spread_limit", Decimal("0.3"), "30%"), ("spread_limit", Decimal("0.125"), "12.5%"),
        ("post_evaluation.share", Decimal(1), "100%"), ("publicity.stages", ("grant", "acceptance"), "授予试点、终期验收"),
        ("approval_chain.director_decides", ("grant", "cancel"), "授予试点和示范、取消"),
        ("publicity.on", True, "是"), ("reminders.before", (30, 1), "30、1个工作日"), ("plan_due", "Y-1-12-31", "上年12月31日"),
        ("obligations_from", "2024-01-01", "2024年1月1日"), ("rule.沪住建规范联〔2023〕13号.SCALE-NEW", Decimal("0.5"), "0.5 km²"),
    ],
)  # fmt: skip
def test_settings_are_shown_in_words(key, value, said):
    assert selectors.setting_value(key, value) == said


@pytest.mark.parametrize("expression", ["", "Y+1", "Y+1-02-30", "next year", "Y+1-3-31"])
def test_other_expressions_are_refused(expression):
    with pytest.raises(dates.WrongExpression):
        dates.nominal_date(expression, 2026)


def test_the_plan_of_a_year_is_due_at_the_end_of_the_year_before():
    assert dates.plan_due(parameters.Parameters(), year=2027, calendar=WEEKDAYS) == dt.date(2026, 12, 31)
    assert dates.plan_due(parameters.Parameters({"plan_due": ("Y-12-31", "")}), year=2028, calendar=WEEKDAYS) == dt.date(2029, 1, 2)


@pytest.mark.parametrize("key", [key for key, value in parameters.defaults().items() if str(value).startswith("Y")])
def test_every_date_among_the_defaults_can_be_read(key):
    assert dates.nominal_date(parameters.default_of(key), 2026)


@inputs(100)
@given(st.dates(dt.date(2000, 1, 1), dt.date(2090, 12, 31)), st.integers(-1, 1))
def test_a_due_date_is_the_next_working_day(day, shift):
    if (day.month, day.day) == (2, 29):
        return
    expression = f"Y{shift:+d}-{day:%m-%d}"
    due = dates.due_date(expression, year=day.year, calendar=WEEKDAYS)
    assert WEEKDAYS.is_working(due)
    nominal = dates.nominal_date(expression, day.year)
    assert 0 <= (due - nominal).days <= 7  # a festival of four days with a weekend before it
    assert not any(WEEKDAYS.is_working(nominal + dt.timedelta(days=n)) for n in range((due - nominal).days))


@pytest.mark.parametrize("key", [key for key, value in parameters.defaults().items() if dates.EXPRESSION.fullmatch(str(value))])
@pytest.mark.parametrize("value", ["Y+1-02-30", "02-29", "Y-13-01", "31 December"])
def test_a_day_that_cannot_be_is_refused(key, value):
    with pytest.raises(parameters.WrongSettingValue):
        parameters.coerce(key, value)


@pytest.mark.parametrize("key", parameters.defaults())
def test_every_value_is_said_in_chinese(key):
    value = parameters.default_of(key)
    assert not re.search("[a-z]{3}", selectors.setting_value(key, value)), value


def test_every_rule_that_a_setting_may_name_has_its_word():
    assert {key: selectors.setting_value("plausibility.explain", [key]) for key in RULES} == {
        key: rule.title for key, rule in RULES.items()
    }
