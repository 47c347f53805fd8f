"""Data of the page 提交前核对: findings grouped by kind and chapter, blocking ones first, filtered by the query string."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from assessments.findings.selectors.check import RowFinding
from assessments.plausibility.registry import RULES
from assessments.tables.models import ScoreTable
from indicators.editions.selectors import rules_for

REPORT, WHOLE = "report", "table"  # kind of what is found in the report, chapter of what concerns no clause
CONFIRMED = "confirmed"
FEW = 12  # groups of hints up to this length are unfolded
CONDITIONS = ("state", "kind", "chapter")


class FindingState(StrEnum):
    """State of a finding: blocking, waiting for an answer, or answered."""

    BLOCKING = "blocking"
    OPEN = "open"
    ANSWERED = "answered"


WORDS = {FindingState.BLOCKING: "须先处理", FindingState.OPEN: "提示", FindingState.ANSWERED: "已说明"}
ORDER = list(FindingState)


def state_of(one: RowFinding) -> FindingState:
    """State of one finding: blocking, an unanswered warning, or answered."""
    if one.blocks:
        return FindingState.BLOCKING
    return FindingState.ANSWERED if one.answer else FindingState.OPEN


def kind_of(one: RowFinding) -> str:
    """Key of the group to which a finding belongs."""
    return one.rule or REPORT


def chapter_of(one: RowFinding) -> str:
    """Key of the chapter of the finding's clause."""
    return one.chapter if one.item_id else WHOLE


@dataclass(frozen=True)
class FindingLine:
    """A finding with the data its line in the list needs."""

    finding: RowFinding
    takes_focus: bool = False

    @property
    def state(self) -> FindingState:
        """State that decides the line's tag."""
        return state_of(self.finding)

    @property
    def word(self) -> str:
        """Text of the tag."""
        return "须说明" if self.state is FindingState.BLOCKING and self.finding.explain else WORDS[self.state]


@dataclass(frozen=True)
class FindingGroup:
    """Findings of one kind by chapter; ``at`` is the finding answered last, whose group stays unfolded."""

    key: str
    chapters: tuple[tuple[str, tuple[FindingLine, ...]], ...]
    at: str = ""

    @cached_property
    def lines(self) -> tuple[FindingLine, ...]:
        """All lines of the group."""
        return tuple(line for _, lines in self.chapters for line in lines)

    @property
    def title(self) -> str:
        """Display name of the kind."""
        return RULES[self.key].title if self.key in RULES else "自评报告"

    @property
    def source(self) -> str:
        """Where the rule comes from."""
        return RULES[self.key].source if self.key in RULES else ""

    @cached_property
    def counts(self) -> tuple[tuple[FindingState, str, int], ...]:
        """Counts by state as (state, words, number), blocking first."""
        found = Counter(line.state for line in self.lines)
        return tuple((state, WORDS[state], found[state]) for state in FindingState if found[state])

    @cached_property
    def shared_text(self) -> str:
        """Text common to all findings of the group, shown once in its head; empty if they differ."""
        return self._shared("text")

    @cached_property
    def shared_limit(self) -> str:
        """Limit common to all findings of the group, shown once in its head; empty if they differ."""
        return self._shared("limit")

    def _shared(self, name: str) -> str:
        said = {str(getattr(line.finding, name)) for line in self.lines}
        return said.pop() if len(said) == 1 and len(self.lines) > 1 else ""

    @cached_property
    def answerable(self) -> tuple[RowFinding, ...]:
        """Open findings of the group that may be explained."""
        return tuple(line.finding for line in self.lines if line.finding.answerable and not line.finding.answer)

    @property
    def confirms(self) -> bool:
        """Whether the findings of the group are resolved by confirming their rows."""
        return self.key == CONFIRMED

    @property
    def opened(self) -> bool:
        """Whether the group is unfolded: it blocks, is short, or is the one last worked in."""
        return self.counts[0][0] is FindingState.BLOCKING or len(self.lines) <= FEW or self.at.partition(":")[0] == self.key

    @property
    def takes_focus(self) -> bool:
        """Whether focus moves to the group, because several of its findings were answered at once."""
        return self.at == self.key


