"""Legal basis and issuing body printed on the certificate of a title."""

from approvals.cases.letters.sheet import CLAUSES
from approvals.common.enums import CaseKind, TitleKind
from approvals.titles.models.publicity import Title
from greendistrict.policy.in_force import policies


def granted_under(title: Title) -> dict[str, str]:
    """Basis of a certificate in words and its issuer; ``by`` is empty for a policy not in the portal."""
    clause = CLAUSES[CaseKind.ACCEPTANCE if title.kind == TitleKind.DEMONSTRATION else CaseKind.APPLICATION]
    known = next((one for one in policies() if one.code == title.policy), None)
    if known is None:
        return {"basis": title.policy, "by": ""}
    return {"basis": f"《{known.title}》（{known.code}）{clause}", "by": known.lead}
