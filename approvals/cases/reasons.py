"""Keys and titles of the reasons that an applicant writes: one for each should-rule that fails, one for a star that is not reached."""

from collections.abc import Mapping

from greendistrict.policy.selectors import rule_title

SHORT_OF_STAR = "STAR"


def titled(reasons: Mapping[str, str]) -> list[tuple[str, str]]:
    """Title and text of each reason, in a fixed order."""
    return [(reason_title(key), text) for key, text in sorted(reasons.items())]


def reason_title(key: str) -> str:
    """Title of what the reason is given for."""
    return "自评未达到申报星级" if key == SHORT_OF_STAR else rule_title(key)


def reason_label(key: str) -> str:
    """Label of the reason itself."""
    return f"{reason_title(key)}的理由" if key == SHORT_OF_STAR else f"未满足“{reason_title(key)}”的理由"
