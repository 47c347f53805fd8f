"""What is present and what is missing before an agency uses the portal, and what keepers noted at it; counts only, no business data."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sized
from typing import NamedTuple

from django.conf import settings
from django.db.models import Count, Q
from django.urls import reverse

from approvals.titles.models.publicity import Title, held_on
from assessments.common.enums import PoolState
from assessments.experts.models import ExpertProfile
from districts.file.models.district import District
from districts.overview.selectors.tasks import unscored_districts
from greendistrict.accounts.enums import CITY, KEEPERS, OrganisationKind, Role
from greendistrict.accounts.models import Organisation, Post, User
from greendistrict.accounts.post_rules import misfits, not_over
from greendistrict.accounts.selectors import holders
from greendistrict.accounts.viewer import Viewer
from greendistrict.core import database_clock, workdays
from greendistrict.policy import parameters
from greendistrict.policy.models import Setting
from greendistrict.policy.selectors import setting_rows
from greendistrict.signin import provider
from indicators.editions.selectors import published_editions
from portal.first_day.enums import OpeningItem
from portal.first_day.models import OpeningMark
from portal.first_day.rules import may_keep_check
from portal.first_day.trials import TRIALS, mail_target
from portal.operations.selectors import expiries
from portal.operations.selectors.status import OpeningLack
from portal.takeover.enums import Need
from portal.takeover.selectors import lacks_records, takeover_rows, titled

STATES = MISSING, OPEN, DONE, NEEDLESS = "缺", "待完善", "已具备", "不需要"
PATIENCE = dt.timedelta(minutes=2)  # for a worker that was asked for a trial
NOBODY, TWO = "没有可登录的人员", 2
KINDS_NEEDED = (OrganisationKind.CITY, OrganisationKind.SECRETARIAT, OrganisationKind.AUTHORITY, OrganisationKind.APPLICANT)
SEATS_NEEDED = (
    Role.CITY_OFFICER, Role.CITY_CHECKER, Role.CITY_DIRECTOR, Role.CITY_LEGAL, Role.SECRETARIAT, Role.AUTHORITY, Role.PREPARER,
    Role.REVIEWER, Role.SYSTEM_KEEPER, Role.SECURITY_KEEPER, Role.AUDIT_KEEPER,
)  # fmt: skip


class OpeningLine(NamedTuple):
    """One line of the list: item, whether it is present, in words, who does it, link; what keepers noted, and whether it can be tried."""

    group: str
    item: OpeningItem
    state: str
    words: str
    who: str
    link: str = ""
    mark: OpeningMark | None = None
    can_try: bool = False
    is_late: bool = False  # open after the day that keepers set
    is_unanswered: bool = False  # no worker took up the trial that was asked for

    @property
    def what(self) -> str:
        """Words of the item."""
        return str(self.item.label)

    @property
    def colour(self) -> str:
        """Colour of the state's tag."""
        return {MISSING: "red", OPEN: "amber"}.get(self.state, "")

    @property
    def is_open(self) -> bool:
        """Whether somebody has to see to it."""
        return self.state in {MISSING, OPEN}

    @property
    def is_of_others(self) -> bool:
        """Whether the last trial was made with other settings than now."""
        return bool(self.mark and self.mark.tried_at and self.mark.target != TRIALS[self.item].target())


def check_lines(now: dt.datetime) -> list[OpeningLine]:
    """All lines, in the order of the setup; a fixed number of queries."""
    return _lines(PARTS, now)


def _lines(parts: "Iterable[Part]", now: dt.datetime) -> list[OpeningLine]:
    marks = {mark.key: mark for mark in OpeningMark.objects.select_related("owner", "needless_by", "asked_by")}
    return [_marked(line, marks.get(line.item), now) for part in parts for line in part(now)]


def _marked(line: OpeningLine, mark: OpeningMark | None, now: dt.datetime) -> OpeningLine:
    """The line by its trial and by what keepers said: what is set but was never tried is not there yet, what failed is missing."""
    trial = TRIALS.get(line.item)
    line = line._replace(mark=mark, can_try=bool(trial and trial.target()))
    if trial and line.state == DONE:
        is_tried = bool(mark and mark.tried_at and not line.is_of_others)
        if is_tried and mark and not mark.tried_well:
            line = line._replace(state=MISSING, words=f"{line.words}，上次没有试通")
        elif trial.proves and not is_tried:
            line = line._replace(state=OPEN, words=f"{line.words}，尚未试过")
    if mark is None:
        return line
    if mark.needless and line.is_open:
        line = line._replace(state=NEEDLESS)
    waits = mark.asked_at is not None and mark.is_asked and now - mark.asked_at > PATIENCE
    return line._replace(is_late=bool(line.is_open and mark.due and mark.due < now.date()), is_unanswered=waits)


