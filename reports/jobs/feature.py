"""The feature of requests for reports."""

from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "reports.cancel": RecordedAct("取消报告"),
        "reports.convert": RecordedAct("转换为OFD"),
        "reports.drop": RecordedAct("删除报告"),
        "reports.request": RecordedAct("申请报告"),
    },
)
