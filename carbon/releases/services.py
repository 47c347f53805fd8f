"""Release a yearly carbon figure to the public, and withdraw it."""

from django.db import transaction

from carbon.inventories.models import OPEN, CarbonInventory
from carbon.inventories.selectors import counting
from carbon.releases.models import CarbonRelease
from carbon.releases.selectors import live_release, may_release
from districts.file.models.district import District
from districts.file.selectors.visibility import is_public
from districts.releases.services import publish, take_back
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refused

ONLY = "只有区专门机构可以公开或撤回"


@transaction.atomic
def release(*, inventory: CarbonInventory, basis: str, by: User) -> CarbonRelease:
    """Publish the figure of the valid edition. Raises ``NotAllowed``, ``Refused``."""
    district = District.objects.select_for_update(no_key=True).get(pk=inventory.district_id)
    NotAllowed.unless(may_release(posts_of(by), district), ONLY)
    Refused.unless(is_public(district), f"{district}不在公开名录中，不能公开")
    Refused.unless(inventory.year < clock.today().year, f"{inventory.year}年度尚未结束，不能公开")
    last = counting(inventory)
    Refused.when(last is None or last.pk != inventory.pk, "只能公开已报送的最新一版")
    in_work = CarbonInventory.objects.filter(district=district, year=inventory.year, status__in=OPEN).exists()
    Refused.when(in_work, "清单新版尚未签发，签发后再公开")
    Refused.when(live_release(district, inventory.year), f"{inventory.year}年度的数字已经公开；要改为另一版，先撤回")
    return publish(
        CarbonRelease(district=district, year=inventory.year, inventory=inventory, basis=basis),
        "carbon.release",
        told=f"{district.name}的公众页和开放数据公开{inventory.year}年度碳排放数字（第{inventory.edition}版）",
        by=by,
        year=inventory.year,
        edition=inventory.edition,
        digest=inventory.digest,
    )


@transaction.atomic
def withdraw(*, district: District, year: int, reason: str, by: User) -> CarbonRelease:
    """Withdraw the published figure of a year; the release stays on record. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_release(posts_of(by), district), ONLY)
    District.objects.select_for_update(no_key=True).get(pk=district.pk)
    what, live = f"{year}年度的数字", live_release(district, year)
    return take_back(live, "carbon.withdraw_release", what=what, reason=reason, by=by, year=year)