def lacks(now: dt.datetime) -> list[OpeningLack]:
    """Lines whose item is missing and needed, for 运行状况."""
    return [OpeningLack(line.what, line.words, line.who, line.link) for line in check_lines(now) if line.state == MISSING]


def open_lines(viewer: Viewer) -> tuple[list[OpeningLine], list[OpeningLine]]:
    """Lines to be seen to by this keeper, and by nobody: without an owner who is a keeper today. None for others."""
    if not may_keep_check(viewer.held):
        return [], []
    there = set(holders(*KEEPERS, day=viewer.today).values_list("pk", flat=True))
    owned = [(line, line.mark.owner_id if line.mark else None) for line in _lines(BRIEF, viewer.moment) if line.is_open]
    return [line for line, owner in owned if owner == viewer.person], [line for line, owner in owned if owner not in there]


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
    yield OpeningLine("单位和人员", OpeningItem.BODIES, MISSING if lacking else DONE, words, "系统管理员", link)
    organisations = reverse("accounts:organisation_list")
    coded = [code for kind, code, _ in found if kind != OrganisationKind.EXPERT]
    told = _standing(coded, coded.count(""), "没有登记单位", "{}家单位没有登记", "均已登记")
    yield OpeningLine("单位和人员", OpeningItem.CODES, *told, "系统管理员", organisations)
    bureaus = [departments for kind, _, departments in found if kind == OrganisationKind.BUREAU]
    bare = sum(not departments for departments in bureaus)
    told = _standing(bureaus, bare, "没有登记区级部门", "{}家区级部门没有勾选，征询、审查和分工找不到它们", "均已勾选")
    yield OpeningLine("单位和人员", OpeningItem.BUREAUS, *told, "系统管理员", organisations)


def _people(now: dt.datetime) -> Iterator[OpeningLine]:
    today = now.date()
    posts = Post.objects.filter(not_over(), valid_from__lte=today, user__is_active=True).order_by()
    held = dict(posts.values("role").annotate(people=Count("user", distinct=True)).values_list("role", "people"))
    lacking = [role.label for role in SEATS_NEEDED if not held.get(role)]
    words = f"没有人任：{'、'.join(lacking)}" if lacking else "各岗位都有人"
    grants = reverse("accounts:user_list")
    yield OpeningLine("单位和人员", OpeningItem.SEATS, MISSING if lacking else DONE, words, "系统、安全管理员", grants)
    few = [role for role in Role if role in (CITY | KEEPERS) and held.get(role, 0) < TWO]
    manned = [role for role in Role if role in (CITY | KEEPERS) and held.get(role)]
    words = f"不足两人：{'、'.join(role.label for role in few)}；请假时须另有人或委托"
    yield OpeningLine(
        "单位和人员", OpeningItem.DEPUTIES, *_standing(manned, few, "市级和三员都没有人", words, "都有两人以上"), "安全管理员", grants
    )
    signing = posts.filter(role__in=[Role.PREPARER, Role.REVIEWER]).values("organisation")
    signing = signing.annotate(filling=Count("pk", Q(role=Role.PREPARER)), signs=Count("pk", Q(role=Role.REVIEWER)))
    halves = sum(not row["filling"] or not row["signs"] for row in signing)
    words = f"{halves}家单位只有填报或只有审核签发，不能提交"
    told = (MISSING, words) if halves else _standing(signing, 0, "没有填报和审核签发的人员", "", "填报和审核签发成对")
    yield OpeningLine("单位和人员", OpeningItem.PAIRS, *told, "安全管理员", grants)
    people = list(User.objects.filter(is_active=True).values_list("email", "password"))
    unset = sum(password.startswith("!") for _, password in people)
    told = _standing(people, unset, NOBODY, "{}人尚未用链接设定密码", "都已设定密码")
    yield OpeningLine("单位和人员", OpeningItem.PASSWORDS, *told, "本人", grants)
    silent = sum(not email for email, _ in people)
    told = _standing(people, silent, NOBODY, "{}人没有电子邮箱，收不到链接和提醒", "都有电子邮箱")
    yield OpeningLine("单位和人员", OpeningItem.ADDRESSES, *told, "系统管理员", grants)
    told = _standing(held, len(misfits()), "没有人任岗", "{}个岗位不合规则", "均合规则")
    yield OpeningLine("单位和人员", OpeningItem.POST_RULES, *told, "安全管理员", grants)


