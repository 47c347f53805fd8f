"""Register a district and save its profile."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.text import slugify

from districts.acts.services import keep_act
from districts.boundaries.services import with_overlaid
from districts.common.enums import BOUNDARY_PROOF, TITLED, ActKind, DistrictType
from districts.file.models.district import AdministrativeArea, ConsultantMandate, District
from districts.file.rules import may_authorise, may_register
from districts.file.services import assign, hold_constraints, hold_editor, label_of, locked, note_sources
from districts.plausibility.comparisons import limits_of
from districts.plausibility.expectations import Sizes, asked_of_sizes
from districts.plausibility.services import AskedRow, ask
from districts.profile.selectors import sizes_of, sizes_of_parts
from greendistrict.accounts.enums import OrganisationKind, Role
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.core.pinyin import syllables
from greendistrict.documents.services import store
from greendistrict.policy import parameters

PLAIN = (
    "type",
    "area_km2",
    "developable_km2",
    "population",
    "floor_area_forecast",
    "renewal_drives",
    "boundary_matches",
    "key_areas",
    "target_star",
    "unit_plan_open",
    "renewal_plan_open",
)
# While a title is held these change only by an approved change case (变更).
FIXED_BY_TITLE = ("type", "area_km2", "developable_km2", "boundary_matches", "target_star")
MANY = ("areas", "authorities")
RESERVED = frozenset({"export", "key-areas", "map", "new", "progress", "watch", "yearly-plans"})  # words of our own addresses
DEMO_NAME = ("演示", "（虚构）")


def register_district(
    *,
    name: str,
    areas: Iterable[AdministrativeArea],
    authorities: Iterable[Organisation],
    by: User,
    type: str = DistrictType.NEW,  # noqa: A002 -- the field's own name
    applicant: Organisation | None = None,
) -> District:
    """Register a district in stage 培育. For a preparer the own organisation is the applicant; the city's 经办 names one.

    Raises ``NotAllowed`` for others, ``Refused`` if the name is taken or a demo account uses a real-looking name.
    """
    NotAllowed.unless(may_register(posts_of(by)), "城区由申报主体的填报人或市级经办登记")
    body = applicant or next((post.organisation for post in posts_of(by).posts if post.role == Role.PREPARER), None)
    demo = by.is_demo or bool(body and body.is_demo)
    name = name.strip()
    if demo and not (name.startswith(DEMO_NAME[0]) and name.endswith(DEMO_NAME[1])):
        raise Refused([Refusal("演示账号登记的城区，名称须以“演示”开头、以“（虚构）”结尾", field="name")])
    district = District(name=name, code=free_code(name), type=type, applicant=body, is_demo=demo)
    chosen = list(areas)
    _hold_areas(district, chosen)
    with transaction.atomic():
        hold_constraints(district)
        district.save()
        district.areas.set(chosen)
        district.authorities.set(authorities)
        district.order_by_area()
        audit.record(action="districts.register", by=by, obj=district, data={"applicant": str(body or ""), "type": type})
        note_sources(district, ("type", *MANY), source="登记城区", by=by)
        keep_act(district=district, kind=ActKind.REGISTER, on=clock.today(), reason="登记城区", after=str(body or ""), by=by)
    return district


def _hold_areas(district: District, areas: Iterable[AdministrativeArea]) -> None:
    """Raise ``Refused`` for a real district in a demo area."""
    fictional = [area.name for area in areas if area.is_demo]
    if fictional and not district.is_demo:
        raise Refused([Refusal(f"{'、'.join(fictional)}是虚构的区，只供演示城区使用", field="areas")])


def free_code(name: str) -> str:
    """Code for URLs made from the name's pinyin, with a number if it is taken."""
    stem = slugify("-".join(syllables(name)))[:50].strip("-") or "chengqu"
    taken = RESERVED | set(District.objects.filter(code__startswith=stem).values_list("code", flat=True))
    if stem not in taken:
        return stem
    return next(code for number in range(2, len(taken) + 3) if (code := f"{stem}-{number}") not in taken)