# Options of a filter: key, label, number of findings shown under the other filters, whether chosen.
FindingChoices = tuple[tuple[str, str, int, bool], ...]


@dataclass(frozen=True)
class CheckList:
    """Data of the page of the check; ``selects``: filters shown as select boxes as (name, label, options)."""

    findings: tuple[RowFinding, ...]
    groups: tuple[FindingGroup, ...]
    states: FindingChoices
    selects: tuple[tuple[str, str, FindingChoices], ...]
    state: str
    query: str

    @cached_property
    def shown(self) -> int:
        """Number of findings under the filter."""
        return sum(len(group.lines) for group in self.groups)

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """Number of all findings by state, ignoring the filter."""
        found = Counter(map(state_of, self.findings))
        return {state.value: found[state] for state in FindingState}


def check_list(table: ScoreTable, findings: Collection[RowFinding], address: Mapping[str, str]) -> CheckList:
    """Group the findings. ``address``: ``state``, ``kind`` and ``chapter`` filter, ``at`` is the finding or kind answered last."""
    titles = {one.key: f"第{one.number}章　{one.title}" for one in rules_for(table.edition).table(table.type, table.stage).chapters}
    titles |= {WHOLE: ""}
    chapters = [WHOLE, *(key for key in titles if key != WHOLE)]
    wanted = {name: address.get(name, "") for name in CONDITIONS}
    read = {"state": state_of, "kind": kind_of, "chapter": chapter_of}
    present = {name: {read[name](finding) for finding in findings} for name in CONDITIONS}
    wanted = {name: value if value in present[name] else "" for name, value in wanted.items()}

    def under(*names: str) -> list[RowFinding]:
        return [finding for finding in findings if all(not wanted[name] or read[name](finding) == wanted[name] for name in names)]

    def choices(name: str, others: tuple[str, str], labels: Iterable[tuple[str, str]]) -> FindingChoices:
        found = Counter(read[name](one) for one in under(*others))
        return tuple((key, label, found[key], wanted[name] == key) for key, label in labels if key in present[name])

    kinds = [*((key, rule.title) for key, rule in RULES.items()), (REPORT, "自评报告")]
    named = [(key, titles[key] or "整张表和报告") for key in chapters]
    return CheckList(
        tuple(findings),
        tuple(_groups(under(*CONDITIONS), [(key, titles[key]) for key in chapters], address.get("at", ""))),
        choices("state", ("kind", "chapter"), WORDS.items()),
        (
            ("kind", "类别", choices("kind", ("state", "chapter"), kinds)),
            ("chapter", "章", choices("chapter", ("state", "kind"), named)),
        ),
        wanted["state"],
        "&".join(f"{name}={value}" for name, value in wanted.items() if value),
    )


def _groups(findings: Iterable[RowFinding], chapters: Collection[tuple[str, str]], at: str) -> list[FindingGroup]:
    by_kind: dict[str, dict[str, list[FindingLine]]] = {}
    for one in findings:
        by_kind.setdefault(kind_of(one), {}).setdefault(chapter_of(one), []).append(FindingLine(one, takes_focus=one.key == at))
    groups = [
        FindingGroup(kind, tuple((title, _sorted(found[key])) for key, title in chapters if key in found), at)
        for kind, found in by_kind.items()
    ]
    kinds = [*RULES, REPORT]
    return sorted(groups, key=lambda group: (min(ORDER.index(line.state) for line in group.lines), kinds.index(group.key)))


def _sorted(lines: Iterable[FindingLine]) -> tuple[FindingLine, ...]:
    return tuple(sorted(lines, key=lambda line: ORDER.index(line.state)))