def _settings(now: dt.datetime) -> Iterator[OpeningLine]:
    rows = setting_rows()
    defaults = sum(row.is_default for row in rows)
    words = f"{defaults}项仍是默认值，由市级审定确认或更改" if defaults else "均已确认"
    yield OpeningLine("参数和内容", OpeningItem.PARAMETERS, OPEN if defaults else DONE, words, "市级经办整表提出，市级审定")
    begun = Setting.objects.filter(key="obligations_from").exists()
    words = "已确认" if begun else "没有确认从哪一天起计算到期事项"
    yield OpeningLine("参数和内容", OpeningItem.START, DONE if begun else MISSING, words, "市级审定")
    year, official = now.year, workdays.current().official
    words = f"已录入{year}年" if year in official else f"没有{year}年的节假日安排，工作日按周一至周五扣除法定节日计"
    yield OpeningLine(
        "参数和内容", OpeningItem.HOLIDAYS, DONE if year in official else MISSING, words, "系统管理员", reverse("portal:operations")
    )
    lacking = [name for name, value in {**settings.CONTACT_OFFICE, "主办单位": settings.SITE_FOOTER["主办单位"]}.items() if not value]
    words = f"没有填：{'、'.join(lacking)}（GD_CONTACT_*、GD_FOOTER_*）" if lacking else "已填"
    yield OpeningLine("参数和内容", OpeningItem.CONTACTS, OPEN if lacking else DONE, words, "部署人员")


def _districts(now: dt.datetime) -> Iterator[OpeningLine]:
    there = District.objects.filter(is_demo=False, guideline_area=False, merged_into=None)
    real = there.count()
    titles = Title.objects.filter(held_on(now.date()), district__in=there).count()
    words = f"城区{real}个，现有称号{titles}项" if real and titles else "没有补录现有城区和称号：运行 manage.py setup，再由市级经办补录"
    yield OpeningLine("参数和内容", OpeningItem.DISTRICTS, DONE if real and titles else MISSING, words, "市级经办")
    owners = list(there.values_list("applicant", flat=True))
    told = _standing(
        owners, sum(owner is None for owner in owners), "没有城区", "{}个城区没有登记申报主体，自查和提醒没有对象", "都有申报主体"
    )
    yield OpeningLine("参数和内容", OpeningItem.APPLICANTS, *told, "市级经办")
    demo = User.objects.filter(is_demo=True).count()
    words = f"有{demo}个演示账号：正式安装另用一个数据库" if demo else "没有演示数据"
    yield OpeningLine("参数和内容", OpeningItem.FICTION, MISSING if demo else DONE, words, "部署人员")


def _records(now: dt.datetime) -> Iterator[OpeningLine]:
    rows = takeover_rows(titled(District.objects.filter(is_demo=False)), now.date())
    counted = {need: sum(bool(row.of(need).gaps) for row in rows) for need in Need}
    lacking = [f"{need.label}{number}个" for need, number in counted.items() if number]
    words = f"{len(rows)}个试点和示范城区，{{}}个有缺项：{'、'.join(lacking)}；逐项列在“城区—补录进度”，由有业务岗位的人员查看"
    told = _standing(rows, sum(bool(row.gaps) for row in rows), "没有试点和示范城区", words, "没有缺项")
    yield OpeningLine("参数和内容", OpeningItem.TAKEOVER, *told, "市级经办、实施主体、申报主体")


def _records_in_brief(now: dt.datetime) -> Iterator[OpeningLine]:
    """Whether records lack anything, without what and where: a desk need not look at every district for that."""
    found = titled(District.objects.filter(is_demo=False))
    state = OPEN if lacks_records(found, now.date()) else DONE if found.exists() else MISSING
    yield OpeningLine("参数和内容", OpeningItem.TAKEOVER, state, "", "")


