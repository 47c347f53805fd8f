"""Procedures against the code and the tests: who may send, who takes a step, and that every step and every event is walked."""

import ast
import importlib
import inspect
import re

import pytest

from greendistrict.workflow.declaration import procedures
from greendistrict.workflow.machine import Machine
from greendistrict.workflow.registry import machines
from tests.architecture.sources import ROOT, nodes, said, unexplained, unused
from tests.steps import steps_of

# Modules that send a message, or write an outbox row, without a row of a procedure; docs/adr/0010 says more.
SENDERS = {
    "carbon/metering/services/imports.py": "hands a large file of readings to the worker, tells nobody",
    "districts/lists/workbook_import.py": "hands a large workbook to the worker, tells nobody",
    "greendistrict/documents/copies.py": "asks the worker for the PDF of an Office file, tells nobody",
    "greendistrict/documents/scans.py": "a virus in a file, to who uploaded it and to the keepers; asks the worker for the scan",
    "greendistrict/workflow/procedure.py": "sends what the rows of procedures say",
    "greendistrict/workflow/messages.py": "writes the outbox rows of a message",
    "greendistrict/notifications/services.py": "delivers: the mail is another outbox row",
    "greendistrict/notifications/letters.py": "links to set a password: no matter of the programme, the address goes to one account",
    "greendistrict/accounts/links.py": "as above",
    "assessments/reviews/services/leaving.py": "an expert left the body: the secretariat fills the seat anew",
    "greendistrict/accounts/invitations.py": "an invitation, to the security keepers; who goes on, when somebody leaves",
    "greendistrict/accounts/unused.py": "an account that is or will be disabled, to its person and the keepers",
    "greendistrict/accounts/proposals.py": "a grave act that waits for a second keeper, to the keepers",
    "greendistrict/accounts/delegations.py": "a delegation given or ended, to the two whom it concerns",
    "greendistrict/signin/": "a factor or a browser of one's own account; of a reset also the audit keepers",
    "greendistrict/accounts/services.py": "a change of posts, to the keepers; who goes on, when a post ends",
    "obligations/reminders.py": "reminders of what is owed, also where no matter was ever opened; receivers by the ladder of the settings",
    "obligations/urging.py": "what somebody urges by hand, of any duty, also where no matter was ever opened",
    "tools/bench/": "requests of the measurements; nothing of the programme is installed there",
    "portal/audit_log/services.py": "alarms about the audit record itself, to its keeper",
    "portal/webhooks/services.py": "asks the worker to tell a system, and its owner that it was not reached",
    "outreach/opinions/services.py": "an answered opinion, to systems that asked for it; tells no person",
    "approvals/publicity/services/notices.py": "an answered objection, as above",
    "portal/personal/services.py": "somebody asks for a correction of the own data, which is no matter",
    "outreach/exchange/mails.py": "who has no account and left an e-mail address; the others are told by the event's procedure",
    "reports/archive/collecting.py": "the papers of a volume were made, once to who prepares it instead of each report to who asked",
    "reports/jobs/": "a report that was made or cancelled, to everybody who asked for the same one; jobs handed to the worker",
}
SENDING = {"send", "notify", "emit", "outbox.emit", "carrier().notify"}
# Views that take a step without ``workflow.pages``.
TAKERS = {
    "assessments/reviews/views/paper.py": "the sheet is saved as it was typed, so that nothing is lost, and handed over if it is complete",
}
# Steps of a person that no walk takes: (machine, action) → the test that takes them, or why there is none.
ELSEWHERE = {
    ("application", "correct"): "test_a_correction_is_told_as_the_step_says",
    ("acceptance", "correct"): "test_a_correction_is_told_as_the_step_says",
    ("application", "announce"): "test_the_announcement_of_a_case_is_told_as_its_step_says",
    ("acceptance", "announce"): "test_the_announcement_of_a_case_is_told_as_its_step_says",
    ("loss", "announce"): "test_the_announcement_of_a_case_is_told_as_its_step_says",
    ("change", "consult"): "test_departments_are_asked_by_a_page_of_its_own",
}
# Machines that no page moves, each by the matter around it.
MOVED = {"district": "the decision about a title", "score_table": "the self-check, case or stage assessment that owns it"}
WALKS = {"holds_its_promise": ("promise",), "refuses_an_old_form": ("stale",), "walk_steps": ("promise", "stale")}
WALKED_BY_HAND = {"announcement": ("test_an_old_form_changes_nothing_and_a_fresh_one_tells_those_the_page_names", "promise", "stale")}


