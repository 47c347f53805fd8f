"""What a table has as the target of a year may be a point of the portal's line between two targets, and no text calls it set."""

import re
from pathlib import Path

from django.conf import settings

ALONE = re.compile(r"(?:未达|达到|达不到|低于|与|有|当年目标达到|：)(?:年度目标|当年目标)(?!或|、目标路径|（没有设的)[^”\"'：]{0,12}")
READ = (
    "assessments/**/*.py",
    "reports/annual/**/*.py",
    "templates/assessments/**/*.html",
    "templates/reports/**/*.html",
    "greendistrict/policy/data/**/*.yaml",
)
WRITTEN_BY_THE_DISTRICT = ("assessments/self_checks/report.py", "assessments/yearly_reports/report.py")  # what a report is to tell


def test_no_text_calls_what_is_drawn_between_two_targets_the_target_of_the_year():
    root = Path(settings.BASE_DIR)
    files = {path for pattern in READ for path in root.glob(pattern)} - {root / name for name in WRITTEN_BY_THE_DISTRICT}
    told = {(path.relative_to(root).as_posix(), words) for path in files for words in ALONE.findall(path.read_text(encoding="utf-8"))}
    assert ALONE.findall("未达年度目标，当年目标达到的条文") != []
    assert (len(files) > 100, told) == (True, set())
