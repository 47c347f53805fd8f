"""Legal basis and issuing body printed on the certificate of a title."""

from approvals.common.enums import TitleKind
from approvals.titles.models.publicity import Title
from greendistrict.policy import citing
from greendistrict.policy.in_force import policies

GROUNDS = {TitleKind.PILOT: citing.PILOT_GRANTED, TitleKind.DEMONSTRATION: citing.DEMONSTRATION_GRANTED}


def granted_under(title: Title) -> dict[str, str]:
    """Basis of a certificate in words and its issuer; ``by`` is empty for a policy not in the portal."""
    known = next((one for one in policies() if one.code == title.policy), None)
    if known is None:
        return {"basis": title.policy, "by": ""}
    cite = GROUNDS[TitleKind(title.kind)].cite
    return {"basis": f"《{known.title}》（{known.code}）{citing.article(cite)}", "by": known.lead}
