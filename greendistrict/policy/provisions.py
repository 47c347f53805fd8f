"""Whatever the portal asks of somebody or tells them, in one table, each with its layer: 原文, 理解 or 平台.

Rules, readings, duties, settings, statutory terms, quotations and wordings stand here; packages above register materials and papers. A
test compares the words of what is called 原文 with the cited clause.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from greendistrict.core.registry import Registry
from greendistrict.policy.citing import SENTENCES, Sentence
from greendistrict.policy.duty_table import TOLD
from greendistrict.policy.layers import BY_DOCUMENT, BY_LAW, DATED, Layer, layers_of
from greendistrict.policy.letter_texts import BLOCKS
from greendistrict.policy.parameters import OF_TEXT
from greendistrict.policy.selectors import setting_label, setting_rows
from greendistrict.policy.statutes import STATUTORY_TERMS
from greendistrict.policy.types import Policy


@dataclass(frozen=True)
class Provision:
    """One thing that is asked or told. ``cite`` and ``words``: the clause, law or document and what it says; without either for 平台."""

    name: str
    layer: Layer
    cite: str = ""
    words: str = ""


@dataclass(frozen=True)
class ProvisionGroup:
    """Provisions of one sort, in the words of its heading."""

    title: str
    of: Callable[[Policy], Iterable[Provision]]


provision_groups: Registry[ProvisionGroup] = Registry(
    "provisions", entry="what is asked or told, by sort: each by its name, its layer, and the words of the text where it is 原文"
)


def named_by_text(name: str, named: Sentence | None) -> Provision:
    """A paper or a material: 原文 if a sentence of the policy names it, otherwise the portal's own."""
    return Provision(name, Layer.TEXT, *named) if named else Provision(name, Layer.PLATFORM)


def provisions_of(policy: Policy) -> list[tuple[str, list[Provision]]]:
    """(heading, provisions) of a policy, the kernel's own first, then what is registered."""
    return [(group.title, list(group.of(policy))) for group in (*_OWN, *provision_groups)]


def _rules(policy: Policy) -> Iterator[Provision]:
    for rule in policy.rules:
        yield Provision(rule.title, Layer.TEXT, rule.cite, rule.degree)


def _readings(policy: Policy) -> Iterator[Provision]:
    for rule in policy.readings:
        yield Provision(f"{rule.title}（{rule.reading_state}）", Layer.READING, rule.cite, rule.understood)


def _duties(_policy: Policy) -> Iterator[Provision]:
    for kind in TOLD:
        yield Provision(kind.label, layers_of(kind).duty, kind.cite if kind.words or kind.key in BY_LAW | BY_DOCUMENT else "", kind.words)


def _dates(policy: Policy) -> Iterator[Provision]:
    read = {rule.id: rule.understood for rule in policy.rules}
    for kind in TOLD:
        layer = layers_of(kind).date
        words = read.get(kind.rule, "") if layer is Layer.READING else DATED.get(kind.key, "")
        yield Provision(f"{kind.label}的期限", layer, "" if layer is Layer.PLATFORM else kind.cite, words)


def _statutory(_policy: Policy) -> Iterator[Provision]:
    for name, term in STATUTORY_TERMS.items():
        yield Provision(f"{name}：{term.words}", Layer.READING if term.reading else Layer.TEXT, term.cite, term.reading)


def _settings(_policy: Policy) -> Iterator[Provision]:
    for row in setting_rows():
        yield Provision(row.label, Layer.PLATFORM)
    for key, of_text in OF_TEXT.items():
        yield Provision(setting_label(key), Layer.TEXT, *of_text)


def _quotations(_policy: Policy) -> Iterator[Provision]:
    for sentence in SENTENCES:
        yield Provision("文书引用的语句", Layer.TEXT, *sentence)


def _wordings(_policy: Policy) -> Iterator[Provision]:
    for block in BLOCKS.values():
        yield Provision(f"{block.title}（{block.letters}）", Layer.PLATFORM)


_OWN = (
    ProvisionGroup("条款", _rules), ProvisionGroup("对条款的理解", _readings), ProvisionGroup("到期事项", _duties),
    ProvisionGroup("到期事项的期限", _dates), ProvisionGroup("法定期限", _statutory), ProvisionGroup("参数", _settings),
    ProvisionGroup("引用的语句", _quotations), ProvisionGroup("文书用语", _wordings),
)  # fmt: skip
