"""The last day of a term says on every page that it is provisional (暂定) and that it rests on an unconfirmed setting (默认值)."""

import ast
import re

from tests.architecture.sources import ROOT, nodes, said
from tests.architecture.test_templates import TEMPLATES, text_of

TERM = r"(?:was_|new_|score_|hearing_|rectify_|serve_|appeal_)?(?:due|until|due_on)|redo_by|(?:deadline|term|last|answer|serve_due)\.day"
NAMED = re.compile(rf"(?<![\w.])((?:\w+\.)*?(?:{TERM}))\|cn_date\b")
SHOWN = re.compile(r"([\w.]+)\|term_day\b")
MARK = re.compile(r"\{% default_mark |is_default %\}（默认值）")
# A mark in brackets, or behind what is ours: written out, it stays when the city has confirmed.
FIXED = re.compile(
    r"(?<!is_default %\})（[^（）{}%<>]*(?:默认值|待(?:市级)?确认)[^（）]*）|(?:理解|参数|规则)[^。“”{}]{0,6}，待(?:市级)?确认"
)
FIXED_RIGHTLY = {
    "obligations/duties.py": "asks the duty",
    "obligations/way.py": "asks the setting",
    "portal/gallery/views.py": "an example of a component",
    "portal/todo/selectors.py": "asks the duty",
    "reports/city/sections/annexes.py": "lists those that are not confirmed",
}
NEAR = 130  # signs between a day and its mark

ENTERED = "somebody chose the day"
# Days by these names that no working days decide.
CHOSEN = {
    ("approvals/casework/case.html", "case.review.score_due"): ENTERED,
    ("approvals/policy_life/document_check.html", "row.until"): "the last day that a document gives itself",
    ("approvals/titles/_holders.html", "row.until"): "the day on which another holder followed",
    ("assessments/inspections/inspection_detail.html", "finding.due"): ENTERED,
    ("assessments/reviews/_review_desk.html", "review.score_due"): ENTERED,
    ("assessments/reviews/expert_invitation.html", "work.due"): ENTERED,
    ("assessments/reviews/review_detail.html", "review.score_due"): ENTERED,
    ("assessments/share_page/share.html", "share.due_on"): ENTERED,
    ("assessments/share_page/share_list.html", "share.due_on"): ENTERED,
    ("assessments/stage_assessments/stage_detail.html", "stage.due"): "the day of the cycle, three years after another",
    ("beautiful/plans/_line.html", "planned.due_on"): ENTERED,
    ("beautiful/plans/plan_roll.html", "row.due_on"): ENTERED,
    ("beautiful/plans/task.html", "one.due_on"): ENTERED,
    ("beautiful/plans/task.html", "planned.due_on"): ENTERED,
    ("districts/file/designated_body.html", "body.until"): "the day on which another body followed",
    ("portal/desk/_expert.html", "panel.review.score_due"): ENTERED,
    ("portal/first_day/first_day.html", "line.mark.due"): ENTERED,
}
LAW = "a law sets the term"
ASKED = "what a request asks for, or from which day"
# Terms that rest on no setting.
UNMARKED = {
    ("approvals/casework/_asked.html", "one.row.until"): ASKED,
    ("approvals/remedies/_record.html", "appeal_until"): LAW,
    ("approvals/remedies/_record.html", "due"): LAW,
    ("approvals/remedies/_record.html", "row.redo_by"): "a court or the body of reconsideration sets the day",
    ("approvals/remedies/_record.html", "way.until"): LAW,
    ("approvals/remedies/_ways.html", "way.until"): LAW,
    ("approvals/requests/_asked_for.html", "row.until"): ASKED,
    ("obligations/obligation_batch.html", "item.new_due"): "a decision moves the day",
    ("outreach/disclosures/_done.html", "opinion_until"): LAW,
    ("outreach/disclosures/_done.html", "way.until"): LAW,
    ("outreach/disclosures/disclosure.html", "term"): LAW,
    ("outreach/disclosures/disclosure_filed.html", "due"): LAW,
    ("outreach/disclosures/disclosure_receipt.html", "due"): LAW,
    ("portal/takeover/record_request.html", "asked.due"): "the officer chooses a working day",
}
# Papers that are handed on have no notes; the day that a letter sets is the city's own.
PAPERS = re.compile(r"(^|/)letters(/|\.py$)|^reports/|^tools/|^obligations/(letters|way)\.py$")
TOLD = re.compile(rf"(?:\w+\.)*(?:{TERM})")
# Days by these names in the code that no working days decide, or that the sentence does not give as a last day.
IN_CODE = {
    ("approvals/record_requests/services.py", "due"): "a rest day that was chosen, and is refused",
    ("assessments/share_page/procedure.py", "due_on"): ENTERED,
    ("assessments/workbook/score_table.py", "share.due_on"): ENTERED,
    ("assessments/reviews/procedure.py", "review.score_due"): ENTERED,
    ("assessments/stage_assessments/columns.py", "line.stage.due"): "the day on which an early one was opened",
    ("assessments/stage_assessments/models.py", "due"): "the day on which an early one was ordered",
    ("beautiful/plans/content.py", "self.due_on"): ENTERED,
    ("beautiful/releases/selectors.py", "content.due_on"): ENTERED,
    ("obligations/duties.py", "self.due"): "says itself which days are exact",
    ("obligations/services.py", "self.due"): "the day from which it moves",
    ("portal/public/selectors.py", "day.due"): "the day from which it moves",
}


def test_last_days_in_templates_are_marked_as_provisional():
    found = {(name, day) for name in TEMPLATES for day in NAMED.findall(text_of(name))}
    assert found == set(CHOSEN)


def test_last_days_that_rest_on_a_setting_are_marked_as_default():
    found = {
        (name, one[1])
        for name in TEMPLATES
        for text in [text_of(name)]
        for one in SHOWN.finditer(text)
        if not MARK.search(text, one.end(), one.end() + NEAR)
    }
    assert found == set(UNMARKED)


def test_last_days_in_sentences_are_marked_as_provisional():
    found = {
        (source.path, ast.unparse(node.args[0]))
        for source, node in nodes(ast.Call)
        if said(node.func) in {"day_in_words", "cn_date"} and node.args and not PAPERS.search(source.path)
    }
    assert {one for one in found if TOLD.fullmatch(one[1])} == set(IN_CODE)


def test_no_mark_of_what_is_not_confirmed_is_fixed_text():
    """``default_mark`` and the guide's ``reading:`` ask whether the city has confirmed."""
    texts = [(f"templates/{name}", text_of(name)) for name in TEMPLATES]
    guide = sorted((ROOT / "portal/guide/pages").glob("*.md"))
    texts += [(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in guide]
    texts += [(source.path, node.value) for source, node in nodes(ast.Constant) if isinstance(node.value, str)]
    assert {path for path, text in texts if FIXED.search(text)} == set(FIXED_RIGHTLY)
