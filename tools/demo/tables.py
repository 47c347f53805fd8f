"""Fills score tables and self-checks of fictional districts through their services."""

from dataclasses import dataclass
from decimal import Decimal
from random import Random

from assessments.common.enums import BuildState
from assessments.findings.services import declare_unchanged
from assessments.prefill import services as prefill
from assessments.prefill.selectors import LAND
from assessments.self_checks import services as selfchecks
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import SECTIONS
from assessments.tables.models import ScoreRow, ScoreTable
from assessments.tables.services.cells import save_cell
from districts.facts.selectors import clauses as supplied_clauses
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.workflow.procedure import take
from indicators.editions.selectors import rules_for
from tools.demo import evidence
from tools.demo.quantities import AreaAndResidents
from tools.demo.self_check_texts import texts_of
from tools.demo.values import values_for


@dataclass(frozen=True)
class Year:
    """State of a district in a year: ``seed`` is the same in all years, ``progress`` (0 to 1) is the share of clauses begun.

    Clauses in ``behind`` are behind schedule.
    """

    seed: int
    ambition: float
    progress: float = 1.0
    behind: frozenset[str] = frozenset()


def place_of(district: District) -> AreaAndResidents:
    """Base quantities from the district's file."""
    return AreaAndResidents((district.area_km2 or Decimal(3)) * 100, district.population or 0)


def fill(table: ScoreTable, by: User, year: Year, *, leave: int = 0, proven: int = 1) -> None:
    """Enter values in a table cell by cell; the last ``leave`` rows stay empty, every ``proven``-th row gets its file.

    Values brought in from plots and key projects are kept and confirmed.
    """
    values = values_for(
        rules_for(table.edition), table.type, table.stage, seed=year.seed, ambition=year.ambition, place=place_of(table.district),
        behind=year.behind,
    )  # fmt: skip
    prefill.bring_in(table=table, by=by)
    filled = list(table.rows.order_by("order"))
    brought = set(table.rows.filter(prefill__source=LAND.key).values_list("item_id", flat=True))
    left_out = {row.item_id for row in filled if row.exclusion_reason}  # by the indicator system: these get no value
    supplied = supplied_clauses(table.edition.code, table.stage)
    for row in filled[: len(filled) - leave]:
        version = row.version
        unbuilt = row.item_id in supplied - brought
        state = _state(row, year, unbuilt=unbuilt) if table.building else BuildState.DONE
        if row.item_id in values and row.item_id not in brought | left_out and state != BuildState.NOT_STARTED:
            saved = save_cell(table=table, item_id=row.item_id, field="value", value=values[row.item_id], version=version, token="", by=by)
            version = saved.version
        if table.building:
            save_cell(table=table, item_id=row.item_id, field="build_state", value=state.value, version=version, token="", by=by)
    declare_unchanged(table=table, by=by, items=brought | left_out)
    evidence.give_files(filled[: len(filled) - leave : proven], by)


def _state(row: ScoreRow, year: Year, *, unbuilt: bool) -> BuildState:
    """A clause once begun stays begun; control items are begun from the first day, land clauses once plots or projects provide values."""
    if unbuilt:
        return BuildState.NOT_STARTED
    turn = Random(f"{year.seed}:state:{row.item_id}").random()
    if turn > year.progress and row.item_id.split(".")[1] != "1":
        return BuildState.NOT_STARTED
    return BuildState.DONE if turn <= year.progress - 0.3 else BuildState.GOING


def report(check: SelfCheck, by: User, year: Year) -> None:
    """Write every section of the report text."""
    texts = texts_of(check, year.seed, solar_late=bool(year.behind))
    for section in SECTIONS:
        check.refresh_from_db(fields=["report_version"])
        selfchecks.save_section(check=check, key=section.key, text=texts[section.key], version=check.report_version, by=by)


def file_self_check(check: SelfCheck, preparer: User, reviewer: User, year: Year) -> None:
    """Fill in, write the report, submit for signature, sign and file."""
    fill(check.table, preparer, year)
    report(check, preparer, year)
    take(obj=check, action="hand_up", by=preparer, version=check.version)
    take(obj=check, action="sign", by=reviewer, version=check.version)
