"""Record the approved plan of key projects (八（一）), and add project photos."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.common.enums import PROJECT_PLAN
from districts.file.models.district import District
from districts.file.services.locking import assign, hold_constraints, hold_editor, locked
from districts.projects.models import KeyProject, KeyProjectPlan
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store

PHOTO_KIND = "项目照片"
PHOTOS = ("jpg", "jpeg", "png")


def save_project_plan(
    *, district: District, values: Mapping[str, Any], by: User, version: int | None = None, upload: "UploadedFile[Any] | None" = None
) -> KeyProjectPlan:
    """Record approving body, day and number of the plan, with its file. Raises ``NotAllowed``, ``Stale``, ``Refused``."""
    hold_editor(by, district)
    with transaction.atomic():
        known = KeyProjectPlan.objects.filter(district=district).first()
        plan = locked(known, version) if known else KeyProjectPlan(district=district)
        changed = assign(plan, values)
        if isinstance(plan.approved_on, dt.date) and plan.approved_on > clock.today():
            raise Refused([Refusal("批准日期不能晚于今天", field="approved_on")])
        if upload is not None:
            plan.document = store(owner=district, upload=upload, kind=PROJECT_PLAN, title=PROJECT_PLAN, by=by)
        plan.version += 1 if known else 0
        hold_constraints(plan)
        plan.save()
        audit.record(action="districts.key_project_plan", by=by, obj=plan, data={"district": district.code, "changed": changed})
    return plan


def add_photo(*, project: KeyProject, upload: "UploadedFile[Any]", title: str, by: User) -> Evidence:
    """Add a photo to a project. Raises ``NotAllowed``, ``Refused`` (not an image)."""
    hold_editor(by, project.district)
    if (upload.name or "").rpartition(".")[2].lower() not in PHOTOS:
        raise Refused([Refusal("照片请上传 jpg 或 png 图片", field="upload")])
    return store(owner=project, upload=upload, kind=PHOTO_KIND, title=title, by=by)
