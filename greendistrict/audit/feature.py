"""The feature of the audit record."""

from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "audit.archive": RecordedAct("审计记录归档"),
    },
)
