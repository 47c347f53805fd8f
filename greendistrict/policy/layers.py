"""Where the duties of the table and their dates come from: a text, which says so in its own words, or the portal.

The public page of the policy, the page of a duty, terms in the guide and the API take it from here; a test compares what is called 原文
with the text. ``provisions`` puts duties beside rules, readings, settings, materials, papers and sentences in one table.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from greendistrict.policy.duty_table import DutyKind


class Layer(StrEnum):
    """Where a provision comes from."""

    TEXT = "原文"
    READING = "理解"
    PLATFORM = "平台"


# Words of the cited clause that set the date of a duty. Dates of the other duties under a clause are rules of the portal.
DATED: Mapping[str, str] = {
    "organise_application": "到“十四五”末",
}
# Duties whose date rests on a reading of the clause, which stands with their rule: every three years, but not from which day.
READ_DATE = frozenset({"stage_hold"})
# Duties under a clause that asks for less than the portal does: for a mechanism, not for a record of it each year; for a report, not for
# sending it to the city; of demonstrations for a self-evaluation from time to time; of districts to accept inspections, not of the
# office to hold them; of nobody by name to make a plan. The readings stand with their rules.
READ = frozenset({
    ("mechanisms", "OPERATE-MECHANISM"), ("carbon_verification", "OPERATE-CARBON"), ("self_check", "OPERATE-REPORT"),
    ("inspection_visit", "SUPERVISION"), ("key_area_plan", "KEY-AREA"),
})  # fmt: skip
# Duties that a law sets with their terms; 有效期 is the last day that a document gives itself.
BY_LAW = frozenset({"remedy_reply", "disclosure_reply", "disclosure_report"})
BY_DOCUMENT = frozenset({"policy_expiry"})
# What of a duty or date in the words of a clause or document is the portal's own all the same.
OWN_PART: Mapping[str, str] = {
    "stage_hold": "每三年是原文，从公告日起算是理解，提前开放的天数是平台",
    "organise_application": "期限是原文，怎样认定第二轮是理解",
    "disclosure_reply": "期限是原文，只延长一次是平台",
    **dict.fromkeys(BY_DOCUMENT, "有效期是原文，提前提醒的天数是平台"),
}


class DutyLayers(NamedTuple):
    """A kind of duty with the layer of the duty itself and that of its date."""

    kind: DutyKind
    duty: Layer
    date: Layer

    @property
    def words(self) -> str:
        """Both layers in words, and what of the date is the portal's own."""
        if own := OWN_PART.get(self.kind.key):
            return f"事项是{self.duty}；{own}"
        return f"事项和期限都是{self.duty}" if self.duty == self.date else f"事项是{self.duty}，期限是{self.date}"


def layers_of(kind: DutyKind) -> DutyLayers:
    """Layers of a kind of duty and of its date: TEXT if a clause, a law or a document asks for it in its own words."""
    by_others = kind.key in BY_LAW | BY_DOCUMENT
    duty = Layer.READING if (kind.key, kind.rule) in READ else Layer.TEXT if kind.words or by_others else Layer.PLATFORM
    dated = Layer.TEXT if kind.key in DATED or by_others else Layer.READING if kind.key in READ_DATE else Layer.PLATFORM
    return DutyLayers(kind, duty, dated)
