"""Who decides and which day it is come from outside: doors, services and jobs ask, everything else is told."""

import ast
import re
import sys
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
# Modules that are told by their names and may ask.
MAY_ASK = {
    "districts/file/stated_figures.py": "writes: when a figure was entered",
    "greendistrict/accounts/acting.py": "makes posts: on whose behalf somebody acts",
    "greendistrict/accounts/models.py": "makes posts: whether one is over",
    "greendistrict/accounts/post_rules.py": "makes posts, of today or of a day",
    "greendistrict/accounts/selectors.py": "makes posts, and says who holds them",
    "greendistrict/audit/anchors.py": "writes: the moment of an anchor",
    "greendistrict/audit/grouped.py": "writes: one record a day",
    "greendistrict/core/checks.py": "tries the clock",
    "greendistrict/core/database_clock.py": "is the clock",
    "greendistrict/core/papers.py": "writes: the moment at which a paper is issued",
    "greendistrict/core/schedule.py": "writes: the runs of jobs",
    "greendistrict/documents/list_workbook.py": "stamps the file that is handed out",
    "greendistrict/documents/lost_files.py": "writes: one record a day",
    "greendistrict/documents/workbooks/sealed.py": "stamps the file that is handed out",
    "greendistrict/notifications/gateway.py": "stamps a request to another system",
    "greendistrict/policy/citing.py": "makes settings: the policy that a letter without a date cites",
    "greendistrict/policy/letter_texts.py": "makes settings: the wording of a letter without a date",
    "greendistrict/policy/parameters.py": "makes settings, of today or of a day",
    "greendistrict/signin/validators.py": "writes: when a password was set",
    "outreach/common/receipts.py": "writes: the moment of an arrival",
    "portal/adapters/oa.py": "is a job: reads as the officer who asked for a letter, of the last days",
    "portal/backup/restoring.py": "names the folder that a restored one replaces",
    "portal/data_check/checks.py": "looks at the age of files",
    "portal/publicity/feeds.py": "is a door: answers an address",
    "reports/archive/package.py": "stamps the package",
    "reports/common/render.py": "stamps the file",
    "reports/composition/word.py": "stamps the file",
}


def asks_itself(path: str, text: str) -> bool:
    """Whether a module may ask: a door, a service, a job. Under another name it is a door that takes a request, a service that opens a
    transaction.
    """
    return bool(ASKING.search(path)) or (not TOLD.search(path) and ("HttpRequest" in text or "transaction.atomic" in text))


def asked() -> Counter[str]:
    """How often modules that are told ask the clock or whose posts somebody holds, called or handed on, or make a viewer of a person."""
    told = {source.path for source in sources() if not asks_itself(source.path, source.text)} - set(MAY_ASK)
    found = Counter(source.path for source, node in nodes(ast.Name, ast.Attribute) if source.path in told and said(node) in CLOCK)
    found.update(
        source.path
        for source, node in nodes(ast.Constant)
        if source.path in told and isinstance(node.value, str) and SQL.search(node.value)
    )
    found.update(
        source.path
        for source, node in nodes(ast.Call)  # the portal itself is the same on every day and for everybody
        if source.path in told and said(node.func) == "Viewer" and ast.unparse(node.args[0]) != "None"
    )
    return found


def test_who_decides_and_which_day_it_is_come_from_outside():
    assert asked() == {}, "hand the viewer, the posts or the day on"


def test_each_that_may_ask_asks(monkeypatch):
    may = set(MAY_ASK)
    monkeypatch.setattr(sys.modules[__name__], "MAY_ASK", {})
    assert may - set(asked()) == set()
