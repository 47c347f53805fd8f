"""Sentences about a year's ledger for the operation report and the self-check; only counting entries are used."""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from assessments.common.mechanism import REQUIRED
from assessments.self_checks.models import SelfCheck
from assessments.self_checks.report import LiveFigure
from assessments.yearly_reports.models import YearlyReport
from greendistrict.core import memoisation
from greendistrict.core.rounding import fixed, half_up
from operation.entries.models import EventKind, TrainingTier, YearFundKind
from operation.ledger.selectors import Ledger, ledger_of

HUNDRED = Decimal(100)


def _counted(ledger: Ledger, section: str) -> list[Any]:
    part = next(one for one in ledger.parts if one.section.key == section)
    return [line.entry for line in part.lines if line.entry.counts_since is not None]


def _mechanisms(ledger: Ledger) -> str:
    records = _counted(ledger, "mechanisms")
    if not records:
        return ""
    keys = {one.key for one in REQUIRED}
    required = sum(record.mechanism in keys for record in records)
    told = "；".join(f"{record}由{record.lead}牵头，依据{record.basis}" for record in records)
    return f"应建立的{len(REQUIRED)}项管理机制已建立{required}项：{told}"


def _bodies(ledger: Ledger) -> str:
    known = _counted(ledger, "bodies")
    told = "、".join(f"{one}{'' if one.staff is None else f'（{one.staff:,}人）'}" for one in known)
    return f"运营管理机构{len(known)}个：{told}" if known else ""


def _meetings(ledger: Ledger) -> str:
    held = _counted(ledger, "meetings")
    return f"召开协同会议、开展动态评估{len(held)}次：{'；'.join(map(str, held))}" if held else ""


def _platforms(ledger: Ledger) -> str:
    running = _counted(ledger, "platforms")
    if not running:
        return ""
    told = [f"{one.name}（{one.get_kind_display()}{_covering(one.coverage)}）" for one in running]
    return f"运行数字化平台{len(running)}个：{'、'.join(told)}"


def _covering(share: Decimal | None) -> str:
    return "" if share is None else f"，覆盖率{fixed(share)}%"


def _trainings(ledger: Ledger) -> str:
    held = _counted(ledger, "trainings")
    if not held:
        return ""
    by_tier = {tier: sum(one.attended for one in held if one.tier == tier) for tier in TrainingTier}
    tiers = "、".join(f"{tier.label}{number}人次" for tier, number in by_tier.items() if number)
    rated = [(one.rating, one.attended) for one in held if one.rating is not None and one.attended]
    people = sum(number for _, number in rated)
    rating = f"，满意率{half_up(sum((rate * number for rate, number in rated), Decimal(0)) / people, 1)}%" if people else ""
    return f"举办培训{len(held)}次，参加{sum(by_tier.values())}人次{f'，其中{tiers}' if tiers else ''}{rating}"


def _audits(ledger: Ledger) -> str:
    held = _counted(ledger, "audits")
    if not held:
        return ""
    both = [(one.consumed, one.saving) for one in held if one.consumed is not None and one.saving is not None]
    used, saved = _total(one for one, _ in both), _total(one for _, one in both)
    share = f"（{half_up(saved / used * HUNDRED, 1)}%）" if used else ""
    found = f"，其中{len(both)}项年用能{fixed(used, grouped=True)}tce，年节能潜力{fixed(saved, grouped=True)}tce{share}" if both else ""
    return f"开展能源审计{len(held)}项{found}"


def _events(ledger: Ledger) -> str:
    held = _counted(ledger, "events")
    kinds = "、".join(f"{kind.label}{number}次" for kind in EventKind if (number := sum(one.kind == kind for one in held)))
    people = sum(one.attended or 0 for one in held)
    return f"开展{kinds}{f'，参加{people}人次' if people else ''}" if held else ""


def _funds(ledger: Ledger) -> str:
    known = _counted(ledger, "funds")
    if not known:
        return ""
    kinds = "、".join(
        f"{kind.label}预算{fixed(_total(one.budget for one in own), grouped=True)}万元"
        for kind in YearFundKind
        if (own := [one for one in known if one.kind == kind])
    )
    spent = [one.used for one in known if one.used is not None]
    used = f"，已使用{fixed(_total(spent), grouped=True)}万元" if spent else ""
    return f"{kinds}，合计{fixed(_total(one.budget for one in known), grouped=True)}万元{used}"


def _total(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))


def _figure(key: str, label: str, section: str, says: Callable[[Ledger], str]) -> LiveFigure:
    def said(report: YearlyReport | SelfCheck, _today: dt.date) -> str:
        words = says(memoisation.once(ledger_of, report.district, report.year))  # read once for all sentences of a page
        return "，".join(part for line in re.split(r"[。！？\n]", words) if (part := line.strip()))

    return LiveFigure(key, label, frozenset({section}), said)


FIGURES = (
    _figure("funds", "资金", "overview", _funds),
    _figure("bodies", "运营管理机构", "mechanisms", _bodies),
    _figure("mechanisms", "管理机制", "mechanisms", _mechanisms),
    _figure("meetings", "会议和评估", "mechanisms", _meetings),
    _figure("trainings", "培训", "people", _trainings),
    _figure("platforms", "数字化平台", "digital", _platforms),
    _figure("audits", "能源审计", "carbon", _audits),
    _figure("events", "宣传和交流", "effect", _events),
)

# 四、管理机制建立情况 of the self-check: bodies, mechanisms, people and money.
OF_MANAGEMENT = ("bodies", "mechanisms", "meetings", "trainings", "funds")
SELF_CHECK_FIGURES = tuple(replace(one, sections=frozenset({"management"})) for one in FIGURES if one.key in OF_MANAGEMENT)
