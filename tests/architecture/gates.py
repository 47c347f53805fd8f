"""The gates of 八（一）–（四）: who enters each fact behind them, on which paper, and whose steps ask them; kept as ``docs/gates.md``.

Rules, facts and steps are read from the policy and from the machines. Where a fact is entered by a step, its seats are read as well; where
a service enters it, the service is named with the posts that it lets in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module

from greendistrict.policy.engine import facts_asked
from greendistrict.policy.loader import all_policies
from greendistrict.workflow.declaration import machines
from greendistrict.workflow.machine import Machine, Transition
from tests.architecture.sources import ROOT

KEPT = ROOT / "docs" / "gates.md"
BLOCKING = {"must", "effect"}
# Facts that choose whether a rule applies; nobody profits from them.
CHOOSING = {"district_type"}
DISTRICT, CITY = ("preparer", "consultant"), ("city_officer", "secretariat")
SITE = ("bureau", "authority", "preparer")  # the departments of the site; the preparer's is a 补录
RECORDED = "approvals.losses.services"
DECIDED = "decided"  # the state in which a title is given or lost


@dataclass(frozen=True)
class Entry:
    """How a fact comes to be: actions of machines whose names begin so, or a service; and the paper.

    ``checked``: the record that a service makes, where it counts nowhere before another person of the city has checked it.
    """

    paper: str
    machine: str = ""
    actions: tuple[str, ...] = ()
    service: str = ""
    posts: tuple[str, ...] = ()
    checked: str = ""

    def steps(self) -> Iterator[tuple[Machine, Transition]]:
        """Steps that enter the fact."""
        for machine in machines():
            if self.machine and machine.name.startswith(self.machine):
                yield from ((machine, one) for one in machine.transitions if one.action in self.actions)

    def seats(self) -> set[str]:
        """Seats that enter the fact."""
        return set(self.posts) | {seat.key for _, one in self.steps() for seat in one.seats}

    def alone(self) -> set[str]:
        """Seats that can do so from the beginning without anybody else; guards are left out, so these are too many rather than too few."""
        posts = set() if self.checked else set(self.posts)
        return posts | {seat for machine, one in self.steps() for seat in walking_alone(machine, one.target)}

    def told(self) -> str:
        """Who enters the fact, and who checks it."""
        return " ".join(sorted(self.seats())) + (", checked by another person of the city" if self.checked else "")


ENTRIES: dict[str, tuple[Entry, ...]] = {
    "developable_ratio": (Entry("专业规划批复文件", service="districts.special_plans.services.approve_plan", posts=DISTRICT),),
    "key_project_plan": (Entry("近期重点项目实施计划批准文件", service="districts.projects.services.save_project_plan", posts=DISTRICT),),
    "plots_acquired_ratio": (Entry("出让合同、划拨决定书", machine="plot_", actions=("contract", "allocate")),),
    "endorsements_complete": (
        Entry(
            "批复文件、报送函",
            service="approvals.applications.services.endorsements.record_endorsement",
            posts=("authority", "city_officer"),
        ),
    ),
    "review_passed": (Entry("专家组签名的评审意见", machine="review", actions=("conclude",)),),
    "main_works_built_ratio": (Entry("竣工验收合格报告", service="districts.projects.services.accept_work", posts=SITE),),
    "plots_built_ratio": (Entry("竣工验收合格报告", machine="plot_", actions=("complete",)),),
    "key_projects_in_use_ratio": (Entry("竣工验收和投用证明", service="districts.projects.services.put_in_use", posts=SITE),),
    "site_visit_done": (Entry("现场核查记录", service="approvals.acceptances.services.close_visit", posts=CITY),),
    "acceptance_meeting_held": (Entry("专家组签名的评审意见", machine="review", actions=("conclude",)),),
    "not_implemented_finding": (Entry("经办认定的事实与依据", machine="loss", actions=("agree", "to_tell")),),
    "consecutive_failures": (
        Entry("阶段评估结论", machine="stage_assessment", actions=("disqualify",)),
        Entry("后评估结论", machine="post_evaluation", actions=("disqualify",)),
        Entry(
            "补录的评估结论文件", service=f"{RECORDED}.record_assessment", posts=("city_officer",), checked="approvals.RecordedAssessment"
        ),
    ),
}


@dataclass(frozen=True)
class Relied:
    """What one person enters beside the gates, and the city relies on or might seem to.

    ``records``: models, by label, that ``second_person`` checks. ``states``: states of machines through which it reaches the city.
    ``names``, ``within``: what nothing counts is called so in the code, and in no other folders and files.
    """

    what: str
    entered: str
    rests: str
    records: tuple[str, ...] = ()
    states: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    second_person: str = "another person of the city"

    def second(self) -> str:
        """The second person."""
        signed = ", ".join(f"`{machine}` to `{state}` takes two seats" for machine, state in self.states)
        return self.second_person if self.records else signed or "none"


REVIEWER = "the applicant's reviewer, another person"
RELIED = (
    Relied("补录的市级评估结论", "city_officer", "revocation, duties, reports, awards", records=("approvals.RecordedAssessment",)),
    Relied(
        "补录称号的更正",
        "city_officer",
        "terms that count from the day of a title, its star, the list of titles, open data",
        records=("approvals.TitleCorrection",),
        second_person="the director, another person",
    ),
    Relied("登记的政策文件", "city_legal city_officer", "validity of the policy, every gate", records=("approvals.PolicyDocument",)),
    Relied("新增的排放因子版本", "city_director", "every inventory of its years", records=("carbon.AddedFactor",)),
    Relied("免报", "city_director city_checker", "lists, reminders and counts of what is owed", records=("obligations.Exemption",)),
    Relied("市级登记的指标", "city_officer", "areas of 美丽上海, their workbook and API", records=("beautiful.AreaFigure",)),
    Relied("方面与重点领域的对应", "city_officer", "in which area an indicator counts", records=("beautiful.DimensionLinkDecision",)),
    Relied(
        "减排措施",
        "consultant preparer",
        "areas of 美丽上海, their workbook and API",
        records=("carbon.AbatementMeasure",),
        second_person=REVIEWER,
    ),
    Relied(
        "指标实际值（碳排放强度、自定指标）",
        "consultant preparer",
        "areas of 美丽上海, their workbook and API",
        records=("districts.IndicatorActual",),
        second_person=REVIEWER,
    ),
    Relied(
        "运营台账",
        "authority consultant preparer",
        "运营工作报告 and 年度自查, which keep its sentences as filed",
        states=(("yearly_report", "filed"), ("self_check", "filed")),
    ),
    Relied(
        "历史自查",
        "city_officer",
        "nothing: a scan on the page of its title, missed on 补录进度 as long as it is not there; no duty, score or report counts it",
        names=("HistoricSelfCheck", "historic_self_checks"),
        within=("approvals/bulk/", "approvals/titles/", "approvals/models.py", "approvals/wiring.py"),
    ),
)


def walking_alone(machine: Machine, target: str) -> set[str]:
    """Seats that reach a state from the beginning by their own steps."""
    keys = {seat.key for one in machine.transitions for seat in one.seats}
    return {key for key in keys if target in _reached(machine, key)}


def _reached(machine: Machine, key: str) -> set[str]:
    found = {machine.initial or machine.states[0].key}
    while (
        more := {
            str(one.target) for one in machine.transitions if found & {*map(str, one.sources)} and key in {seat.key for seat in one.seats}
        }
        - found
    ):
        found |= more
    return found


def rules() -> list:
    """Rules of 八 that hold a step up, in the order of the policy."""
    return [one for one in all_policies()[-1].rules if one.cite.startswith("八") and one.level.value in BLOCKING and one.tests]


def asking(rule) -> list[tuple[Machine, Transition]]:
    """Steps that ask a rule, each action once."""
    found = {
        (machine.name, one.action): (machine, one)
        for machine in machines()
        for one in machine.transitions
        if any(asks(guard, rule) for guard in one.guards) and one.seats
    }
    return list(found.values())


def asks(guard, rule) -> bool:
    """Whether a guard asks the policy about the step of the rule; the loss of a title has a guard of its own."""
    return rule.step.value in vars(guard).get("facts", ()) or (rule.step.value == "decide" and guard.__name__ == "grounds_hold")


def entering_alone(rule) -> set[str]:
    """Seats that can enter every fact of a rule, each in one of its ways, without anybody else."""
    ways: dict[str, set[str]] = {}
    for fact, one in entries(rule):
        ways.setdefault(fact, set()).update(one.alone())
    return set.intersection(*ways.values())


def entries(rule) -> list[tuple[str, Entry]]:
    """Facts of a rule with how each is entered."""
    return [(fact, one) for fact in sorted(facts_asked(rule) - CHOOSING) for one in ENTRIES[fact]]


def document() -> str:
    """The page."""
    head = (
        "# Gates of 八（一）–（四）\n\n"
        "Who enters each fact behind a rule that holds a step up, on which paper, and whose steps ask the rule. `make gates` writes it "
        "from policy and machines; a test also shows that no seat opens one alone.\n\n"
        "| 条 | rule | fact | entered by | paper | asked at |\n|---|---|---|---|---|---|\n"
    )
    lines = [
        f"| {rule.cite} | `{rule.id}` | `{fact}` | {one.told()} | {one.paper} | {_asked(rule)} |"
        for rule in rules()
        for fact, one in entries(rule)
    ]
    beside = [f"| {one.what} | {one.entered} | {one.second()} | {one.rests} |" for one in RELIED]
    other = ["Beside the gates:", "", "| record | entered by | second person | what rests on it |", "|---|---|---|---|", *beside]
    return "\n".join([head + "\n".join(lines), "", *other, ""])


def _asked(rule) -> str:
    steps = [f"{machine.name}.{one.action} ({' '.join(seat.key for seat in one.seats)})" for machine, one in asking(rule)]
    return ", ".join(sorted(steps))


def named(path: str):
    """The service of a dotted name."""
    module, _, name = path.rpartition(".")
    return getattr(import_module(module), name)
