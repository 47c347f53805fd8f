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
