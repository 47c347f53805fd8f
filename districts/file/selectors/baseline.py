"""Whether a district's lists are fixed by a pilot baseline."""

from districts.common.enums import Stage
from districts.file.models.district import District


def is_fixed(district: District) -> bool:
    """Whether a pilot baseline fixes rows of the lists; decided by the stage, to avoid reading a large baseline."""
    return district.stage != Stage.CANDIDATE
