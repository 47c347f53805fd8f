"""Write parties and sources of a file; locks and version checks for everything in it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models, transaction

from districts.file.file_locks import held
from districts.file.models.district import District, ExternalHonour
from districts.file.models.parties import DesignatedBody, DistrictPaper, FigureSource, Fund, RenewalProject, SubArea
from districts.file.rules import may_designate, may_edit_district
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.django_internals import all_hold
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.core.templatetags.gd import cn_date
from greendistrict.workflow.procedure import Taken

# Write under a lock: version check, changes for the audit record, database errors as refusals.

Row = TypeVar("Row", bound=models.Model)
STALE = "他人刚刚修改过，请核对后再保存"


def locked(row: Row, version: int | None) -> Row:
    """Lock and return the row. Raises ``Stale`` (with the row) if its version differs."""
    stored = type(row)._base_manager.select_for_update(of=("self",), no_key=True).filter(pk=row.pk).first()
    if stored is None:
        msg = "他人刚刚删除了这一条"
        raise Stale(msg)
    if version is not None and stored.version != version:  # type: ignore[attr-defined]  # every caller's model has one
        raise Stale(STALE, current=stored)
    return stored


def hold_right(user: User, district: District) -> None:
    """Raise ``NotAllowed`` unless the user may edit this district's file, whether it is locked or not."""
    NotAllowed.unless(may_edit_district(posts_of(user), district), "城区资料由申报主体的填报人或其授权的咨询单位填写")


def hold_editor(user: User, district: District) -> None:
    """Raise ``NotAllowed`` unless the user may edit this district's file, ``Refused`` while it is locked."""
    hold_right(user, district)
    if found := held(district):
        raise Refused(found)


def assign(row: models.Model, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """Set plain fields; returns the changes as ``{field: [before, after]}``."""
    changed = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changed[name] = [shown(before), shown(value)]
            setattr(row, name, value)
    return changed


def shown(value: Any) -> str:
    """Value as stored in the audit record; a large value is replaced by its size."""
    text = "" if value is None else str(value)
    return text if len(text) <= 200 else f"{text[:120]}…（{len(text)}字）"  # noqa: PLR2004 -- readable in one line


def hold_constraints(row: models.Model) -> None:
    """Raise ``Refused`` with every violated constraint of the model, each at its field."""
    if all_hold(row):
        return
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(refusals_of(error)) from error


def refusals_of(error: ValidationError) -> list[Refusal]:
    """Messages of a validation error as refusals."""
    return [
        Refusal(message, field="" if field == NON_FIELD_ERRORS else field)
        for field, messages in error.message_dict.items()
        for message in messages
    ]


def label_of(row: models.Model, name: str) -> str:
    """Label of a field as shown on pages."""
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


# Services for designated bodies, sub-areas, papers, funds, renewal projects and honours.

Entry = TypeVar("Entry", SubArea, DistrictPaper, Fund, RenewalProject, ExternalHonour)
DAY = dt.timedelta(days=1)
DESIGNATED_BY = "区专门机构由实施主体或市级经办登记"


def designate(
    *, authority: Organisation, name: str, since: dt.date, by: User, document: str = "", body: Organisation | None = None
) -> DesignatedBody:
    """Record the body designated by an authority (五（二）); the previous designation ends the day before.

    Raises ``NotAllowed`` unless ``by`` acts for the authority or is the city's 经办, ``Refused`` for a day in the future or before the
    previous one.
    """
    NotAllowed.unless(may_designate(posts_of(by), authority), DESIGNATED_BY)
    if since > clock.today():
        raise Refused([Refusal("指定日期不能晚于今天", field="since")])
    with transaction.atomic():
        Organisation.objects.select_for_update(no_key=True).get(pk=authority.pk)
        before = DesignatedBody.objects.filter(authority=authority, until__isnull=True).first()
        if before is not None:
            if since <= before.since:
                raise Refused([Refusal(f"指定日期应晚于现任{before}的{cn_date(before.since)}", field="since")])
            before.until = since - DAY
            before.save(update_fields=["until"])
        made = DesignatedBody(
            authority=authority, body=body, name=name.strip(), document=document.strip(), since=since, entered_at=clock.now(), entered_by=by
        )
        hold_constraints(made)
        made.save()
        data = {"before": str(before or ""), "after": made.name, "since": str(since)}
        audit.record(action="districts.designate", by=by, obj=authority, data=data)
    return made


def save_entry(
    *, district: District, model: type[Entry], values: Mapping[str, Any], by: User, row: Entry | None, version: int | None
) -> Entry:
    """Add a sub-area, paper, fund, renewal project or honour, or change one. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    hold_editor(by, district)
    with transaction.atomic():
        stored = locked(row, version) if row is not None else model(district=district)
        changed = assign(stored, values)
        hold_constraints(stored)
        if row is not None:
            stored.version += 1
        stored.save()
        if changed:
            data = {"list": model._meta.model_name, "row": str(stored), "changed": changed}
            audit.record(action="districts.save_entry", by=by, obj=district, data=data)
    return stored


def against_dropping(row: SubArea | DistrictPaper | Fund | RenewalProject | ExternalHonour) -> list[Refusal]:
    """Why a row of a list is kept: plots lie in the sub-area."""
    count = row.district.plots.filter(sub_area=row.name).count() if isinstance(row, SubArea) else 0
    return [Refusal(f"分区“{row}”里还有{count}个地块，不能删除")] if count else []


def drop_entry(*, row: SubArea | DistrictPaper | Fund | RenewalProject | ExternalHonour, by: User) -> None:
    """Delete a row of a list. Raises ``NotAllowed``, ``Refused`` with what ``against_dropping`` finds."""
    hold_editor(by, row.district)
    if found := against_dropping(row):
        raise Refused(found)
    with transaction.atomic():
        audit.record(action="districts.drop_entry", by=by, obj=row.district, data={"list": row._meta.model_name, "row": str(row)})
        row.delete()


# Services for the sources of a district's figures.


def note_sources(district: District, fields: Iterable[str], *, source: str, by: User | None) -> None:
    """Store source, author and time for each changed field, in the caller's transaction; one statement."""
    now = clock.now()
    rows = [
        FigureSource(district=district, field=name, source=fitted(FigureSource, "source", source.strip()), entered_at=now, entered_by=by)
        for name in fields
    ]
    FigureSource.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["district", "field"],
        update_fields=["source", "entered_at", "entered_by", "entered_by_principal"],
    )


# Copy a title to the district after a title decision.

COPIES = (
    *("star", "star_certainty", "title_number", "titled_on", "titled_on_certainty", "titled_since", "title_batch", "status_certainty"),
    *("edition", "edition_certainty"),
)
EMPTY = {"star": None, "title_number": "", "titled_on": None, "titled_since": None, "title_batch": ""}


def on_title(taken: Taken) -> None:
    """Copy the decided title to the district."""
    for name in COPIES:
        if name in taken.values:
            setattr(taken.obj, name, taken.values[name])


def on_title_end(taken: Taken) -> None:
    """Clear the district's copies of its title."""
    for name, value in EMPTY.items():
        setattr(taken.obj, name, value)


def on_recall(taken: Taken) -> None:
    """Clear the copies; the withdrawn announcement stays a published source, so district and history stay public."""
    on_title_end(taken)
    source = taken.values.get("source")
    if source and source not in taken.obj.sources:
        taken.obj.sources = [*taken.obj.sources, source]
