"""Writes of expert review."""

from assessments.services.reviews.attending import adjourn, drop_out, sign_in, sign_out
from assessments.services.reviews.concluding import conclude
from assessments.services.reviews.confirming import check_said, check_signature, confirm_agreed, keep_sheet, sign_opinion
from assessments.services.reviews.drawing import appoint_panel, commit_draw, draw_panel
from assessments.services.reviews.files import attach_file, detach_file
from assessments.services.reviews.marking import confirm_rest, save_score, start_scoring, submit_scores
from assessments.services.reviews.meeting import call_meeting, open_meeting, record_agreed, record_vote, save_opinion, withdraw_agreed
from assessments.services.reviews.offline import apply_scores
from assessments.services.reviews.opening import ReviewSubject, open_review
from assessments.services.reviews.paper import check_paper, hand_over_paper, keep_scan, open_paper, paper_of, return_paper, save_paper
from assessments.services.reviews.seats import lapse_overdue, name_chair, note_hours, recuse, release, reply
from assessments.services.reviews.stopping import stop

__all__ = [
    "ReviewSubject",
    "adjourn",
    "apply_scores",
    "appoint_panel",
    "attach_file",
    "call_meeting",
    "check_paper",
    "check_said",
    "check_signature",
    "commit_draw",
    "conclude",
    "confirm_agreed",
    "confirm_rest",
    "detach_file",
    "draw_panel",
    "drop_out",
    "hand_over_paper",
    "keep_scan",
    "keep_sheet",
    "lapse_overdue",
    "name_chair",
    "note_hours",
    "open_meeting",
    "open_paper",
    "open_review",
    "paper_of",
    "record_agreed",
    "record_vote",
    "recuse",
    "release",
    "reply",
    "return_paper",
    "save_opinion",
    "save_paper",
    "save_score",
    "sign_in",
    "sign_opinion",
    "sign_out",
    "start_scoring",
    "stop",
    "submit_scores",
    "withdraw_agreed",
]
