"""Publish a decided score, and withdraw it."""

from django.db import transaction

from assessments.score_releases import rules
from assessments.score_releases.models import ScoreRelease
from assessments.score_releases.selectors import listed, live_release, scores_visible_to
from assessments.tables.models import TableVersion
from districts.file.models.district import District
from districts.file.selectors.visibility import is_public
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.accounts.viewer import Viewer
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.workflow.dry_run import tell

ONLY = "得分由市级经办公开和撤回"


@transaction.atomic
def release(*, version: TableVersion, basis: str, by: User, note: str = "") -> ScoreRelease:
    """Publish the score of a decided matter as it was frozen. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(rules.may_release(posts_of(by)), ONLY)
    district = District.objects.select_for_update(no_key=True).get(pk=version.table.district_id)
    if not basis.strip():
        raise Refused([Refusal("请写明公开依据", field="basis")])
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
    made = ScoreRelease.objects.create(
        district=district, year=decided.score.year, version=version, basis=basis.strip(), note=note.strip(), released_at=clock.now(),
        released_by=by,
    )  # fmt: skip
    data = {
        "year": made.year, "procedure": decided.score.procedure, "total": str(decided.score.total), "edition": decided.score.edition_code,
        "digest": version.digest, "basis": made.basis,
    }  # fmt: skip
    tell("公众页", f"{district.name}的公众页和开放数据公开{decided.score.name}得分{decided.score.total}分，以后只能撤回")
    audit.record(action="score.release", by=by, obj=made, data=data)
    return made


@transaction.atomic
def withdraw(*, version: TableVersion, reason: str, by: User) -> ScoreRelease:
    """Withdraw a published score; the release stays on record. Raises ``NotAllowed``, ``Refused``."""
    NotAllowed.unless(rules.may_release(posts_of(by)), ONLY)
    District.objects.select_for_update(no_key=True).get(pk=version.table.district_id)
    if not reason.strip():
        raise Refused([Refusal("请写明撤回理由", field="withdrawal")])
    held = live_release(version)
    if held is None:
        words = f"{version.table}的得分现在没有公开"
        raise Refused(words)
    held.withdrawal, held.withdrawn_at, held.withdrawn_by = reason.strip(), clock.now(), by
    held.save()
    audit.record(action="score.withdraw_release", by=by, obj=held, data={"year": held.year, "reason": held.withdrawal})
    return held
