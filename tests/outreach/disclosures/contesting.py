"""Reconsiderations and suits against replies, as tests record and close them; all fictional."""

from greendistrict.core import clock
from outreach.disclosures import services
from outreach.disclosures.models import DisclosureRemedy, DisclosureRequest
from tests.steps import step

BODY, COURT, HIGH = "演示市人民政府（虚构）", "演示人民法院（虚构）", "演示高级人民法院（虚构）"
FIRST, SECOND = "（2026）演01行初31号", "（2026）演行终31号"
OUTCOME = {"outcome": "annulled", "number": "演府复决〔2026〕31号", "words": "撤销被申请人的答复（虚构）"}


def contest(row, people, **changed):
    today = clock.today()
    given = {"kind": "review", "body": BODY, "number": "演府复〔2026〕31号", "filed_on": today, "served_on": today} | changed
    return services.record_remedy(row=row, by=people.city_officer, **given)


def close(remedy, people, **changed):
    step(remedy, "find", people.city_officer, **({**OUTCOME, "on": clock.today(), "scan": None, "redo_by": None} | changed))
    return step(remedy, "confirm", people.city_checker)


def stored(row):
    return DisclosureRequest.objects.get(pk=row.pk)


def sue(row, people, **changed):
    return contest(row, people, **({"kind": "suit", "body": COURT, "number": FIRST} | changed))


def judge(suit, people, **changed):
    given = {**OUTCOME, "judgment": "judgment", "number": f"{FIRST}判决", "on": clock.today(), "scan": None}
    return step(suit, "judge", people.city_officer, **(given | changed))


def appeal(suit, people, filer="city", **changed):
    today = clock.today()
    given = {"filer": filer, "body": HIGH, "number": SECOND, "filed_on": today, "served_on": today, "late_ground": ""} | changed
    step(suit, "appeal", people.city_officer, **given)
    return DisclosureRemedy.objects.get(after=suit)
