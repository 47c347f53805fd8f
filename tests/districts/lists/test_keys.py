"""Numbers and names that differ only in how they are written are one, in forms, the API and the database; rows of before stay."""

import importlib

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from districts.lists.services import save
from districts.plots.models import Plot
from districts.projects.models import KeyProject, Work
from tests.factories.districts import KeyProjectFactory, PlotFactory, WorkFactory, make_district
from tests.refusing import refuses

pytestmark = pytest.mark.django_db
ALIKE = ("YS01-001\u200b", "\ufeffYS01-001", "ＹＳ01－001", "YS01–001", "YS01\u2011001", "ys01-001", "YS01 -001", "YS01-\n001")
FACTORIES = {Plot: (PlotFactory, "number"), KeyProject: (KeyProjectFactory, "name"), Work: (WorkFactory, "name")}


@pytest.fixture
def district(people):
    return make_district(people)


@pytest.mark.parametrize("model", FACTORIES)
def test_a_key_that_is_only_written_otherwise_is_refused_with_the_stored_one(district, people, model):
    factory, key = FACTORIES[model]
    factory(district=district, **{key: "YS01-001"})
    for typed in ALIKE:
        refuses("已有", save, model, district=district, values={key: typed}, by=people.preparer)
    other = factory(district=district, **{key: "YS01-002"})
    refuses("只是写法不同", save, model, district=district, row=other, version=0, values={key: "ys01–001"}, by=people.preparer)
    assert model.objects.filter(district=district).count() == 2


@pytest.mark.parametrize("model", FACTORIES)
def test_the_database_holds_it_too(district, model):
    factory, key = FACTORIES[model]
    factory(district=district, **{key: "YS01-001"})
    for typed in ALIKE:
        with pytest.raises(IntegrityError), transaction.atomic():
            factory(district=district, **{key: typed})
    factory(district=make_district(), **{key: "ys01-001"})


def test_what_nobody_sees_is_not_stored_and_the_rest_as_typed(district, people):
    row = save(Plot, district=district, values={"number": " ＹＳ－9\u200b  甲 ", "area_ha": 1}, by=people.preparer)
    assert row.number == "ＹＳ－9 甲"
    again = save(Plot, district=district, row=row, version=0, values={"number": "YS-9甲"}, by=people.preparer)
    assert again.number == "YS-9甲"


def test_the_form_says_it_beside_its_field(client, district, people):
    PlotFactory(district=district, number="YS01-001")
    client.force_login(people.preparer)
    typed = {"number": "ys01–001", "land_use": "1001", "area_ha": "1", "buildable": "true"}
    page = client.post(reverse("districts:plot_create", kwargs={"code": district.code}), typed)
    assert (page.status_code, "已有“YS01-001”，与“ys01–001”只是写法不同" in page.content.decode()) == (422, True)


def test_plots_of_a_project_are_found_however_they_are_written(district, people):
    plots = [PlotFactory(district=district, number=number) for number in ("YS01-001", "YS01-002", "YS01-003")]
    project = save(KeyProject, district=district, values={"name": "能源站", "plots": ["ys01–001", "YS01-003"]}, by=people.preparer)
    assert set(project.plots.all()) == {plots[0], plots[2]}
    refuses("没有地块甲", save, KeyProject, district=district, values={"name": "乙", "plots": ["甲"]}, by=people.preparer)


@pytest.mark.parametrize("model", FACTORIES)
def test_rows_of_before_are_marked_named_and_can_be_edited(district, people, model, capsys):
    factory, key = FACTORIES[model]
    migration = importlib.import_module("districts.migrations.0027_mark_keys_that_look_alike")
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX plot_number_once, key_project_once, work_once")  # until the end of the test
    first, second, third, apart = (factory(district=district, **{key: typed}) for typed in ("A-1", "a–1", "Ａ-1", "A-2"))
    migration.mark(apps, None)
    rows = {row.pk: row.looks_like_another for row in model.objects.filter(district=district)}
    assert rows == {first.pk: False, second.pk: True, third.pk: True, apart.pk: False}
    assert ["'a–1'" in (said := capsys.readouterr().out), "'A-1'" in said] == [True, False]
    field, value = {Plot: ("owner", "甲"), KeyProject: ("category", "能源"), Work: ("kind", "道路")}[model]
    stays = save(model, district=district, row=second, version=0, values={field: value}, by=people.preparer)
    assert (stays.looks_like_another, getattr(stays, field)) == (True, value)
    whole = save(model, district=district, row=first, version=0, values={field: value}, by=people.preparer)
    whole.full_clean()
    assert (whole.looks_like_another, getattr(whole, field)) == (False, value)
    renamed = save(model, district=district, row=third, version=0, values={key: "A-3"}, by=people.preparer)
    assert not renamed.looks_like_another
