"""Save the explanation of a missed target."""

from django.db import transaction

from carbon.inventories.selectors import may_open
from carbon.targets.models import TargetExplanation
from carbon.targets.selectors import carbon_path
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused, Stale

LONGEST = 2000


@transaction.atomic
def explain(*, district: District, year: int, text: str, version: int, by: User) -> TargetExplanation:
    """Save the explanation of a year. Raises ``NotAllowed``, ``Refused`` if the target was not missed, ``Stale``."""
    NotAllowed.unless(may_open(posts_of(by), district), "只有申报主体填报人和获授权的咨询单位可以填写说明")
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    missed = {row.year for row in carbon_path(Viewer(by), district).years if row.is_missed}
    Refused.unless(year in missed, f"{year}年度没有落后于目标路径，不需要说明")
    Refused.unless(text.strip(), "请写明原因和措施")
    Refused.when(len(text) > LONGEST, f"说明最多{LONGEST}字，现有{len(text)}字")
    kept = TargetExplanation.objects.filter(district=district, year=year).first()
    if (kept.version if kept else 0) != version:
        words = "期间已有人修改，请核对后再保存"
        raise Stale(words, current=kept)
    made = kept or TargetExplanation(district=district, year=year)
    before, made.text = made.text, text.strip()
    made.entered_at, made.entered_by, made.version = clock.now(), by, version + 1
    made.save()
    audit.record(action="carbon.explain", by=by, obj=made, data={"year": year, "before": before, "after": made.text})
    return made
