"""Fictional districts of the tests."""

import datetime as dt
from decimal import Decimal

import factory

from districts.enums import DistrictType, ProjectState
from districts.models import AdministrativeArea, ConsultantMandate, District, KeyProject, Plot, SpecialPlan, Work


class AreaFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = AdministrativeArea
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda number: f"9{number:05d}")
    name = factory.Sequence(lambda number: f"演示{number}区（虚构）")
    source = "测试"


class DistrictFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = District

    code = factory.Sequence(lambda number: f"yanshi-{number}")
    name = factory.Sequence(lambda number: f"演示城区{number}（虚构）")
    type = DistrictType.NEW
    area_km2 = Decimal("2.5")
    developable_km2 = Decimal("1.5")
    is_demo = True


class PlotFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Plot

    district = factory.SubFactory(DistrictFactory)
    number = factory.Sequence(lambda number: f"D{number:04d}")
    area_ha = Decimal("1.25")
    is_demo = True


class KeyProjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KeyProject

    district = factory.SubFactory(DistrictFactory)
    name = factory.Sequence(lambda number: f"演示项目{number}")
    planned_start = dt.date(2025, 1, 1)
    planned_finish = dt.date(2026, 12, 31)
    state = ProjectState.PLANNED
    is_demo = True


class WorkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Work

    district = factory.SubFactory(DistrictFactory)
    name = factory.Sequence(lambda number: f"演示道路{number}")
    is_demo = True


class SpecialPlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SpecialPlan

    district = factory.SubFactory(DistrictFactory)


def make_district(cast=None, *, area=None, **kw) -> District:
    """A district; with a cast it is led by its authority, applied for by its applicant, its consultant holds a mandate."""
    district = DistrictFactory(**({"applicant": cast.applicant_body} if cast else {}), **kw)
    district.areas.add(area or AreaFactory())
    if cast:
        district.authorities.add(cast.authority_body)
        ConsultantMandate.objects.create(district=district, organisation=cast.consultant_body, valid_from=dt.date(2020, 1, 1))
    return district
