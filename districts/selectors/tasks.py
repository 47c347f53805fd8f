"""What waits for somebody in the district files."""

from django.db.models import Exists, OuterRef
from django.urls import reverse

from districts.enums import Stage
from districts.models import SpecialPlan
from districts.selectors.visibility import districts_of
from greendistrict.accounts.enums import Role
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import seats
from greendistrict.workflow.todo import Task


def tasks_for(user: User) -> list[Task]:
    """Files of candidate districts whose plan is not approved yet, for those who fill them in; they have no due date."""
    if not seats(user).has(Role.PREPARER, Role.CONSULTANT):
        return []
    approved = SpecialPlan.objects.filter(district=OuterRef("pk"), approved_on__isnull=False)
    waiting = districts_of(user).filter(~Exists(approved), stage=Stage.CANDIDATE).order_by("name_pinyin")
    return [
        Task(
            title="填写城区资料",
            subject=name,
            link=reverse("districts:profile_edit", kwargs={"code": code}),
            detail="专业规划登记批准后即可申报",
            kind="district_file",
            is_demo=demo,
        )
        for code, name, demo in waiting.values_list("code", "name", "is_demo")
    ]
