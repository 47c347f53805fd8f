"""Entries that a new version of the indicator system takes over from the previous one, also under another edition. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from districts.common.enums import SystemStatus
from districts.file.models.district import District
from districts.indicator_systems.models import IndicatorRow, IndicatorSystem
from districts.indicator_systems.row_rules import CARBON, MEASURED, VALUES, measure_for
from districts.indicator_systems.targets import read, show
from indicators.comparison.mapping import ClausePair, MappedClauses, NamedClause, map_clauses
from indicators.editions.models import Edition
from indicators.editions.selectors import rules_for
from indicators.scoring.prepare import EditionRules, Item
from indicators.scoring.refusals import ValueProblem

ALWAYS = ("department", "source")
OUT_OF_RANGE = "原值超出新标准的取值范围"


@dataclass(frozen=True)
class CarriedClause:
    """A clause present in both editions, with the entries that are taken over.

    ``kept`` and ``dropped`` are values in words by field name; ``why`` says why some are dropped; ``exclusion`` is the reason of the
    exclusion, ``exclusion_lost`` the reason why it no longer applies.
    """

    pair: ClausePair
    kept: Mapping[str, str]
    dropped: Mapping[str, str]
    why: str
    exclusion: str
    exclusion_lost: str


def take_over(rows: Iterable[IndicatorRow], old: IndicatorSystem | None, edition: Edition, kind: str) -> None:
    """Copy the entries of the previous version to the new rows, clause by clause.

    Under another edition clauses are matched by ``indicators.comparison.mapping``; values are copied if they mean the same and the new
    clause accepts them. Department and source are copied for every matched clause.
    """
    if old is None:
        return
    before = {row.key: row for row in old.rows.all()}
    if old.edition_id == edition.pk:
        _take_same(rows, before)
        return
    items, mapped = rules_for(edition).items, mapping_between(old.edition, edition, kind)
    for row in rows:
        pair = mapped.by_new.get(row.key)
        kept = before.get(pair.old.id) if pair else None
        if pair and kept:
            _take_mapped(row, kept, pair, items)
    _take_same([row for row in rows if not row.item_id], before)


def mapping_between(old: Edition, new: Edition, kind: str) -> MappedClauses:
    """Matching of clauses of a district type between two editions."""
    return map_clauses(old.document, new.document, kind=kind)


def _take_same(rows: Iterable[IndicatorRow], before: Mapping[str, IndicatorRow]) -> None:
    for row in rows:
        if kept := before.get(row.key):
            for name in (*VALUES, "taking_part", "exclusion_reason"):
                setattr(row, name, getattr(kept, name))


def _take_mapped(row: IndicatorRow, kept: IndicatorRow, pair: ClausePair, items: Mapping[str, Item]) -> None:
    found = _admitted(kept, pair, items)
    for name in found:
        setattr(row, name, found[name])
    if "baseline" in found:
        row.baseline_year = kept.baseline_year
    if pair.way != "number_alone":
        for name in ALWAYS:
            setattr(row, name, getattr(kept, name) or getattr(row, name))
    if not kept.taking_part and pair.carries_exclusion:
        row.taking_part, row.exclusion_reason = False, kept.exclusion_reason


def _admitted(kept: IndicatorRow, pair: ClausePair, items: Mapping[str, Item]) -> dict[str, str]:
    """Baseline and targets of the old row that are valid for the new clause."""
    if not pair.carries:
        return {}
    measure = measure_for(IndicatorRow(key=pair.new.id, item_id=pair.new.id), items)
    found = {}
    for name in MEASURED:
        try:
            if value := read(measure, getattr(kept, name)):
                found[name] = value
        except ValueProblem:
            continue
    return found


@dataclass(frozen=True)
class MovePreview:
    """Preview of a district's move to another edition; ``system`` is the version whose entries would be taken over."""

    district: District
    old: Edition
    new: Edition
    system: IndicatorSystem | None
    carried: tuple[CarriedClause, ...]
    gone: tuple[tuple[NamedClause, str], ...]
    come: tuple[NamedClause, ...]
    own: tuple[IndicatorRow, ...]

    @property
    def counts(self) -> list[tuple[str, int]]:
        """Numbers of clauses by kind, with their words."""
        kept = [one for one in self.carried if one.kept or (one.exclusion and not one.exclusion_lost)]
        lost = [one for one in self.carried if one.dropped or one.exclusion_lost]
        return [
            ("两版都有", len(self.carried)),
            ("其中沿用已填内容", len(kept)),
            ("其中有内容不沿用", len(lost)),
            ("不再适用", len(self.gone)),
            ("新增，需填写", len(self.come)),
        ]


def preview_of(district: District, old: Edition, new: Edition) -> MovePreview:
    """What moving the district to another edition does to its indicator system. Writes nothing."""
    system = latest_system(district, old)
    rows = {row.key: row for row in system.rows.all()} if system else {}
    mapped = mapping_between(old, new, district.type)
    before, after = rules_for(old), rules_for(new)
    return MovePreview(
        district=district,
        old=old,
        new=new,
        system=system,
        carried=tuple(_carried(pair, rows.get(pair.old.id), before, after) for pair in mapped.pairs),
        gone=tuple((named, _said(rows.get(named.id), before)) for named in mapped.gone),
        come=mapped.come,
        own=tuple(row for row in rows.values() if not row.item_id and row.key != CARBON),
    )


def latest_system(district: District, edition: Edition) -> IndicatorSystem | None:
    """Newest approved version under an edition, whose entries are taken over."""
    approved = district.indicator_systems.filter(edition=edition, status=SystemStatus.APPROVED)
    return approved.select_related("edition").order_by("-number").first()


def _carried(pair: ClausePair, row: IndicatorRow | None, before: EditionRules, after: EditionRules) -> CarriedClause:
    if row is None:
        return CarriedClause(pair, {}, {}, pair.lost, "", "")
    measure, kept = measure_for(row, before.items), _admitted(row, pair, after.items)
    said = {row_label(row, name): show(measure, getattr(row, name)) for name in MEASURED if getattr(row, name)}
    names = {row_label(row, name) for name in kept}
    dropped = {label: words for label, words in said.items() if label not in names}
    return CarriedClause(
        pair=pair,
        kept={label: words for label, words in said.items() if label in names},
        dropped=dropped,
        why=(pair.lost or OUT_OF_RANGE) if dropped else pair.lost,
        exclusion=row.exclusion_reason,
        exclusion_lost=pair.lost_exclusion if row.exclusion_reason else "",
    )


def row_label(row: IndicatorRow, name: str) -> str:
    """Label of a field as shown on pages."""
    return str(getattr(row._meta.get_field(name), "verbose_name", name))


def _said(row: IndicatorRow | None, rules: EditionRules) -> str:
    """Entries of a dropped clause, in words."""
    if row is None:
        return ""
    if row.exclusion_reason:
        return f"不参评：{row.exclusion_reason}"
    measure = measure_for(row, rules.items)
    said: Sequence[str] = [f"{row_label(row, name)}{show(measure, getattr(row, name))}" for name in MEASURED if getattr(row, name)]
    return "，".join(said)
