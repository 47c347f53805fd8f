"""A district that is renamed, and bodies that follow others in their responsibility for it, as the portal records both; fictional."""

import datetime as dt

from approvals.cases.models.cases import Case
from approvals.common.enums import CaseKind
from approvals.titles.enums import HolderSide, TransferGround
from approvals.titles.services.titles import Passing, pass_on
from districts.acts.services import rename_district
from districts.file.models.district import District
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation
from greendistrict.core import clock
from tests.factories.accounts import make_organisation, make_user


def rename(people, district: District, name: str) -> None:
    """A new name from today on."""
    told = {"document": "沪民地〔2027〕1号（虚构）", "reason": "更名（虚构）", "by": people.city_officer}
    rename_district(district=district, name=name, on=clock.today(), **told)


def follow(people, district: District, since: dt.date, *sides: HolderSide) -> None:
    """Other bodies lead the district or apply for it from a day on."""
    by = {"created_by": people.city_officer, "created_at": clock.now(), "decided_on": since}
    for side in sides:
        case = Case.objects.create(kind=CaseKind.CHANGE, district=district, applicant=district.applicant, status="announced", **by)
        number = case.pk
        if side == HolderSide.AUTHORITY:
            before, others = district.authorities.first(), Organisation.objects.filter(kind=OrganisationKind.AUTHORITY)
            after = others.exclude(districts_led=district).first() or make_organisation("authority", name="演示承继区人民政府（虚构）")
        else:
            before, after = district.applicant, make_organisation(name=f"演示承继{number}公司（虚构）")
            make_user("preparer", after)
        passing = Passing(side, before, after, since, TransferGround.REASSIGNED, "机构调整文件（虚构）")
        pass_on(district=district, case=case, passing=passing, by=people.city_director)
        if side == HolderSide.AUTHORITY:
            district.authorities.remove(before)
            district.authorities.add(after)
        else:
            District.objects.filter(pk=district.pk).update(applicant=after)
            district.refresh_from_db()