def save_profile(
    *,
    district: District,
    values: Mapping[str, Any],
    version: int,
    by: User,
    proof: "UploadedFile[Any] | None" = None,
    source: str = "",
    explanation: str = "",
) -> District:
    """Save fields of the profile (``PLAIN`` and the lists ``areas``, ``authorities``); missing names stay unchanged.

    ``proof`` is the document that shows that the boundary matches (六（一）); ``source`` is the basis of the changed figures. Key areas
    found by overlay are kept in any case. ``explanation`` is kept with what is asked about changed sizes.

    Returns the stored district. Raises ``NotAllowed``, ``Stale`` (with the stored district), ``Refused`` if a value breaks a rule, the
    title has fixed the field, or sizes are asked about that nobody has explained.
    """
    hold_editor(by, district)
    with transaction.atomic():
        stored = locked(district, version)
        sizes = sizes_of(stored)
        changed = assign(stored, with_overlaid(stored, {name: values[name] for name in PLAIN if name in values}))
        _hold_fixed(stored, changed)
        stored.version += 1
        hold_constraints(stored)
        asked = _asked(stored, sizes, explanation) if sizes_of(stored) != sizes else None
        stored.save()
        if asked is not None:
            asked.keep(stored, by)
        lists = {name: list(values[name]) for name in MANY if name in values}
        _hold_areas(stored, lists.get("areas", []))
        for name, rows in lists.items():
            manager = getattr(stored, name)
            before = sorted(str(row) for row in manager.all())
            manager.set(rows)
            if (after := sorted(str(row) for row in manager.all())) != before:
                changed[name] = ["、".join(before), "、".join(after)]
        stored.order_by_area()
        if proof is not None:
            store(owner=stored, upload=proof, kind=BOUNDARY_PROOF, title=f"{stored}范围一致佐证", by=by)
        if changed:
            note_sources(stored, changed, source=source, by=by)
            audit.record(action="districts.save_profile", by=by, obj=stored, data={"changed": changed})
    return stored


def _asked(district: District, before: Sizes, explanation: str) -> AskedRow:
    """What is asked about changed sizes. Raises ``Refused`` unless it is explained."""
    limits, parts = limits_of(parameters.load()), sizes_of_parts(district)
    return ask(district, lambda now, stored: asked_of_sizes(now, stored or now, parts, limits), sizes_of(district), before, explanation)


def _hold_fixed(district: District, changed: Mapping[str, Any]) -> None:
    if district.stage not in TITLED:
        return
    labels = [label_of(district, name) for name in FIXED_BY_TITLE if name in changed]
    if labels:
        text = f"称号授予后，{'、'.join(labels)}须经变更办理"
        raise Refused([Refusal(text, remedy="提出变更，经市级批准后更新")])


def authorise_consultant(
    *, district: District, organisation: Organisation, valid_from: dt.date, valid_to: dt.date | None, by: User
) -> ConsultantMandate:
    """Authorise a consultant to fill in the district's file for a period. Raises ``NotAllowed`` unless ``by`` is of the applicant."""
    NotAllowed.unless(may_authorise(posts_of(by), district), "咨询单位由申报主体授权")
    if organisation.kind != OrganisationKind.CONSULTANT:
        raise Refused([Refusal("请选择咨询单位", field="organisation")])
    mandate = ConsultantMandate(district=district, organisation=organisation, valid_from=valid_from, valid_to=valid_to)
    with transaction.atomic():
        hold_constraints(mandate)
        mandate.save()
        term = [str(valid_from), str(valid_to or "")]
        audit.record(action="districts.authorise_consultant", by=by, obj=district, data={"to": str(organisation), "term": term})
    return mandate


def end_mandate(*, mandate: ConsultantMandate, by: User) -> None:
    """End a mandate as of yesterday, or delete it if it had not begun. Raises ``Refused`` if it is over."""
    NotAllowed.unless(may_authorise(posts_of(by), mandate.district), "咨询单位由申报主体授权")
    last = clock.today() - dt.timedelta(days=1)
    with transaction.atomic():
        mandate = ConsultantMandate.objects.select_for_update(of=("self",), no_key=True).select_related("organisation").get(pk=mandate.pk)
        Refused.when(mandate.valid_to is not None and mandate.valid_to <= last, "授权已经结束")
        audit.record(action="districts.end_mandate", by=by, obj=mandate.district, data={"of": str(mandate.organisation)})
        if mandate.valid_from > last:
            mandate.delete()
        else:
            mandate.valid_to = last
            mandate.save(update_fields=["valid_to"])
