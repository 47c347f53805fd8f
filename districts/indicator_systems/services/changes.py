"""Change an approved indicator system while a title is held: a draft that the decision of a change case adopts.

Or move the district to another edition of the standard, with a new draft.
"""

from django.db import transaction

from districts.common.enums import TITLED, SystemStatus
from districts.file.models.district import District
from districts.file.services import hold_editor, locked
from districts.indicator_systems.changes import digest_of
from districts.indicator_systems.models import OPEN, IndicatorSystem
from districts.indicator_systems.selectors import system_in_force
from districts.indicator_systems.services.indicators import hold_draft, new_version
from districts.indicator_systems.takeover import MovePreview, latest_system, preview_of
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refusal, Refused
from greendistrict.workflow.procedure import take
from indicators.editions.models import Edition
from indicators.editions.selectors import against_scoring, rules_for
from indicators.editions.services import freeze
from indicators.scoring.refusals import EditionIncomplete


def change_draft(district: District) -> IndicatorSystem | None:
    """The open draft made for a change, or None."""
    drafts = district.indicator_systems.filter(by_change=True, status=SystemStatus.DRAFT).select_related("edition", "plan")
    return drafts.order_by("-number").first()


def start_change(*, district: District, by: User) -> IndicatorSystem:
    """Create a draft for a change from the version in force. Raises ``NotAllowed``, ``Refused`` with the reasons."""
    hold_editor(by, district)
    with transaction.atomic():
        district = District.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=district.pk)
        current = system_in_force(district)
        if found := against_change(district, current):
            raise Refused(found)
        draft = new_version(district=district, old=current, by=by)
        draft.by_change = True
        draft.save(update_fields=["by_change"])
    return draft


def against_change(district: District, current: IndicatorSystem | None) -> list[Refusal]:
    """Why no draft for a change of the system in force is begun; empty if it may be."""
    found = []
    if district.stage not in TITLED:
        found.append(Refusal("称号授予前，指标体系直接新编一版，不需要变更"))
    if current is None:
        found.append(Refusal("尚无已批准的指标体系，没有可以变更的内容"))
    elif district.edition_id and current.edition_id != district.edition_id:
        found.append(Refusal("现行指标体系按原标准编制，请先按现适用的标准办结新的一版"))
    if open_version := district.indicator_systems.filter(status__in=OPEN).first():
        found.append(Refusal(f"第{open_version.number}版指标体系{open_version.get_status_display()}，请在这一版上办理"))
    return found


def drop_change(*, system: IndicatorSystem, by: User) -> None:
    """Delete a draft made for a change. Raises ``NotAllowed``, ``Closed``, ``Refused`` for any other version."""
    with transaction.atomic():
        stored = locked(system, None)
        hold_draft(stored, by)
        Refused.unless(stored.by_change, "只有变更草案可以作废")
        data = {"district": stored.district.code, "number": stored.number}
        audit.record(action="districts.drop_indicator_change", by=by, obj=stored, data=data)
        stored.delete()


@transaction.atomic
def adopt_change(*, system: IndicatorSystem, digest: str, reason: str) -> None:
    """Approve the draft as the next version after the city decided the change. Raises ``Refused`` if the draft was modified since."""
    stored = locked(system, None)
    if digest_of(stored) != digest:
        msg = "变更草案在提出变更之后有改动"
        raise Refused([Refusal(msg, remedy="退回申报主体，重新保存变更内容")])
    take(obj=stored, action="adopt", by=None, version=None, reason=reason)


def edition_followed(district: District) -> Edition | None:
    """The edition a district follows: the one set for it, else that of its newest indicator system."""
    if district.edition_id:
        return district.edition
    newest = district.indicator_systems.select_related("edition").order_by("-number").first()
    return newest.edition if newest else None


def move_refusals(district: District, old: Edition | None, new: Edition) -> list[Refusal]:
    """All reasons against moving the district from the edition it follows to another now."""
    found = []
    if old is not None and old.pk == new.pk:
        found.append(Refusal(f"城区已适用{new.code}"))
    if old is None:
        found.append(Refusal("城区尚无适用的评价标准，不需要变更", remedy="申报或建立指标体系时选用"))
    found += against_scoring(new, real=not district.is_demo)
    if not district.type:
        found.append(Refusal("请先填写城区类型（新建或更新），各类适用的条文不同"))
    if open_version := district.indicator_systems.filter(status__in=OPEN).first():
        text = f"第{open_version.number}版指标体系{open_version.get_status_display()}"
        found.append(Refusal(text, remedy="先办结这一版，再改用另一版标准"))
    return [*found, *_unscorable(old), *_unscorable(new)]


def _unscorable(edition: Edition | None) -> list[Refusal]:
    try:
        if edition is not None:
            rules_for(edition)
    except EditionIncomplete as incomplete:
        return [Refusal(str(incomplete))]
    return []


def preview_move(district: District, new: Edition) -> MovePreview:
    """Preview of the move; writes nothing. Raises ``Refused`` with all reasons against it."""
    return preview_of(district, _left_for(district, new), new)


def _left_for(district: District, new: Edition) -> Edition:
    """The edition that the district leaves for another. Raises ``Refused`` with all reasons against it."""
    old = edition_followed(district)
    found = move_refusals(district, old, new)
    if old is None or found:
        raise Refused(found)
    return old


@transaction.atomic
def move_edition(*, district: District, edition: Edition, by: User | None, reason: str) -> IndicatorSystem | None:
    """Set the district to another edition and create a draft of its indicator system under it, with the entries that can be mapped.

    Called by the decision of a change case. Score tables, their versions and the approved system keep their edition. Returns the draft, or
    None if the district has no approved system. Raises ``Refused`` as ``preview_move``.
    """
    stored = District.objects.select_for_update(of=("self",), no_key=True).select_related("edition").get(pk=district.pk)
    edition = Edition.objects.get(pk=edition.pk)  # as it is now, not as the caller read it
    old = _left_for(stored, edition)
    system = latest_system(stored, old)
    freeze(edition)
    stored.edition = edition
    stored.version += 1
    stored.save(update_fields=["edition", "version"])
    data = {"from": old.code, "to": edition.code, "reason": reason}
    audit.record(action="districts.move_edition", by=by, obj=stored, data=data)
    draft = new_version(district=stored, old=system, by=by) if system else None
    district.edition, district.version = stored.edition, stored.version
    return draft
