"""States of cases, and what their steps amount to."""

from enum import StrEnum


class CaseState(StrEnum):
    """States of a case; each kind of case uses some of them."""

    DRAFT = "draft"
    SIGNING = "signing"
    ENDORSING = "endorsing"
    SENT = "sent"
    CORRECTING = "correcting"
    ACCEPTED = "accepted"
    REVIEWING = "reviewing"
    REVISING = "revising"
    REVIEWED = "reviewed"
    NOTICE = "notice"
    CHECKING = "checking"
    DECIDING = "deciding"
    DECIDED = "decided"
    ANNOUNCED = "announced"
    REFUSED = "refused"
    FAILED = "failed"
    WITHDRAWN = "withdrawn"
    DISCARDED = "discarded"
    APPROVED = "approved"
    DROPPED = "dropped"
    VISITING = "visiting"
    CONSULTING = "consulting"
    TELLING = "telling"
    HEARING = "hearing"
    HEARD = "heard"
    LEGAL = "legal"
    DISCUSSING = "discussing"
    SERVED = "served"


AT_RECEIPT = frozenset({CaseState.SENT, CaseState.ACCEPTED})  # with the city for receipt and formal review
ANSWERABLE = frozenset({CaseState.ACCEPTED, CaseState.VISITING})  # pre-review questions are answered until the review is asked for
IN_FAVOUR = frozenset({CaseState.DECIDED, CaseState.ANNOUNCED})  # an application or acceptance that was decided in favour
UNSIGNED = frozenset({CaseState.DRAFT, CaseState.SIGNING})
AWAITING_ANNOUNCEMENT = frozenset({CaseState.DECIDED, CaseState.SERVED})
WITH_OFFICER = (CaseState.SENT, CaseState.CONSULTING)  # a change that the officer has on the desk
AT_HEARING = frozenset({CaseState.HEARING, CaseState.HEARD})  # from the notification of the holder to the consideration of the statement


class Deed(StrEnum):
    """What a step of a case amounts to, for terms and dossiers that ask for any such step."""

    SENDS = "sends"  # to the city, or to the body that endorses
    SENDS_AGAIN = "sends_again"  # after a review that asked for changes
    ACCEPTS = "accepts"
    TELLS = "tells"  # the holder of the intended decision
    STATES = "states"  # the holder's statement, or that there is none
    CLOSES_NOTICE = "closes_notice"
    DECIDES = "decides"
    GIVES_UP = "gives_up"
