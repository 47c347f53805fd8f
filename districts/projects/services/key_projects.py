"""Record the approved plan of key projects (八（一）), and add project photos."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.common.enums import ProjectState, UseBasis
from districts.file.models.district import District
from districts.file.services.locking import assign, hold_constraints, hold_editor, locked
from districts.plausibility.expectations import NEAR, DayOfRow
from districts.plausibility.findings import PlausibilityFinding
from districts.plausibility.services import ask_about
from districts.plausibility.undertakings import PROJECT_DAYS
from districts.projects.enums import PROJECT_PLAN
from districts.projects.models import KeyProject, KeyProjectPlan
from districts.projects.rules import ACCEPTING_WORDS, accepting_body, records_use
from districts.projects.services.proofs import NO_PROOF, Proof, against_proof, near_end, stored_proof
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.models import Evidence
from greendistrict.documents.services import store

FINISHED = "finished_on"
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


def put_in_use(*, project: KeyProject, on: dt.date, by: User, version: int | None = None, proof: Proof = NO_PROOF) -> KeyProject:
    """Register that a project is in use, or prove the typed state; recorded by the applicant it is a 补录.

    Raises ``NotAllowed``, ``Stale``, ``Refused`` with everything missing.
    """
    held = posts_of(by)
    with transaction.atomic():
        stored = locked(project, version)
        NotAllowed.unless(records_use(held, stored), f"投用由{ACCEPTING_WORDS}登记，申报主体填报人可以补录")
        body = accepting_body(held, stored.district)
        found = list(_against_use(stored, on))
        found += against_proof(proof, is_own=body is not None, paper="竣工验收合格报告或投用证明")
        if found:
            raise Refused(found)
        asked = ask_about(stored, NEAR, FINISHED, near_of(stored), proof.explanation)
        assign(stored, {"state": ProjectState.IN_USE, "in_use_on": on})
        stored.use_basis = UseBasis.OFFICE if body else UseBasis.BACKFILL
        stored.use_backfill = "" if body else fitted(stored, "use_backfill", proof.backfill_reason.strip())
        title = f"{stored.name}　投用证明"
        stored.use_proof = stored_proof(proof, district=stored.district, title=title, is_own=body is not None, by=by)
        hold_constraints(stored)
        stored.version += 1
        stored.save()
        data = {"project": stored.name, "on": on.isoformat(), "basis": stored.use_basis, "reason": stored.use_backfill}
        data |= {"explanation": proof.explanation.strip()} if asked.explained else {}
        audit.record(action="districts.project_use", by=by, obj=stored, data=data)
        asked.keep(stored, by)
    return stored


def near_of(project: KeyProject) -> list[PlausibilityFinding]:
    """What is asked about the actual days of a project before its use is registered."""
    days = ((part, PROJECT_DAYS[part], getattr(project, part)) for part in ("started_on", FINISHED))
    return near_end(*(DayOfRow(*day) for day in days))


def _against_use(project: KeyProject, on: dt.date) -> Iterator[Refusal]:
    if project.started_on is None or project.finished_on is None:
        yield Refusal("请先在项目资料里填写实际开工和实际竣工日期")
    if project.finished_on is not None and on < project.finished_on:
        yield Refusal("投用日期不能早于实际竣工", field="on")
    if on > clock.today():
        yield Refusal("投用日期不能晚于今天", field="on")


def add_photo(*, project: KeyProject, upload: "UploadedFile[Any]", title: str, by: User) -> Evidence:
    """Add a photo to a project. Raises ``NotAllowed``, ``Refused`` (not an image)."""
    hold_editor(by, project.district)
    if (upload.name or "").rpartition(".")[2].lower() not in PHOTOS:
        raise Refused([Refusal("照片请上传 jpg 或 png 图片", field="upload")])
    return store(owner=project, upload=upload, kind=PHOTO_KIND, title=title, by=by)
