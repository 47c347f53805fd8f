"""The feature of requests for missing records; its pages stand with 补录进度 (``portal/takeover``)."""

from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "records.answer": RecordedAct("答复请补录的内容", (Role.PREPARER,)),
        "records.ask": RecordedAct("请城区补录资料", (Role.CITY_OFFICER,)),
        "records.withdraw": RecordedAct("撤回补录请求", (Role.CITY_OFFICER,)),
    },
)
