"""The feature of score tables."""

from assessments.tables.models import FILLERS
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "score_table.base": RecordedAct("填写基础数据", FILLERS),
    },
)
