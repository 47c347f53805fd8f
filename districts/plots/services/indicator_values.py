"""Required, designed and built values of a plot's green indicators."""

from collections.abc import Iterable, Mapping

from django.db import transaction

from districts.common.enums import ControlStep
from districts.file.rules import fills_plot
from districts.file.services import locked
from districts.land.green_indicators import WrongIndicatorValue, indicators, is_worse, parse
from districts.plots.models import Plot, PlotControl, PlotIndicator
from districts.plots.rules import asked_for_values
from greendistrict.accounts.acting import columns
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Closed, NotAllowed, Refusal, Refused

FIELDS = ("required", "designed", "built")
LABELS = {"required": "要求值", "designed": "设计值", "built": "建成值"}
OPEN_FOR_REQUIREMENTS = (ControlStep.PREPARE, ControlStep.CONSULT)
Values = Mapping[str, Mapping[str, str]]


def save_values(*, plot: Plot, values: Values, version: int | None, by: User) -> dict[str, list[str]]:
    """Save typed values by indicator key and field (``required``, ``designed``, ``built``); returns the changed ones by ``key.field``.

    Raises ``NotAllowed``, ``Stale``, ``Closed`` (completed plot, or a requirement set by a reply), ``Refused`` with every wrong value.
    """
    with transaction.atomic():
        stored = locked(plot, version)
        NotAllowed.unless(fills_plot(posts_of(by), stored.district), "绿色生态指标由申报主体、其咨询单位或区级部门填写")
        changed = write_values(stored, values)
        stored.version += 1
        stored.save(update_fields=["version"])
        if changed:
            audit.record(action="districts.plot_values", by=by, obj=stored, data={"plot": stored.number, "changed": changed})
    return changed


def write_values(plot: Plot, values: Values) -> dict[str, list[str]]:
    """Validate and write values of a locked plot. Raises ``Closed``, ``Refused``."""
    checked = checked_values(values)
    rows = {row.key: row for row in plot.indicators.all()}
    changed = {}
    for key, fields in checked.items():
        row = rows.get(key) or PlotIndicator(plot=plot, key=key)
        for name, value in fields.items():
            if getattr(row, name) != value:
                changed[f"{key}.{name}"] = [getattr(row, name), value]
                setattr(row, name, value)
        compare(row)
        rows[key] = row
    hold_open(plot, {name.partition(".")[2] for name in changed})
    store(row for key, row in rows.items() if any(name.startswith(f"{key}.") for name in changed))
    return changed


def checked_values(values: Values) -> dict[str, dict[str, str]]:
    """Values in stored form. Raises ``Refused`` with every invalid one at its field ``key.field``."""
    known, checked = indicators(), dict[str, dict[str, str]]()
    found: list[Refusal] = []
    for key, fields in values.items():
        for name, typed in fields.items():
            try:
                checked.setdefault(key, {})[name] = parse(known[key], typed)
            except WrongIndicatorValue as wrong:
                found.append(Refusal(f"{known[key].name}的{LABELS[name]}：{wrong}", field=f"{key}.{name}"))
    if found:
        raise Refused(found)
    return checked


def hold_open(plot: Plot, names: Iterable[str]) -> None:
    """Raise ``Closed`` if a field may not be changed at the current step."""
    control = PlotControl.objects.filter(plot=plot).first()
    if control is None:
        return
    Closed.when(names and control.status == ControlStep.DONE, "竣工验收已登记为符合，指标值不能再改；登记有误的退回上一步")
    if "required" in set(names) and control.status not in OPEN_FOR_REQUIREMENTS:
        msg = "指标要求已由住建部门答复，不能自行修改；确需调整的退回后重新征询"
        raise Closed(msg)


def except_design(*, plot: Plot, reason: str, by: User) -> list[str]:
    """Agree to designed values that are worse than required, for the body that asked for them; returns the names of the indicators.

    At completion the built values are compared with the requirement all the same. Raises ``NotAllowed``, ``Refused``.
    """
    with transaction.atomic():
        stored = locked(plot, None)
        NotAllowed.unless(asked_for_values(posts_of(by), stored), "设计差于要求的例外由提出要求的部门登记")
        rows = [row for row in stored.indicators.all() if row.designed_short]
        found = [] if rows else [Refusal("没有设计值差于要求的指标")]
        if not reason.strip():
            found.append(Refusal("请写明同意例外的理由", field="reason"))
        if found:
            raise Refused(found)
        for row in rows:
            row.excepted, row.exception_reason, row.exception_on, row.exception_by = row.designed, reason.strip(), clock.today(), by
            row.save(update_fields=columns(row, "excepted", "exception_reason", "exception_on", "exception_by"))
        names = {indicators()[row.key].name: row.designed for row in rows}
        audit.record(action="districts.plot_exception", by=by, obj=stored, data={"plot": stored.number, "values": names, "reason": reason})
    return list(names)


def compare(row: PlotIndicator) -> None:
    """Store the comparison of designed and built values with the requirements."""
    known = indicators()[row.key]
    row.designed_short = is_worse(known, row.designed, row.required)
    row.built_short = is_worse(known, row.built, row.required)


def require(plot: Plot, required: Mapping[str, str], *, by_consultation: bool) -> dict[str, str]:
    """Replace the requirements by those of a reply; indicators not named are no longer required. Returns them in stored form."""
    checked = {key: fields["required"] for key, fields in checked_values({key: {"required": v} for key, v in required.items()}).items()}
    rows = {row.key: row for row in plot.indicators.all()}
    for key in {*rows, *checked}:
        row = rows.setdefault(key, PlotIndicator(plot=plot, key=key))
        row.required, row.by_consultation = checked.get(key, ""), by_consultation
        row.excepted = ""
        compare(row)
    store(rows.values())
    return {key: value for key, value in checked.items() if value}


def store(rows: Iterable[PlotIndicator]) -> None:
    """Write rows in one statement."""
    PlotIndicator.objects.bulk_create(
        # Without primary key, so that the upsert matches rows by plot and key.
        [row if row.pk is None else PlotIndicator(**{name: getattr(row, name) for name in (*KEYS, *STORED)}) for row in rows],
        update_conflicts=True,
        unique_fields=["plot", "key"],
        update_fields=list(STORED),
        batch_size=2000,
    )


KEYS = ("plot_id", "key")
STORED = (
    *("required", "designed", "built", "by_consultation", "designed_short", "built_short"),
    *("excepted", "exception_reason", "exception_on", "exception_by_id", "exception_by_principal"),
)
