"""Change an approved indicator system while a title is held: a draft that the decision of a change case adopts."""

from django.db import transaction

from districts.common.enums import TITLED, SystemStatus
from districts.file.models.district import District
from districts.file.services import hold_editor, locked
from districts.indicator_systems.changes import digest_of
from districts.indicator_systems.models import OPEN, IndicatorSystem
from districts.indicator_systems.selectors import system_in_force
from districts.indicator_systems.services.indicators import hold_draft, new_version
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core.errors import Refusal, Refused
from greendistrict.workflow.procedure import take


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
