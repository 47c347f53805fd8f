"""Events after decisions in the demo: corrections of announcements, requests for information and disputes about them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from approvals.amendments.services import propose_amendment
from approvals.titles.enums import RemedyKind, RemedyOutcome
from approvals.titles.models.amendments import Amendment
from approvals.titles.models.publicity import Announcement
from districts.file.models.district import District
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.workflow.procedure import take
from outreach.disclosures import handover, services
from outreach.disclosures.models import (
    DisclosureAsker,
    DisclosureDelivery,
    DisclosureOutcome,
    DisclosureRemedy,
    DisclosureRequest,
    IssuedPaper,
    Withheld,
)
from outreach.disclosures.services import DisclosureReply, DisclosureWords, record_remedy
from tools.demo.files import upload
from tools.demo.timing import after, moment

People = Mapping[str, User]
NOWHERE = "192.0.2.1"  # reserved for examples, RFC 5737


def write(corrected: District, waiting: District, people: People, today: dt.date) -> None:
    """One announcement was corrected, another correction waits; requests for information at every stage."""
    _corrected(corrected, people, today)
    with clock.at(moment(today - dt.timedelta(days=3))):
        _proposed(waiting, people)
    requests(people, today)


def requests(people: People, today: dt.date) -> None:
    """One request is answered, one extended, one contested, one to be completed, one new; of one reply the service is not on record."""
    _answered(people, today)
    _extended(people, today)
    _contested(people, today)
    _asked_back(people, today)
    _ask("2026年绿色生态城区专家评审费用标准（演示）", moment(today - dt.timedelta(days=4)), asker=DisclosureAsker.BODY)
    _unserved(people, today)


def _proposed(district: District, people: People) -> Amendment:
    """A correction that adds to the title what it left out, and nothing else."""
    batch = Announcement.objects.filter(titles__district=district).order_by("pk")[0]
    title, reason = f"关于上海市{batch.word}绿色生态城区试点项目的公告（演示）", "公告标题漏写称号类别（演示）"
    return propose_amendment(batch=batch, by=people["city_officer"], subject="title", after=title, reason=reason)


def _corrected(district: District, people: People, today: dt.date) -> None:
    begin = moment(today - dt.timedelta(days=20))
    with clock.at(begin):
        made = _proposed(district, people)
    with clock.at(after(begin, 2)):
        take(obj=made, action="approve", by=people["city_director"], version=made.version)
    with clock.at(after(begin, 3)):
        values = {"number": f"演沪建公告〔{clock.today().year}〕更1号", "published_on": clock.today(), "scan": None}
        take(obj=made, action="publish", by=people["city_officer"], version=made.version, values=values)


def _ask(wanted: str, when: dt.datetime, asker: DisclosureAsker = DisclosureAsker.CITIZEN) -> DisclosureRequest:
    name = "演示居民甲" if asker == DisclosureAsker.CITIZEN else "演示环保促进中心（虚构）"
    words = DisclosureWords(asker, name, "演示证件号", "演示电话 021-00000000", wanted, DisclosureDelivery.COUNTER)
    with clock.at(when):
        return services.file_disclosure(words=words, address=NOWHERE, is_demo=True).request


def _answered(people: People, today: dt.date) -> None:
    begin = moment(today - dt.timedelta(days=45))
    row = _ask("上一年度绿色生态城区监督检查计划（演示）", begin)
    with clock.at(after(begin, 11)):
        handover.add_file(row=row, upload=upload("年度监测数据"), title="监督检查计划（演示）", by=people["city_officer"])
    with clock.at(after(begin, 12)):
        year = clock.today().year
        said = DisclosureReply(DisclosureOutcome.GRANTED, "监督检查计划随告知书提供（演示）", f"演公开〔{year}〕1号", clock.today())
        services.reply_disclosure(row=row, by=people["city_officer"], answer=said)
    with clock.at(after(begin, 14)):
        services.serve_disclosure(row=row, by=people["city_officer"], on=clock.today())
        handover.keep_scan(row=row, upload=upload("年度监测数据"), paper=IssuedPaper.REPLY, by=people["city_officer"])


def _unserved(people: People, today: dt.date) -> None:
    """The letter was issued a few days ago; when the asker received it is not recorded yet."""
    begin = moment(today - dt.timedelta(days=18))
    row = _ask("绿色生态城区导则的编制单位（演示）", begin)
    with clock.at(after(begin, 9)):
        said = DisclosureReply(
            DisclosureOutcome.PUBLISHED, "已在平台公众页公开（演示）", f"演公开〔{clock.today().year}〕3号", clock.today()
        )
        services.reply_disclosure(row=row, by=people["city_officer"], answer=said)


def _extended(people: People, today: dt.date) -> None:
    begin = moment(today - dt.timedelta(days=30))
    row = _ask("演示城区的碳排放核查报告（演示）", begin)
    with clock.at(after(begin, 15)):
        services.extend_disclosure(row=row, by=people["city_checker"], reason="信息数量较多，需要逐件核对（演示）")
    with clock.at(after(begin, 18)):
        asked = clock.today()
        entry = services.ThirdPartyOpinion("演示核查机构（虚构）", asked - dt.timedelta(days=2), asked)
        services.ask_third_party(row=row, by=people["city_officer"], **entry._asdict())


def _contested(people: People, today: dt.date) -> None:
    """A refusal was revoked in a reconsideration, and the request waits for a new reply."""
    begin, officer = moment(today - dt.timedelta(days=120)), people["city_officer"]
    row = _ask("演示青禾区（虚构）阶段评估的专家评审意见汇总（演示）", begin)
    with clock.at(after(begin, 14)):
        words = "专家评审意见属于过程性信息（演示）"
        said = DisclosureReply(DisclosureOutcome.REFUSED, words, f"演公开〔{clock.today().year}〕2号", clock.today(), Withheld.PROCESS)
        services.reply_disclosure(row=row, by=officer, answer=said)
    with clock.at(after(begin, 16)):
        services.serve_disclosure(row=row, by=officer, on=clock.today())
    with clock.at(after(begin, 24)):
        day = clock.today()
        filed: dict[str, Any] = {"kind": RemedyKind.REVIEW, "body": "演示市人民政府（虚构）", "number": f"演府复〔{day.year}〕9号"}
        remedy = record_remedy(row=row, by=officer, **filed, filed_on=day - dt.timedelta(days=3), served_on=day)
    with clock.at(after(begin, 30)):
        values = {"number": f"演建复答〔{clock.today().year}〕9号", "on": clock.today()}
        take(obj=remedy, action="reply", by=officer, version=_version(remedy), values=values)
    with clock.at(moment(today - dt.timedelta(days=6))):
        day = clock.today()
        values = {"outcome": RemedyOutcome.ANNULLED, "number": f"演府复决〔{day.year}〕9号", "on": day, "words": "撤销答复（演示）"}
        values |= {"redo_by": day + dt.timedelta(days=20), "scan": None}
        take(obj=remedy, action="find", by=officer, version=_version(remedy), values=values)
        take(obj=remedy, action="confirm", by=people["city_checker"], version=_version(remedy))


def _version(remedy: DisclosureRemedy) -> int:
    return DisclosureRemedy.objects.get(pk=remedy.pk).version


def _asked_back(people: People, today: dt.date) -> None:
    """A request is unclear, and the applicant is asked once to complete it."""
    begin = moment(today - dt.timedelta(days=8))
    row = _ask("绿色生态城区的全部检测报告（演示）", begin)
    with clock.at(after(begin, 3)):
        until = clock.today() + dt.timedelta(days=15)
        services.ask_completion(row=row, by=people["city_officer"], words="请写明城区名称、检测项目和年份（演示）", until=until)
