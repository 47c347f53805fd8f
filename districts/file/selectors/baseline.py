"""Whether a district's lists are fixed by a pilot baseline."""

from districts.common.enums import Stage
from districts.file.models.district import District


def is_fixed(district: District) -> bool:
    """Whether a pilot baseline holds rows of the lists; by the stage, as a baseline of thousands of rows is not read for a sentence."""
    return district.stage != Stage.CANDIDATE
