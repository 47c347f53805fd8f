"""Fictional districts of the tests."""

import datetime as dt
from decimal import Decimal

import factory

from districts.boundaries.geojson import metre_path
from districts.common.enums import DistrictType, ProjectState
from districts.file.models.district import AdministrativeArea, ConsultantMandate, District
from districts.plot_map.models import PlotShape
from districts.plots.models import Plot, PlotBackfill
from districts.plots.selectors.plots import unproven_plots
from districts.projects.models import KeyProject, Work
from districts.special_plans.models import PlanSection, SpecialPlan
from districts.special_plans.rules import PIECES, kinds_for
from greendistrict.audit.services import subject_of
from greendistrict.core import clock
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store_bytes


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
        skip_postgeneration_save = True

    district = factory.SubFactory(DistrictFactory)
    number = factory.Sequence(lambda number: f"D{number:04d}")
    area_ha = Decimal("1.25")
    is_demo = True

    @factory.post_generation
    def proof(self, create, proven, **_):
        """A plot entered as got or built has its reason and paper unless ``proof=False``: without them it counts for no gate."""
        if create and proven is not False and (self.acquired_on or self.built_on):
            prove(self.district)
            self.refresh_from_db(fields=["backfill"])


def square(x: float, y: float, side: float = 0.001):
    """Ring of a square with its south-west corner at a point, closed."""
    return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]


def shaped_plots(district, count: int, **values) -> list[Plot]:
    """Plots in a row, each with a square shape."""
    made = [PlotFactory(district=district, **values) for _ in range(count)]
    for at, plot in enumerate(made):
        geometry = {"type": "MultiPolygon", "coordinates": [[square(121.5 + at * 0.0011, 31.2)]]}
        path, (west, top, east, bottom) = metre_path(geometry)
        PlotShape.objects.create(
            plot=plot, geometry=geometry, path=path, west=west, top=top, east=east, bottom=bottom, area_ha=1, file_name="地块.geojson",
            entered_at=clock.now(),
        )  # fmt: skip
    return made


def prove(district) -> None:
    """Reason and paper for every plot of the district that was entered as got or built."""
    paper = Evidence.objects.filter(owner=subject_of(district), kind="补录证明").first() or store_bytes(
        owner=district, content=b"%PDF-1.4 proof", name="proof.pdf", content_type="application/pdf", kind="补录证明", title="补录证明"
    )
    told = {"reason": "平台启用前已取得", "document": paper, "recorded_at": clock.now()}
    backfill = district.backfills.first() or PlotBackfill.objects.create(district=district, **told)
    unproven_plots(district).order_by().update(backfill=backfill)


class KeyProjectFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = KeyProject

    district = factory.SubFactory(DistrictFactory)
    name = factory.Sequence(lambda number: f"演示项目{number}")
    planned_start = dt.date(2025, 1, 1)
    planned_finish = dt.date(2026, 12, 31)
    state = ProjectState.PLANNED
    use_basis = factory.LazyAttribute(lambda project: "office" if project.state == ProjectState.IN_USE else "")
    is_demo = True


class WorkFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Work

    district = factory.SubFactory(DistrictFactory)
    name = factory.Sequence(lambda number: f"演示道路{number}")
    built_on = None  # a work entered as built was begun and accepted as conforming, unless the test says otherwise
    started_on = factory.SelfAttribute("built_on")
    conforms = factory.LazyAttribute(lambda work: True if work.built_on else None)
    is_demo = True


class SpecialPlanFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = SpecialPlan

    district = factory.SubFactory(DistrictFactory)


def write_sections(plan, *, stated=(), dimensions=None):
    """Sections of the plan as its type writes them, each piece with a text; ``stated`` dimensions as ticked before sections."""
    texts = {}
    for kind in kinds_for(plan.district.type):
        pieces = [piece.key for piece in PIECES[kind]]
        if kind == "strategies" and dimensions is not None:
            pieces = list(dimensions)
        texts[kind] = {key: f"{key}的内容（虚构）" for key in pieces}
    written = [PlanSection(plan=plan, section=kind, texts=given) for kind, given in texts.items()]
    kept = {"update_conflicts": True, "unique_fields": ["plan", "section"]}
    PlanSection.objects.bulk_create(written, update_fields=["texts"], **kept)
    if stated:
        PlanSection.objects.bulk_create(
            [PlanSection(plan=plan, section="indicators", stated=list(stated))], update_fields=["stated"], **kept
        )


def make_district(cast=None, *, area=None, **kw) -> District:
    """A district; with a cast it is led by its authority, applied for by its applicant, its consultant holds a mandate."""
    district = DistrictFactory(**({"applicant": cast.applicant_body} if cast else {}), **kw)
    if area is None:
        area = AreaFactory.build()
        area.save(force_insert=True)
    District.areas.through.objects.create(district=district, administrativearea=area)  # ``add`` looks first whether it is there
    if cast:
        District.authorities.through.objects.create(district=district, organisation=cast.authority_body)
        ConsultantMandate.objects.create(district=district, organisation=cast.consultant_body, valid_from=dt.date(2020, 1, 1))
    return district


def file_case(district, **more):
    """A pilot application that has reached everybody and was withdrawn again: from then on the city's side reads the file."""
    from approvals.cases.models.cases import Case
    from greendistrict.core import clock
    from tests.factories.accounts import make_user

    moments = {name: clock.now() for name in ("created_at", "submitted_at", "sent_at", "accepted_at")}
    told = {"kind": "SQ", "status": "withdrawn", **moments, **more}
    by = make_user("preparer", district.applicant)
    return Case.objects.create(district=district, applicant=district.applicant, created_by=by, **told)
