"""The feature of the policy's settings."""

from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "policy.set_setting": RecordedAct("修改参数"),
    },
)
