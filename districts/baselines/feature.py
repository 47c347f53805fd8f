"""The feature of baselines."""

from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "districts.change_baseline": RecordedAct("变更基线"),
        "districts.freeze_baseline": RecordedAct("冻结基线"),
    },
)
