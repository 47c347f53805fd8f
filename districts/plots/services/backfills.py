"""补录说明: reason and proof for plots acquired or built without their control table (七（二）1)."""

from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from districts.file.models.district import District
from districts.file.services import hold_editor
from districts.plots.models import BACKFILL_PROOF, PlotBackfill
from districts.plots.selectors.backfills import unproven_plots
from greendistrict.accounts.models import User
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.errors import Refusal, Refused
from greendistrict.documents.services import store


@transaction.atomic
def record_backfill(*, district: District, plots: Iterable[int], reason: str, upload: "UploadedFile[Any] | None", by: User) -> PlotBackfill:
    """Store one reason and proof for the named plots, which count from now on.

    Raises ``NotAllowed``, ``Refused`` without reason, proof or plots, or for a plot that needs none.
    """
    hold_editor(by, district)
    wanted = set(plots)
    rows = list(unproven_plots(district).filter(pk__in=wanted).select_for_update(of=("self",), no_key=True))
    found = [] if wanted else [Refusal("请选择地块", field="plots")]
    if len(rows) != len(wanted):
        found.append(Refusal("所选地块中有不需要或已有补录说明的，请重新选择", field="plots"))
    if not reason.strip():
        found.append(Refusal("请写明没有逐步办理的理由", field="reason"))
    if upload is None:
        found.append(Refusal("请上传证明材料", field="upload"))
    if found or upload is None:
        raise Refused(found)
    document = store(owner=district, upload=upload, kind=BACKFILL_PROOF, title="地块补录证明", by=by)
    kept = PlotBackfill.objects.create(district=district, reason=reason.strip(), document=document, recorded_at=clock.now(), recorded_by=by)
    for row in rows:
        row.backfill, row.version = kept, row.version + 1
        row.save(update_fields=["backfill", "version"])
    data = {"district": district.code, "plots": [row.number for row in rows], "reason": kept.reason[:200]}
    audit.record(action="districts.plot_backfill", by=by, obj=kept, data=data)
    return kept