def calls(*names):
    return [(source.path, said(node.func)) for source, node in nodes(ast.Call) if said(node.func) in names]


def test_messages_are_sent_by_rows_of_procedures():
    found = calls(*SENDING)
    assert unexplained(found, SENDERS) == []
    assert unused(found, SENDERS) == []


def test_views_take_steps_through_the_one_page_of_steps():
    found = [(path, name) for path, name in calls("take", "perform") if "/views" in path]
    assert unexplained(found, TAKERS) == []
    assert unused(found, TAKERS) == []


def literals(names, trees):
    """Texts and the name BEGUN that stand as arguments of the named functions."""
    found = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and said(node.func).split(".")[-1] in names:
                for arg in node.args:
                    found |= {one.value for one in ast.walk(arg) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
                    found |= {"begun"} if isinstance(arg, ast.Name) and arg.id == "BEGUN" else set()
    return found


def test_every_event_of_a_procedure_happens_and_is_walked():
    events = {name for procedure in procedures() for name in procedure.events}
    assert events <= literals({"notify_event", "ask_second", "_notify"}, {source.tree for source, _ in nodes(ast.Module)})
    tests = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "tests").rglob("test_*.py")]
    in_loops = {one.value for tree in tests for node in ast.walk(tree) if isinstance(node, ast.For) and "reaches" in said(node)
                for one in ast.walk(node.iter) if isinstance(one, ast.Constant)}  # fmt: skip
    assert events - literals({"reaches"}, tests) - in_loops == set()


def walked():
    """What the walks of all ``test_steps.py`` take: (kind of walk, machine, action, source)."""
    found = set()
    for path in sorted((ROOT / "tests").rglob("test_steps.py")):
        module = importlib.import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        own = [one for one in vars(module).values() if isinstance(one, Machine)]
        for name, test in vars(module).items():
            if not name.startswith("test_") or not inspect.isfunction(test):
                continue
            text = inspect.getsource(test)
            kinds = {kind for call, which in WALKS.items() if call in text for kind in which}
            kinds |= {kind for by_hand, *which in WALKED_BY_HAND.values() if by_hand == name for kind in which if own}
            values = [value for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize" for value in mark.args[1]]
            found |= {(kind, *step) for kind in kinds for step in _steps(module, own, values)}
    return found


def _steps(module, own, values):
    """Steps of a parametrized test: (machine, action, source), or (action, source) of the module's one machine; by state: ``WALKED``."""
    for machine, action, source in getattr(module, "WALKED", ()):
        yield machine.name, action, source
    for value in values:
        match value:
            case (Machine() as machine, action, source):
                yield machine.name, action, source
            case (str() as action, str() as source) if len(own) == 1:
                yield own[0].name, action, source


@pytest.mark.parametrize("kind", ["promise", "stale"])
def test_every_step_of_every_machine_is_walked(kind):
    taken = {tuple(step) for walk, *step in walked() if walk == kind}
    every = [(machine.name, action, source) for machine, action, source in steps_of(*machines())]
    assert {step for step in every if step[:2] not in ELSEWHERE and step[0] not in MOVED} - taken == set()


def test_what_is_walked_elsewhere_has_its_test():
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    known = {(machine.name, step.action) for machine in machines() for step in machine.transitions}
    assert set(ELSEWHERE) <= known
    assert [name for name in ELSEWHERE.values() if f"def {name}(" not in tests] == []


def test_no_template_types_whom_a_step_notifies():
    named = re.compile(r"通知(申报|区|市级|专家|评审秘书|经办|责任|受分派|部门)")
    found = [path.name for path in (ROOT / "templates").rglob("*.html") if named.search(path.read_text(encoding="utf-8"))]
    assert found == []
