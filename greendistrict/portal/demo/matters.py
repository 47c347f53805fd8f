"""What goes on beside applications and self-checks: a change before the director, an acceptance begun, an inspection being mended."""

import datetime as dt
from collections.abc import Mapping

from approvals.services import acceptances, changes, materials
from assessments.enums import InspectionMode, Severity
from assessments.models import InspectionFinding
from assessments.services import inspections
from districts.models import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.portal.demo.files import upload
from greendistrict.portal.demo.timing import after, moment

People = Mapping[str, User]
TEAM = "周演示、郑演示"
MEND_DAYS = 45


def change_before_director(district: District, people: People, today: dt.date) -> None:
    """The applicant aims at three stars; checked and agreed, it waits for the decision."""
    begin = moment(today - dt.timedelta(days=16))
    with clock.at(begin):
        case = changes.start_change(district=district, kind="target_star", by=people["preparer_kechuang"])
        why = "可再生能源和绿色建筑项目提前实施，具备按更高星级建设的条件（演示）"
        changes.save_change(case=case, by=people["preparer_kechuang"], values={"star": 3}, reason=why)
        for slot, title in (("application", "变更申请"), ("comparison", "变更前后对照"), ("basis", "变更依据")):
            materials.add_document(case=case, slot=slot, upload=upload("政府批复"), title=title, by=people["preparer_kechuang"])
        changes.change_hand_up(case=case, by=people["preparer_kechuang"])
    with clock.at(after(begin, 2)):
        changes.change_sign(case=case, by=people["reviewer_kechuang"])
    with clock.at(after(begin, 5)):
        changes.change_to_check(case=case, by=people["city_officer"], reason="已核对规划方案")
    with clock.at(after(begin, 6)):
        changes.change_agree(case=case, by=people["city_checker"])


def acceptance_begun(district: District, people: People, today: dt.date) -> None:
    """A draft of the final acceptance whose gates are still red."""
    with clock.at(moment(today - dt.timedelta(days=9))):
        acceptances.start_acceptance(district=district, by=people["preparer_kechuang"])


def inspection_being_mended(district: District, people: People, today: dt.date) -> None:
    """Two findings are ordered to be mended, one is reported as mended; the serious one brings the assessment forward."""
    officer, begin = people["city_officer"], moment(today - dt.timedelta(days=30))
    with clock.at(begin):
        found = inspections.register(
            district=district,
            values={
                "mode": InspectionMode.DESK,
                "basis": "年度监督检查计划（演示）",
                "inspected_on": begin.date(),
                "team": TEAM,
                "summary": "核对年度报送、指标台账和运营机制材料（演示）。",
            },
            by=officer,
        )
        due = begin.date() + dt.timedelta(days=MEND_DAYS)
        late = {"rule": "SELF-CHECK", "item_id": "", "severity": Severity.SERIOUS, "due": due}
        inspections.add_finding(inspection=found, values={**late, "text": "上一年度自查未报送。", "demand": "补报年度自查。"}, by=officer)
        mild = {"rule": "OPERATE-MECHANISM", "item_id": "", "severity": Severity.MINOR, "due": due}
        words = {"text": "部门协同会议没有记录。", "demand": "建立例会制度并留存纪要。"}
        inspections.add_finding(inspection=found, values={**mild, **words}, by=officer)
    with clock.at(after(begin, 2)):
        inspections.take(inspection=found, action="issue", by=officer)
    with clock.at(after(begin, 4)):
        inspections.take(inspection=found, action="call_assessment", by=people["city_director"])
    with clock.at(after(begin, 12)):
        _report(found.findings.get(rule="OPERATE-MECHANISM"), people)


def _report(finding: InspectionFinding, people: People) -> None:
    paper = upload("数字化平台说明")
    inspections.add_file(owner=finding, upload=paper, title="例会制度和纪要", kind="整改材料", by=people["preparer_kechuang"])
    reply = "已建立按季度例会制度，两次会议纪要见附件（演示）。"
    inspections.save_reply(finding=finding, text=reply, version=finding.version, by=people["preparer_kechuang"])
    finding.refresh_from_db()
    inspections.take_finding(finding=finding, action="report", by=people["reviewer_kechuang"])
