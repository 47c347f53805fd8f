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
