"""Who decides and which day it is come from outside: doors, services and jobs ask, everything else is told."""

import ast
import re
from collections import Counter

from tests.architecture.sources import nodes, said, sources

# Doors, services and jobs by the names of their modules; ``take`` is the service of all steps, tools work on the data from outside.
ASKING = re.compile(
    r"^greendistrict/workflow/procedure\.py$|(^|/)(views|api|admin|middleware|templatetags|management|services|tasks|jobs|tools)(/|\.py$)|_(views|services)\.py$"
)
# Modules of these names are told whatever they write.
TOLD = re.compile(r"(^|/)(guards|lifecycle|procedures?|questions|forms|rules|selectors)(/|\.py$)|_(forms|rules)\.py$")
CLOCK = {"posts_of", "clock.today", "clock.now", "clock.day_began", "timezone.now", "Now", "CurrentDate", "CurrentTimestamp"}
SQL = re.compile(r"\b(now\(\)|current_date\b|current_timestamp\b)", re.IGNORECASE)
# How often modules that are told still ask; may only fall. Among them is what makes posts, viewers and settings of today.
STILL_ASK = {
    "approvals/bulk/takeover.py": 2, "approvals/cases/letters/sheet.py": 1, "assessments/experts/forms.py": 2,
    "assessments/workbook/score_table.py": 2, "carbon/inventories/workbook.py": 1, "districts/file/forms/parties.py": 1,
    "districts/file/stated_figures.py": 2, "districts/indicator_systems/workbook_import.py": 1, "greendistrict/accounts/acting.py": 1,
    "greendistrict/accounts/models.py": 1, "greendistrict/accounts/post_rules.py": 3, "greendistrict/accounts/selectors.py": 8,
    "greendistrict/audit/anchors.py": 1, "greendistrict/audit/grouped.py": 1, "greendistrict/core/checks.py": 1,
    "greendistrict/core/database_clock.py": 1, "greendistrict/core/papers.py": 1, "greendistrict/core/schedule.py": 3,
    "greendistrict/documents/list_workbook.py": 1, "greendistrict/documents/lost_files.py": 1,
    "greendistrict/documents/workbooks/sealed.py": 1, "greendistrict/notifications/sms.py": 1, "greendistrict/policy/citing.py": 1,
    "greendistrict/policy/in_use.py": 2, "greendistrict/policy/letter_texts.py": 1, "greendistrict/policy/parameters.py": 2,
    "greendistrict/signin/validators.py": 1, "obligations/acting.py": 1, "obligations/authority_duties.py": 1,
    "obligations/city_duties.py": 4, "obligations/keeper_duties.py": 1, "obligations/reminder_samples.py": 1, "obligations/selectors.py": 3,
    "obligations/watches.py": 2, "outreach/common/receipts.py": 2, "portal/backup/record.py": 1, "portal/backup/restoring.py": 1,
    "portal/comparison/plot_figures.py": 1, "portal/data_check/file_checks.py": 1, "portal/guide/blocks.py": 1,
    "portal/open_data/features.py": 1, "portal/personal/books.py": 1, "portal/publicity/feeds.py": 1,
    "reports/annual/figures/district.py": 2, "reports/annual/figures/scores.py": 1, "reports/archive/made_papers.py": 1,
    "reports/archive/package.py": 1, "reports/city/figures/whole.py": 1, "reports/closings/days.py": 1, "reports/closings/figures.py": 1,
    "reports/common/render.py": 1, "reports/composition/word.py": 1, "reports/matters/obligations_plan.py": 1,
    "reports/sensitivity/xlsx.py": 1,
}  # fmt: skip


def asks_itself(path: str, text: str) -> bool:
    """Whether a module may ask: a door, a service, a job. Under another name it is a door that takes a request, a service that opens a
    transaction.
    """
    return bool(ASKING.search(path)) or (not TOLD.search(path) and ("HttpRequest" in text or "transaction.atomic" in text))


def asked() -> Counter[str]:
    """How often modules that are told ask the clock or whose posts somebody holds, called or handed on as a function."""
    told = {source.path for source in sources() if not asks_itself(source.path, source.text)}
    found = Counter(source.path for source, node in nodes(ast.Name, ast.Attribute) if source.path in told and said(node) in CLOCK)
    found.update(
        source.path
        for source, node in nodes(ast.Constant)
        if source.path in told and isinstance(node.value, str) and SQL.search(node.value)
    )
    return found


def test_who_decides_and_which_day_it_is_come_from_outside():
    assert asked() == STILL_ASK, "lower the number where it fell; hand the viewer, the posts or the day on where it rose"
