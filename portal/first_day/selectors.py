"""What is present and what is missing before an agency uses the portal; counts only, no business data."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sized
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse

from approvals.titles.models.publicity import Title
from assessments.common.enums import PoolState
from assessments.experts.models import ExpertProfile
from districts.file.models.district import District
from districts.overview.selectors.tasks import unscored_districts
from greendistrict.accounts.enums import CITY, KEEPERS, OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.post_rules import misfits, not_over
from greendistrict.core import workdays
from greendistrict.notifications import transports
from greendistrict.notifications.enums import Channel
from greendistrict.policy import parameters
from greendistrict.policy.models import Setting
from greendistrict.policy.selectors import setting_rows
from indicators.editions.selectors import published_editions
from portal.operations.selectors import expiries
from portal.operations.selectors.status import OpeningLack

MISSING, OPEN, DONE = "缺", "待完善", "已具备"
NOBODY, TWO = "没有可登录的人员", 2
KINDS_NEEDED = (OrganisationKind.CITY, OrganisationKind.SECRETARIAT, OrganisationKind.AUTHORITY, OrganisationKind.APPLICANT)
SEATS_NEEDED = (
    Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.CITY_LEGAL, Role.SECRETARIAT, Role.AUTHORITY, Role.PREPARER,
    Role.REVIEWER, Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER, Role.AUDIT_KEEPER,
)  # fmt: skip


class OpeningLine(NamedTuple):
    """One line of the list: item, whether it is present, details in words, who is responsible, and link."""

    group: str
    what: str
    state: str
    words: str
    who: str
    link: str = ""

    @property
    def colour(self) -> str:
        """Colour of the state's tag."""
        return {MISSING: "red", OPEN: "amber"}.get(self.state, "")


def check_lines(now: dt.datetime) -> list[OpeningLine]:
    """All lines, in the order of the setup; a fixed number of queries."""
    return [line for part in PARTS for line in part(now)]


def lacks(now: dt.datetime) -> list[OpeningLack]:
    """Lines whose item is missing, for 运行状况."""
    return [OpeningLack(line.what, line.words, line.who, line.link) for line in check_lines(now) if line.state == MISSING]


def _standing(there: Sized, wrong: Sized | int, none: str, some: str, well: str) -> tuple[str, str]:
    """State and words of a line: missing where there is nothing to look at, open where ``wrong`` are found, whose number ``some`` tells."""
    number = wrong if isinstance(wrong, int) else len(wrong)
    if not there:
        return MISSING, none
    return (OPEN, some.format(number)) if number else (DONE, well)


def _bodies(_now: dt.datetime) -> Iterator[OpeningLine]:
    found = list(Organisation.objects.values_list("kind", "credit_code", "departments"))
    kinds = Counter(kind for kind, _, _ in found)
    lacking = [kind.label for kind in KINDS_NEEDED if not kinds[kind]]
    link = reverse("portal:enrolment_import", args=["bodies"])
    words = f"没有：{'、'.join(lacking)}" if lacking else f"已登记{len(found)}家"
    yield OpeningLine("单位和人员", "各类单位", MISSING if lacking else DONE, words, "系统管理员", link)
    organisations = reverse("accounts:organisation_list")
    coded = [code for kind, code, _ in found if kind != OrganisationKind.EXPERT]
    told = _standing(coded, coded.count(""), "没有登记单位", "{}家单位没有登记", "均已登记")
    yield OpeningLine("单位和人员", "统一社会信用代码", *told, "系统管理员", organisations)
    bureaus = [departments for kind, _, departments in found if kind == OrganisationKind.BUREAU]
    bare = sum(not departments for departments in bureaus)
    told = _standing(bureaus, bare, "没有登记区级部门", "{}家区级部门没有勾选，征询、审查和分工找不到它们", "均已勾选")
    yield OpeningLine("单位和人员", "区级部门承担的部门职责", *told, "系统管理员", organisations)


def _people(now: dt.datetime) -> Iterator[OpeningLine]:
    today = now.date()
    posts = Post.objects.filter(not_over(), valid_from__lte=today, user__is_active=True).order_by()
    held = dict(posts.values("role").annotate(people=Count("user", distinct=True)).values_list("role", "people"))
    lacking = [role.label for role in SEATS_NEEDED if not held.get(role)]
    words = f"没有人任：{'、'.join(lacking)}" if lacking else "各岗位都有人"
    grants = reverse("accounts:user_list")
    yield OpeningLine("单位和人员", "各岗位的人员", MISSING if lacking else DONE, words, "系统、安全管理员", grants)
    few = [role for role in Role if role in (CITY | KEEPERS) and held.get(role, 0) < TWO]
    manned = [role for role in Role if role in (CITY | KEEPERS) and held.get(role)]
    words = f"不足两人：{'、'.join(role.label for role in few)}；请假时须另有人或委托"
    yield OpeningLine(
        "单位和人员", "市级和三员的替补", *_standing(manned, few, "市级和三员都没有人", words, "都有两人以上"), "安全管理员", grants
    )
    signing = posts.filter(role__in=[Role.PREPARER, Role.REVIEWER]).values("organisation")
    signing = signing.annotate(filling=Count("pk", Q(role=Role.PREPARER)), signs=Count("pk", Q(role=Role.REVIEWER)))
    halves = sum(not row["filling"] or not row["signs"] for row in signing)
    words = f"{halves}家单位只有填报或只有审核签发，不能提交"
    told = (MISSING, words) if halves else _standing(signing, 0, "没有填报和审核签发的人员", "", "填报和审核签发成对")
    yield OpeningLine("单位和人员", "申报主体的两个岗位", *told, "安全管理员", grants)
    people = list(User.objects.filter(is_active=True).values_list("email", "password"))
    unset = sum(password.startswith("!") for _, password in people)
    told = _standing(people, unset, NOBODY, "{}人尚未用链接设定密码", "都已设定密码")
    yield OpeningLine("单位和人员", "首次登录", *told, "本人", grants)
    silent = sum(not email for email, _ in people)
    told = _standing(people, silent, NOBODY, "{}人没有电子邮箱，收不到链接和提醒", "都有电子邮箱")
    yield OpeningLine("单位和人员", "电子邮箱", *told, "系统管理员", grants)
    told = _standing(held, len(misfits()), "没有人任岗", "{}个岗位不合规则", "均合规则")
    yield OpeningLine("单位和人员", "岗位规则", *told, "安全管理员", grants)


