"""The feature of cases: papers and decisions."""

from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

FEATURE = Feature(
    acts={
        "application.remove_document": RecordedAct("移除办件材料", (Role.PREPARER,)),
        "application.replace_document": RecordedAct("更新办件材料", (Role.PREPARER,)),
        "decision.freeze": RecordedAct("存档决定依据"),
        "decision.number": RecordedAct("登记决定文号", (Role.CITY_OFFICER,)),
    },
)
