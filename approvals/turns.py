"""Whose turn it is in each state, and who is only informed: the one table behind messages and tasks."""

APPLICANT = ("preparer", "signer")
# state → (whose turn it is, who is only informed)
TURN: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "draft": (("preparer",), ()),
    "signing": (("signer",), ()),
    "endorsing": (("authority",), ()),
    "sent": (("officer",), APPLICANT),
    "correcting": (APPLICANT, ("authority",)),
    "accepted": (("officer", "secretary"), (*APPLICANT, "authority")),
    "reviewing": (("secretary",), APPLICANT),
    "revising": (APPLICANT, ("officer",)),
    "reviewed": (("officer",), APPLICANT),
    "notice": ((), (*APPLICANT, "authority", "officer")),
    "checking": (("checker",), ()),
    "deciding": (("director",), ()),
    "decided": (("officer",), (*APPLICANT, "authority")),
    "announced": ((), (*APPLICANT, "authority")),
    "refused": ((), (*APPLICANT, "authority")),
    "failed": ((), (*APPLICANT, "authority", "officer")),
    "withdrawn": ((), ("authority", "officer", "secretary")),
    "discarded": ((), ()),
}

# Between 经办, 审核 and 审定 a case goes forth and back; outside it reads 审定中 until it leaves.
BETWEEN_OFFICES = frozenset({"reviewed", "checking", "deciding"})


def is_between_offices(source: str, target: str) -> bool:
    """Whether a step stays among the city's own seats: its words and its being taken are not told outside."""
    return {source, target} <= BETWEEN_OFFICES
