"""States of settings proposals."""

from enum import StrEnum


class ProposalState(StrEnum):
    """States of a settings proposal."""

    PROPOSED = "proposed"
    DECIDING = "deciding"
    DECIDED = "decided"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