def _running(now: dt.datetime) -> Iterator[OpeningLine]:
    yield from _connections()
    operations = reverse("portal:operations")
    copy = expiries.backup(now)
    words = f"{'一天内' if copy.at else ''}没有备份：设置 GD_BACKUP_DIR" if copy.is_late else "一天内有备份"
    yield OpeningLine("运行", OpeningItem.BACKUP, MISSING if copy.is_late else DONE, f"{words}；{copy.how}", "部署人员", operations)
    secure = settings.SITE_URL.startswith("https://")
    words = f"平台地址{settings.SITE_URL}" + ("" if secure else "不是 https：由网关提供 TLS，并改 GD_SITE_URL")
    yield OpeningLine("运行", OpeningItem.SITE, DONE if secure else MISSING, words, "部署人员")
    ends = {line.label: line for line in expiries.expiries(now.date())}
    for item, is_own in ((OpeningItem.TLS, True), (OpeningItem.SIGNING, bool(settings.SIGNING_ROOTS or settings.SIGNING_P12))):
        line = ends.get(item.label) if is_own else None
        known = line is not None and line.day is not None and line.state != "已到期"
        words = f"{line.what}，{line.day}到期" if known and line else line.what if line else "没有登记，不能提醒到期"
        yield OpeningLine("运行", item, DONE if known else OPEN, words, "部署人员", operations)


def _connections() -> Iterator[OpeningLine]:
    """What the portal reaches beside its database: whether it is set, as long as nobody has tried it."""
    wrong = [one.host for one in database_clock.wrong_hosts()]
    told: tuple[tuple[OpeningItem, object, str, str], ...] = (
        (
            OpeningItem.MAIL,
            mail_target(),
            f"邮件服务器{mail_target()}",
            "没有接入，设定密码的链接和提醒发不出去：设置EMAIL_BACKEND、EMAIL_HOST",
        ),
        (
            OpeningItem.SMS,
            settings.SMS_URL,
            "短信网关已设置",
            "没有接入，不发短信提醒：设置GD_SMS_URL；不用短信的，写明本地不需要",
        ),
        (OpeningItem.SCANNER, settings.CLAMD, "查毒程序已设置", "没有接入，上传的文件不查毒：设置GD_CLAMD"),
        (OpeningItem.STORAGE, True, "用对象存储" if settings.S3_BUCKET else "用本机文件夹", ""),
        (OpeningItem.CLOCK, not wrong, "没有主机报告与数据库相差过多", f"与数据库相差过多的主机：{'、'.join(wrong)}"),
        *([(OpeningItem.SINGLE_SIGN_ON, True, f"{settings.OIDC_NAME}已设置", "")] if provider.is_on() else ()),
        *([(OpeningItem.OFD, True, "OFD转换程序已设置", "")] if settings.OFD_CONVERTER else ()),
    )
    for item, is_set, well, words in told:
        yield OpeningLine("运行", item, DONE if is_set else MISSING, well if is_set else words, "部署人员", reverse("portal:operations"))


def _reviewing(_now: dt.datetime) -> Iterator[OpeningLine]:
    """What others enter, on pages that no keeper opens: no links."""
    official = list(published_editions(real=True).values_list("code", flat=True))
    unscored = unscored_districts().count()
    some = "{}个试点和示范城区没有可用的官方标准，自查、评估和办件不能评分；参考版不用于真实城区"
    told = _standing(official, unscored, "没有已发布的官方评价标准，真实城区不能申报、自查和评估", some, "、".join(official))
    yield OpeningLine("标准和专家", OpeningItem.STANDARD, *told, "市级经办录入，市级审定发布")
    size, active = parameters.load().integer("panel.size"), ExpertProfile.objects.filter(status=PoolState.ACTIVE).count()
    number = f"可聘{active}人"
    told = _standing(range(active), max(size - active, 0), "专家库里没有可聘的专家", f"{number}，少于一个评审组的{size}人", number)
    yield OpeningLine("标准和专家", OpeningItem.EXPERTS, *told, "评审秘书")


Part = Callable[[dt.datetime], Iterator[OpeningLine]]
PARTS: tuple[Part, ...] = (_bodies, _people, _settings, _districts, _records, _reviewing, _running)
BRIEF = tuple(_records_in_brief if part is _records else part for part in PARTS)
