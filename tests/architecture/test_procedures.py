"""Procedures against the code and the tests: who may send, who takes a step, and that every matter and every event is walked."""

import ast
import re
from collections import defaultdict
from dataclasses import replace

import pytest

from approvals.cases.lifecycle import case_machines
from greendistrict.workflow.declaration import machines, procedure_named, procedures
from greendistrict.workflow.letters import letter_sources
from greendistrict.workflow.machine import facts_read
from tests.architecture.sources import ROOT, nodes, off, said
from tests.matters import offers
from tests.matters.every import MATTERS

# Modules that send a message, or write an outbox row, without a row of a procedure; docs/adr/0010 says more.
SENDERS = {
    "carbon/metering/services/imports.py": "hands a large file of readings to the worker, tells nobody",
    "districts/lists/workbooks.py": "hands a large workbook to the worker, tells nobody",
    "greendistrict/documents/copies.py": "asks the worker for the PDF of an Office file, tells nobody",
    "greendistrict/documents/scans.py": "a virus in a file, to who uploaded it and to the keepers; asks the worker for the scan",
    "greendistrict/workflow/procedure.py": "sends what the rows of procedures say",
    "greendistrict/workflow/messages.py": "writes the outbox rows of a message",
    "greendistrict/notifications/services.py": "delivers: the mail is another outbox row",
    "greendistrict/notifications/letters.py": "links to set a password: no matter of the programme, the address goes to one account",
    "greendistrict/accounts/links.py": "as above",
    "assessments/reviews/services/opening.py": "an expert left the body: the secretariat fills the seat anew",
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
    "portal/adapters/services.py": "asks the worker to exchange with a system, tells nobody",
    "portal/first_day/services.py": "asks the worker that has what it needs for a trial, tells nobody",
    "portal/webhooks/services.py": "asks the worker to tell a system, and its owner that it was not reached",
    "outreach/opinions/services.py": "an answered opinion, to systems that asked for it; tells no person",
    "approvals/publicity/services.py": "an answered objection, as above",
    "approvals/titles/services/notices.py": "asks the worker for the PDF of a notice, tells nobody",
    "approvals/record_requests/services.py": "a request has no states to step through: it ends by what is entered elsewhere",
    "portal/personal/services.py": "somebody asks for a correction of the own data, which is no matter",
    "outreach/exchange/mails.py": "who has no account and left an e-mail address; the others are told by the event's procedure",
    "reports/archive/collecting.py": "the papers of a volume were made, once to who prepares it instead of each report to who asked",
    "reports/jobs/": "a report that was made or cancelled, to everybody who asked for the same one; jobs handed to the worker",
}
SENDING = {"send", "notify", "emit", "outbox.emit", "carrier().notify"}
# Views that take a step without ``workflow.pages``.
TAKERS = {
    "assessments/reviews/views/paper.py": "the sheet is saved as it was typed, so that nothing is lost, and handed over if it is complete"
}
MANY_FACTS = 100  # facts read by guards, over all steps
# Machines that no page moves, each by the matter around it.
MOVED = {"district": "the decision about a title", "score_table": "the self-check, case or stage assessment that owns it"}


def calls(*names):
    return [(source.path, said(node.func)) for source, node in nodes(ast.Call) if said(node.func) in names]


def test_messages_are_sent_by_rows_of_procedures():
    found = calls(*SENDING)
    assert off(found, SENDERS) == []


def test_views_take_steps_through_the_one_page_of_steps():
    found = [(path, name) for path, name in calls("take", "perform") if "/views" in path]
    assert off(found, TAKERS) == []


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
    texts = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    tests = [ast.parse(text) for text in texts if "reaches" in text]
    in_loops = {one.value for tree in tests for node in ast.walk(tree) if isinstance(node, ast.For) and "reaches" in said(node)
                for one in ast.walk(node.iter) if isinstance(one, ast.Constant)}  # fmt: skip
    assert events - literals({"reaches"}, tests) - in_loops == set()


def test_every_machine_is_in_the_list_of_matters_with_every_state():
    assert {name: kind.machine for name, kind in MATTERS.items()} == {machine.name: machine for machine in machines()}
    listed = {(name, state) for name, states in offers.kept().items() for state in states}
    assert listed == {(machine.name, state.key) for machine in machines() for state in machine.states}


def test_a_step_that_no_walk_takes_has_its_test():
    kinds = [kind for name, kind in MATTERS.items() if name not in MOVED]
    left = {(kind.machine.name, one.action) for kind in kinds for one in kind.machine.transitions if one.action in kind.elsewhere}
    assert left == {(machine, "announce") for machine in ("application", "acceptance", "loss")}
    tests = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    assert "def test_the_announcement_of_a_case_is_told_as_its_step_says(" in tests


def test_each_row_of_a_case_computes_only_what_the_guards_of_its_step_read():
    for machine in case_machines().values():
        steps = procedure_named(machine.name).steps
        asked = {one.action: {name for guard in one.guards for name in facts_read(guard)} for one in machine.transitions}
        assert {action: set(steps[action].facts) for action in asked} == asked


def test_a_letter_names_steps_of_its_matter():
    """Letters of cases are compared when the program starts; these say at each draft at which step the office needs it."""
    known, named = defaultdict(set), defaultdict(set)
    steps = [(machine.model, step.action) for machine in machines() for step in machine.transitions]
    for source in letter_sources:
        module = source.drafts.__module__.replace(".", "/") + ".py"
        known[module] |= {action for model, action in steps if model == source.model._meta.label}
    for source, node in nodes(ast.Call):
        if said(node.func) == "Draft" and len(node.args) > 3 and isinstance(node.args[3], ast.Tuple):
            named[source.path] |= {ast.literal_eval(one) for one in node.args[3].elts}
    assert len(named) > 5
    assert {module: actions - known[module] for module, actions in named.items() if actions - known[module]} == {}


def test_a_forgotten_fact_fails_the_start():
    """Of every step whose guards read facts, in every machine, each left out in turn."""
    tried = 0
    for procedure in procedures():
        for step in procedure.machine.transitions:
            for name in {name for guard in step.guards for name in facts_read(guard)}:
                row = procedure.steps[step.action]
                rows = {**procedure.steps, step.action: replace(row, facts=tuple(one for one in row.facts if one != name))}
                with pytest.raises(ValueError, match=f"{step.action}: the row lacks facts that its guards read .*'{name}'"):
                    replace(procedure, steps=rows)
                tried += 1
    assert tried > MANY_FACTS


def test_guards_read_facts_only_as_they_declare():
    found = [source.path for source, node in nodes(ast.Attribute) if node.attr == "facts" and said(node.value) == "question"]
    assert set(found) == {"greendistrict/workflow/machine.py"}


def test_no_template_types_whom_a_step_notifies():
    named = re.compile(r"通知(申报|区|市级|专家|评审秘书|经办|责任|受分派|部门)")
    found = [path.name for path in (ROOT / "templates").rglob("*.html") if named.search(path.read_text(encoding="utf-8"))]
    assert found == []