def _settings(now: dt.datetime) -> Iterator[OpeningLine]:
    rows = setting_rows()
    defaults = sum(row.is_default for row in rows)
    words = f"{defaults}项仍是默认值，由市级审定确认或更改" if defaults else "均已确认"
    yield OpeningLine("参数和内容", "平台参数", OPEN if defaults else DONE, words, "市级经办整表提出，市级审定")
    begun = Setting.objects.filter(key="obligations_from").exists()
    words = "已确认" if begun else "没有确认从哪一天起计算到期事项"
    yield OpeningLine("参数和内容", "启用日期", DONE if begun else MISSING, words, "市级审定")
    year, official = now.year, workdays.current().official
    words = f"已录入{year}年" if year in official else f"没有{year}年的节假日安排，工作日按周一至周五扣除法定节日计"
    yield OpeningLine("参数和内容", "节假日安排", DONE if year in official else MISSING, words, "系统管理员", reverse("portal:operations"))
    lacking = [name for name, value in {**settings.CONTACT_OFFICE, "主办单位": settings.SITE_FOOTER["主办单位"]}.items() if not value]
    words = f"没有填：{'、'.join(lacking)}（GD_CONTACT_*、GD_FOOTER_*）" if lacking else "已填"
    yield OpeningLine("参数和内容", "联系方式和页脚", OPEN if lacking else DONE, words, "部署人员")


def _districts(_now: dt.datetime) -> Iterator[OpeningLine]:
    real = District.objects.filter(is_demo=False).count()
    titles = Title.objects.filter(district__is_demo=False).count()
    words = f"城区{real}个，称号{titles}项" if real and titles else "没有补录现有城区和称号：运行 manage.py setup，再由市级经办补录"
    yield OpeningLine("参数和内容", "现有城区和称号", DONE if real and titles else MISSING, words, "市级经办")
    owners = list(District.objects.filter(is_demo=False).values_list("applicant", flat=True))
    told = _standing(
        owners, sum(owner is None for owner in owners), "没有城区", "{}个城区没有登记申报主体，自查和提醒没有对象", "都有申报主体"
    )
    yield OpeningLine("参数和内容", "城区的申报主体", *told, "市级经办")
    demo = User.objects.filter(is_demo=True).count()
    words = f"有{demo}个演示账号：正式安装另用一个数据库" if demo else "没有演示数据"
    yield OpeningLine("参数和内容", "演示数据", MISSING if demo else DONE, words, "部署人员")


def _running(now: dt.datetime) -> Iterator[OpeningLine]:
    mail = dict(transports.states()).get(Channel.MAIL, False)
    words = "已接入" if mail else "没有接入，设定密码的链接和提醒发不出去"
    operations = reverse("portal:operations")
    yield OpeningLine("运行", "邮件", DONE if mail else MISSING, words, "部署人员", operations)
    copy = expiries.backup(now)
    words = "没有备份：设置 GD_BACKUP_DIR" if copy.is_late else "一天内有备份"
    yield OpeningLine("运行", "备份", MISSING if copy.is_late else DONE, f"{words}；{copy.how}", "部署人员", operations)
    secure = settings.SITE_URL.startswith("https://")
    words = f"平台地址{settings.SITE_URL}" + ("" if secure else "不是 https：由网关提供 TLS，并改 GD_SITE_URL")
    yield OpeningLine("运行", "平台地址", DONE if secure else MISSING, words, "部署人员")
    ends = {line.label: line for line in expiries.expiries(now.date())}
    for label in (expiries.TLS, expiries.SIGNING):
        line = ends.get(label)
        known = line is not None and line.day is not None and line.state != "已到期"
        words = f"{line.what}，{line.day}到期" if known and line else line.what if line else "没有登记，不能提醒到期"
        yield OpeningLine("运行", label, DONE if known else OPEN, words, "部署人员", operations)


def _reviewing(_now: dt.datetime) -> Iterator[OpeningLine]:
    official = list(published_editions(real=True).values_list("code", flat=True))
    unscored = unscored_districts().count()
    some = "{}个试点和示范城区没有可用的官方标准，自查、评估和办件不能评分；参考版不用于真实城区"
    told = _standing(official, unscored, "没有已发布的官方评价标准，真实城区不能申报、自查和评估", some, "、".join(official))
    yield OpeningLine("标准和专家", "评价标准", *told, "市级经办录入，市级审定发布", reverse("indicators:edition_list"))
    size, active = parameters.load().integer("panel.size"), ExpertProfile.objects.filter(status=PoolState.ACTIVE).count()
    number = f"可聘{active}人"
    told = _standing(range(active), max(size - active, 0), "专家库里没有可聘的专家", f"{number}，少于一个评审组的{size}人", number)
    yield OpeningLine("标准和专家", "专家库", *told, "评审秘书", reverse("assessments:expert_list"))


PARTS: tuple[Callable[[dt.datetime], Iterator[OpeningLine]], ...] = (_bodies, _people, _settings, _districts, _reviewing, _running)
