"""Store a release to the public, and its withdrawal."""

from typing import TypeVar

from districts.releases.models import PublicRelease
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from greendistrict.workflow.dry_run import tell

Release = TypeVar("Release", bound=PublicRelease)


def publish(release: Release, action: str, *, told: str, by: User, **data: object) -> Release:
    """Store a new release with its record, and tell a dry run what the public will read. Raises ``Refused`` without a basis."""
    release.basis = release.basis.strip()
    if not release.basis:
        raise Refused([Refusal("请写明公开依据", field="basis")])
    release.released_at, release.released_by = clock.now(), by
    release.save()
    tell("公众页", f"{told}，以后只能撤回")
    audit.record(action=action, by=by, obj=release, data={**data, "basis": release.basis})
    return release


def take_back(live: Release | None, action: str, *, what: str, reason: str, by: User, **data: object) -> Release:
    """Store the withdrawal of the release of ``what``. Raises ``Refused`` without a reason, or if nothing is released."""
    if not reason.strip():
        raise Refused([Refusal("请写明撤回理由", field="withdrawal")])
    if live is None:
        words = f"{what}现在没有公开"
        raise Refused(words)
    live.withdrawal, live.withdrawn_at, live.withdrawn_by = reason.strip(), clock.now(), by
    live.save()
    audit.record(action=action, by=by, obj=live, data={**data, "reason": live.withdrawal})
    return live
