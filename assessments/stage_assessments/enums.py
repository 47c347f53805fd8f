"""States of stage assessments."""

from enum import StrEnum


class StageState(StrEnum):
    """States of a stage assessment."""

    DRAFT = "draft"
    SIGNING = "signing"
    FILED = "filed"
    REVIEWING = "reviewing"
    JUDGING = "judging"
    CHECKING = "checking"
    DECIDING = "deciding"
    QUALIFIED = "qualified"
    RECTIFYING = "rectifying"
    RECHECKING = "rechecking"
    MENDED = "mended"
    UNMENDED = "unmended"


ENDED = (StageState.QUALIFIED, StageState.MENDED, StageState.UNMENDED)
CONCLUDED = (
    StageState.QUALIFIED,
    StageState.RECTIFYING,
    StageState.RECHECKING,
    StageState.MENDED,
    StageState.UNMENDED,
)  # decided, whatever the conclusion
UNFILED = (StageState.DRAFT, StageState.SIGNING)
FOUND_UNQUALIFIED = (
    StageState.RECTIFYING,
    StageState.RECHECKING,
    StageState.MENDED,
    StageState.UNMENDED,
)  # rectification under way or over
