"""The word of a state stands once: in its enumeration or its ``State``. Pages, papers, exports and the API ask for it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from greendistrict.workflow.declaration import machines
from tests.architecture.sources import ROOT, Source, nodes, said

# State words that also name a thing, a meeting or a part of the procedure.
NAMES = {
    "试点", "示范", "培育",  # titles, and stages of the programme
    "专家评审", "专家评分", "专家技术审查", "终期验收评审", "评审会", "现场核查", "整改复核", "形成结论", "拟办",  # parts of a procedure
    "征询", "征询部门意见", "划拨", "施工图审查", "竣工验收",  # steps of the control of plots and of a change
    "草稿",  # mark of a paper that is not issued
}  # fmt: skip
MANY_SETS = 60  # sets of states in the product
DONE = "what a step did, in its message"
FIELD = "the name of a yes-or-no field"
APART = "the standing of something without a machine"
# Where a state word is said of something else, with the reason.
ELSEWHERE = {
    "approvals/cases/guards.py": (APART, {"公示中"}),
    "approvals/casework/views/cases.py": (APART, {"已批准"}),
    "approvals/changes/change_kinds/withdrawal.py": (APART, {"已退出"}),
    "approvals/losses/models.py": (FIELD, {"合格"}),
    "assessments/self_checks/procedure.py": (DONE, {"已报送", "已撤回"}),
    "assessments/tables/models.py": (FIELD, {"已接收"}),
    "districts/file/stated_figures.py": (APART, {"待核对"}),
    "districts/plots/forms.py": ("filters of plots", {"未启动", "竣工不符合"}),
    "districts/plots/selectors/as_of_day.py": ("plots of a report", {"未启动"}),
    "districts/plots/selectors/board.py": ("the list of plots", {"未启动"}),
    "districts/plots/selectors/page.py": (APART, {"待答复"}),
    "districts/yearly_plans/views.py": (DONE, {"已接收"}),
    "greendistrict/accounts/proposals.py": (DONE, {"不同意"}),
    "greendistrict/workflow/second_person_pages.py": (DONE, {"已退回"}),
    "obligations/case_terms.py": ("the day from which a term runs", {"审查有结论"}),
    "greendistrict/policy/duty_table.py": ("what fulfils a duty", {"已举办", "已提交", "已报送", "已复核", "已公告"}),
    "portal/gallery/views.py": ("examples of components", {"已提交", "不予受理"}),
    "portal/open_data/datasets.py": (FIELD, {"已核查"}),
    "portal/publicity/selectors.py": (APART, {"已更正"}),
    "reports/archive/procedure.py": (DONE, {"已归档", "已移交"}),
    "reports/archive/views.py": (DONE, {"已移交"}),
    "reports/jobs/services.py": (DONE, {"已取消"}),
    "tools/bench/messages.py": (DONE, {"已受理"}),
    "templates/accounts/proposal_list.html": ("a button", {"不同意"}),
    "templates/approvals/acceptances/visit.html": (APART, {"核查中"}),
    "templates/approvals/applications/case_questions.html": (APART, {"待答复"}),
    "templates/approvals/applications/case_receipt.html": (DONE, {"已提交"}),
    "templates/approvals/casework/case.html": (APART, {"待答复"}),
    "templates/approvals/consultations/_awaited.html": (APART, {"待答复", "逾期未答复"}),
    "templates/approvals/publicity/announcement.html": (APART, {"已更正"}),
    "templates/approvals/publicity/notice.html": (APART, {"公示中"}),
    "templates/assessments/reviews/_paper_links.html": ("after the name of the person", {"录入中"}),
    "templates/assessments/score_page/_score_build.html": (APART, {"未启动"}),
    "templates/beautiful/plans/_checked.html": (APART, {"待核对"}),
    "templates/beautiful/releases/progress_releases.html": (APART, {"已撤回"}),
    "templates/beautiful/releases/public_progress.html": (APART, {"已撤回"}),
    "templates/carbon/metering/meter_tokens.html": (APART, {"已收回"}),
    "templates/components/job.html": (APART, {"已取消"}),
    "templates/districts/file/_checked.html": (APART, {"已退回", "待核对"}),
    "templates/districts/overview/_plan.html": (APART, {"已批准"}),
    "templates/districts/plot_changes/plot_change_list.html": (APART, {"已撤回"}),
    "templates/districts/plots/plot_control.html": (APART, {"待答复"}),
    "templates/districts/special_plans/plan_edit.html": (APART, {"已批准"}),
    "templates/portal/comparison/comparison.html": ("inside a sentence", {"已接收"}),
    "templates/portal/desk/_expert.html": (APART, {"已提交"}),
    "templates/portal/gallery/components.html": ("examples of components", {"已提交", "已接收", "退回补充", "不合格", "不予受理"}),
}
DECLARING = {"State", "TonedWord", "Transition"}


def state_words() -> set[str]:
    """Words of all states, for staff and for the public, but for those that are names as well."""
    return {word for machine in machines() for state in machine.states for word in (state.label, state.public) if word} - NAMES


def declared() -> set[ast.AST]:
    """Texts of enumerations, states, toned words and steps, and the plain parts of sentences."""
    found: set[ast.AST] = set()
    for _, node in nodes(ast.ClassDef):
        if any(ast.unparse(base).endswith("Choices") for base in node.bases):
            found.update(ast.walk(node))
    for _, node in nodes(ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id in DECLARING:
            found.update(ast.walk(node))
    for _, node in nodes(ast.JoinedStr):
        found.update(part for part in node.values if isinstance(part, ast.Constant))
    return found


def is_lifecycle(source: Source) -> bool:
    """Whether the module declares a machine."""
    return "lifecycle" in Path(source.path).with_suffix("").parts


def in_modules(words: set[str]) -> Iterator[tuple[str, str]]:
    """(path, word) for each word that is a whole text outside its declaration."""
    there = declared()
    for source, node in nodes(ast.Constant):
        if isinstance(node.value, str) and node.value in words and node not in there and not is_lifecycle(source):
            yield source.path, node.value


def whole_texts(template: str) -> set[str]:
    """Texts between marks of a template, and texts given to its tags and attributes."""
    return {*re.findall(r"[>}]\s*([^<>{}\s]+)\s*(?=[<{])", template), *re.findall(r'"([^"{}]+)"', template)}


def in_templates(words: set[str]) -> Iterator[tuple[str, str]]:
    """(path, word) for each word that is the whole text of a tag, cell, option, heading or branch."""
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for word in words & whole_texts(path.read_text(encoding="utf-8")):
            yield path.relative_to(ROOT).as_posix(), word


def test_the_word_of_a_state_is_written_once():
    words, found = state_words(), dict[str, set[str]]()
    for path, word in (*in_modules(words), *in_templates(words)):
        found.setdefault(path, set()).add(word)
    assert found == {path: said for path, (_, said) in ELSEWHERE.items()}


def test_a_word_that_is_a_whole_text_of_a_template_is_seen():
    template = '{% tag "甲" %}<td>\n  乙\n</td><h2>丙</h2><option value="1">丁</option>{% if x %}戊{% endif %}<p>已甲乙，丙</p>'
    assert whole_texts(template) & {*"甲乙丙丁戊"} == {*"甲乙丙丁戊"}


def test_names_are_still_state_words():
    """A name that no state has any more leaves the list."""
    labels = {word for machine in machines() for state in machine.states for word in (state.label, state.public)}
    assert labels >= NAMES


def states_listed() -> Iterator[tuple[tuple[str, ...], str]]:
    """Members of the enumeration of a machine that stand together in a tuple, set or list of nothing else, and the place."""
    kinds = {type(state.key).__name__ for machine in machines() for state in machine.states}
    for source, node in nodes(ast.Tuple, ast.Set, ast.List):
        elements = getattr(node, "elts", ())
        members = sorted({said(one).removesuffix(".value") if isinstance(one, ast.Attribute) else "" for one in elements})
        [kind, *others] = {one.partition(".")[0] for one in members} or {""}
        if kind in kinds and not others and len(members) > 1:
            yield tuple(members), f"{source.path}:{getattr(node, 'lineno', 0)}"


def test_a_set_of_states_is_written_once():
    places: dict[tuple[str, ...], list[str]] = {}
    for members, place in states_listed():
        places.setdefault(members, []).append(place)
    assert len(places) > MANY_SETS
    assert {members: found for members, found in places.items() if len(found) > 1} == {}
