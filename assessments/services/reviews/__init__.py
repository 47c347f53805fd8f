"""Writes of expert review."""

from assessments.services.reviews.concluding import conclude
from assessments.services.reviews.drawing import appoint_panel, commit_draw, draw_panel
from assessments.services.reviews.marking import confirm_rest, save_score, start_scoring, submit_scores
from assessments.services.reviews.meeting import call_meeting, open_meeting, record_agreed, record_vote, save_opinion, sign_opinion
from assessments.services.reviews.opening import ReviewSubject, open_review
from assessments.services.reviews.seats import name_chair, recuse, reply
from assessments.services.reviews.stopping import stop

__all__ = [
    "ReviewSubject",
    "appoint_panel",
    "call_meeting",
    "commit_draw",
    "conclude",
    "confirm_rest",
    "draw_panel",
    "name_chair",
    "open_meeting",
    "open_review",
    "record_agreed",
    "record_vote",
    "recuse",
    "reply",
    "save_opinion",
    "save_score",
    "sign_opinion",
    "start_scoring",
    "stop",
    "submit_scores",
]
