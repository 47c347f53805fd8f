"""The feature of values brought into a score table from other records."""

from assessments.tables.models import FILLERS
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "score_table.bring_in": RecordedAct("带入平台取值", FILLERS),
        "score_table.override": RecordedAct("说明改写带入值的理由", FILLERS),
    },
)
