"""Read an edited expert workbook: new people, changes and errors cell by cell. Writes nothing."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from assessments.common.enums import PoolState
from assessments.experts.models.experts import ExpertEmployment, ExpertProfile
from assessments.experts.pool.workbook import pool_list, value_of
from assessments.experts.services.experts import BAD_USERNAME, USERNAME, unfit
from greendistrict.accounts.models import Organisation, User
from greendistrict.documents.workbooks.grids import BookCell, shown
from greendistrict.documents.workbooks.reader import MISSING, Reader

ACCOUNT_FIELDS = ("username", "name", "email")  # of an account that exists they are the account's own


class PoolReader(Reader[Mapping[str, str], ExpertProfile]):
    """Reader of the expert workbook. A row is matched by account and carries the employer; specialties are given in words."""

    def __init__(self, subject: Mapping[str, str], today: dt.date) -> None:
        super().__init__(subject, today)
        self.book = pool_list(subject)

    def rows(self) -> Mapping[str, ExpertProfile]:
        """Experts by account. Also loads all accounts, employers with their groups, and today's employments."""
        self.users = {row.username.lower(): row for row in User.objects.all()}
        self.groups = dict(Organisation.objects.values_list("name", "group"))
        self.jobs: dict[int, ExpertEmployment] = {}
        for job in ExpertEmployment.objects.filter(valid_to__isnull=True).select_related("organisation").order_by("valid_from", "pk"):
            self.jobs[job.expert_id] = job
        return {row.user.username.lower(): row for row in ExpertProfile.objects.select_related("user")}

    @staticmethod
    def key_of(text: str) -> str:
        """Normalised form of an account name, so that spelling variants match."""
        return text.lower()

    def title_of(self, cells: Sequence[BookCell]) -> str:
        """Title of a row in the preview: the person's name."""
        return shown(cells[1].value)

    def current(self, row: ExpertProfile | None, name: str) -> Any:
        """Stored value of a column, from the expert, the account or the employment."""
        return MISSING if row is None else value_of(row, self.jobs.get(row.pk), name)

    def completed(self, _row: ExpertProfile | None, typed: dict[str, Any]) -> dict[str, Any]:
        """Fill in defaults: an expert is available unless the row says otherwise."""
        return {**typed, "available": typed["available"] is not False}

    def ignored(self, typed: Mapping[str, Any]) -> tuple[str, ...]:
        """Columns that the import ignores: account data, the employer's group, and an empty first day of the employment."""
        return (*ACCOUNT_FIELDS, "group", *(() if typed["employed_from"] else ("employed_from",)))

    def parted(
        self, _row: ExpertProfile | None, typed: Mapping[str, Any], _changed: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """All fields of the row, because an employment can only be checked as a whole."""
        return dict(typed), {}

    def against(self, row: ExpertProfile | None, typed: dict[str, Any], _changed: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Errors as (column, text): contradictions with the account, with the employer or within the row."""
        found = [("valid_to", "聘期止不能早于聘期起")] if typed["valid_to"] and typed["valid_to"] < typed["valid_from"] else []
        if typed["employed_from"] and typed["employed_from"] > self.today:
            found.append(("employed_from", "任职起不能晚于今天"))
        group = self.groups.get(typed["employer"])
        if group is not None and typed["group"] and typed["group"] != group:
            found.append(("group", f"这个单位登记的集团是“{group or '无'}”，更正请联系系统管理员"))
        return found + (self._against_new(typed) if row is None else self._against_known(typed, row))

    def _against_new(self, typed: Mapping[str, Any]) -> list[tuple[str, str]]:
        user = self.users.get(typed["username"].lower())
        if user is not None:
            wrong = unfit(user, typed["name"])
            return [("username", wrong)] if wrong else []
        found = [] if USERNAME.fullmatch(typed["username"]) else [("username", BAD_USERNAME)]
        try:
            validate_email(typed["email"]) if typed["email"] else None
        except ValidationError:
            found.append(("email", "电子邮箱的格式不对"))
        return found

    def _against_known(self, typed: Mapping[str, Any], expert: ExpertProfile) -> list[tuple[str, str]]:
        found = [("name", f"这个账号是{expert.user.name}的，姓名不符")] if typed["name"] != expert.user.name else []
        if expert.status == PoolState.REMOVED:
            found.append(("username", "已移出专家库，先在专家页再次邀请"))
        if typed["email"] and typed["email"] != expert.user.email:
            found.append(("email", "已有账号的邮箱由本人或系统管理员修改"))
        job = self.jobs.get(expert.pk)
        moved = job is not None and job.organisation.name != typed["employer"]
        if moved and (typed["employed_from"] is None or (job and typed["employed_from"] <= job.valid_from)):
            found.append(("employed_from", "更换单位须填新单位的任职起，晚于原单位的任职起"))
        return found
