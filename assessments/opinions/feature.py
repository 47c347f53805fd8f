"""The feature of opinions of panels."""

from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "opinion.draw_up": RecordedAct("列出评审意见"),
        "opinion.name_body": RecordedAct("填写责任单位"),
    },
)
