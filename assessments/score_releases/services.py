"""Publish a decided score, and withdraw it."""

from django.db import transaction

from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.selectors import listed, live_release, may_release, scores_visible_to
from assessments.tables.models import TableVersion
from districts.file.models.district import District
from districts.file.selectors.visibility import is_public
from districts.releases.services import publish, take_back
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.errors import NotAllowed, Refused

ONLY = "得分由市级经办公开和撤回"


@transaction.atomic
def release(*, version: TableVersion, basis: str, by: User, note: str = "") -> ScoreRelease:
    """Publish the score of a decided matter as it was frozen. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_release(posts_of(by)), ONLY)
    district = District.objects.select_for_update(no_key=True).get(pk=version.table.district_id)
    Refused.unless(is_public(district), f"{district}不在公开名录中，不能公开")
    found = listed(scores_visible_to(Viewer(by)).filter(pk=version.pk))
    if not found or not found[0].is_decided:
        words = f"{version.table}尚未办结，或者决定已经撤回，不能公开"
        raise Refused(words)
    decided = found[0]
    if decided.score is None:
        words = f"{version.table}办结时没有得分，不能公开"
        raise Refused(words)
    Refused.when(decided.live, f"{decided.score.name}的得分已经公开；要改依据或说明，先撤回")
    return publish(
        ScoreRelease(district=district, year=decided.score.year, version=version, basis=basis, note=note.strip()),
        "score.release",
        told=f"{district.name}的公众页和开放数据公开{decided.score.name}得分{decided.score.total}分",
        by=by,
        year=decided.score.year,
        procedure=decided.score.procedure,
        total=str(decided.score.total),
        edition=decided.score.edition_code,
        digest=version.digest,
    )


@transaction.atomic
def withdraw(*, version: TableVersion, reason: str, by: User) -> ScoreRelease:
    """Withdraw a published score; the release stays on record. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(may_release(posts_of(by)), ONLY)
    District.objects.select_for_update(no_key=True).get(pk=version.table.district_id)
    live = live_release(version)
    year = {"year": live.year} if live else {}
    return take_back(live, "score.withdraw_release", what=f"{version.table}的得分", reason=reason, by=by, **year)
