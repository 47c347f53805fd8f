"""Recorded acts about a district: renaming, merger, new applicant, confirmed type, handover of work.

Each has a document and a reason, is never changed, and is shown on the timeline; a registration by mistake is taken back with all
of it. While a title is held the applicant changes by a change case.
"""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import partial

from django.db import transaction
from django.db.models import ForeignObjectRel

from districts.acts.models import DistrictAct
from districts.common.enums import TITLED, ActKind, DistrictType
from districts.file.file_locks import follow, held
from districts.file.models.district import District
from districts.file.models.parties import FigureSource
from districts.file.rules import may_act, may_confirm_type, may_hand_over, may_read_file, may_unregister
from districts.file.services import hold_constraints, locked
from greendistrict.accounts.enums import OrganisationKind
from greendistrict.accounts.models import Organisation, User
from greendistrict.accounts.selectors import HeldPosts, posts_of
from greendistrict.audit import services as audit
from greendistrict.core import clock
from greendistrict.core.columns import fitted
from greendistrict.core.errors import NotAllowed, Refusal, Refused
from greendistrict.documents.selectors import evidence_of

MAY_APPLY = (OrganisationKind.APPLICANT, OrganisationKind.BUREAU, OrganisationKind.AUTHORITY)
HALF = Decimal(50)
DEMO_NAME = ("演示", "（虚构）")


def keep_act(
    *, district: District, kind: str, on: dt.date, reason: str, by: User | None, document: str = "", before: str = "", after: str = "",
    handed_over: Iterable[str] = (),
) -> DistrictAct:  # fmt: skip
    """Store the act with its audit record in the caller's transaction. Raises ``Refused`` for a future day or without a reason."""
    if on > clock.today():
        raise Refused([Refusal("日期不能晚于今天", field="on")])
    act = DistrictAct(
        district=district,
        kind=kind,
        on=on,
        reason=reason.strip(),
        document=document.strip(),
        before=fitted(DistrictAct, "before", before),
        after=fitted(DistrictAct, "after", after),
        handed_over=list(handed_over),
        entered_at=clock.now(),
        entered_by=by,
    )
    hold_constraints(act)
    act.save()
    data = {"kind": kind, "document": act.document, "before": act.before, "after": act.after}
    audit.record(action="districts.act", by=by, obj=district, data=data)
    return act


MADE_BY_REGISTERING = (DistrictAct, FigureSource)
GOES_ALONG = {model._meta.label for model in (District, FigureSource, District.areas.through, District.authorities.through)}
STANDS = "这个城区已有{}，不能撤销登记；不再使用的，由市级经办登记更名或并入其他城区"


@transaction.atomic
def unregister_district(*, district: District, by: User) -> None:
    """Delete a district that was registered by mistake. Raises ``NotAllowed``, ``Refused`` once anything stands on it."""
    stored = locked(district, None)
    posts = posts_of(by)
    NotAllowed.unless(may_unregister(posts, stored), "登记有误的城区由申报主体的填报人或市级经办撤销登记，已有称号的不能撤销")
    if found := against_unregistering(posts, stored):
        raise Refused(found)
    audit.record(action="districts.unregister", by=by, obj=stored, data={"name": stored.name, "applicant": str(stored.applicant or "")})
    stored.acts.all().delete()
    _, gone = stored.delete()
    if {*gone} - GOES_ALONG:  # stored since it was looked at; taken back with the transaction
        raise Refused(STANDS.format("刚刚填写的资料"))


def against_unregistering(posts: HeldPosts, district: District) -> list[Refusal]:
    """Why the registration cannot be taken back; whoever may not read the file is not told what stands in it."""
    standing = _standing_on(district)
    if may_read_file(posts, district):
        return [Refusal(STANDS.format("、".join(standing)))] if standing else []
    if standing or district.version:
        return [Refusal("申报主体已有资料的城区，由申报主体的填报人撤销登记")]
    return []


def _standing_on(district: District) -> list[str]:
    """Names of what was entered about the district since it was registered."""
    found = [] if district.acts.filter(kind=ActKind.REGISTER).exists() else ["登记以前的资料"]
    if district.acts.exclude(kind=ActKind.REGISTER).exists():
        found.append(str(DistrictAct._meta.verbose_name))
    for relation in District._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.field.many_to_many:
            continue
        model = relation.related_model
        if model in MADE_BY_REGISTERING or model._meta.auto_created:  # the places and bodies named at registering
            continue
        if model._base_manager.filter(**{relation.field.name: district}).exists():
            found.append(str(model._meta.verbose_name))
    return [*found, *(["文件"] if evidence_of(district).exists() else [])]


def _locked(district: District, by: User) -> District:
    NotAllowed.unless(may_act(posts_of(by)), "这一事项由市级经办登记")
    stored = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
    if found := held(stored):
        raise Refused(found)
    return stored


def rename_district(*, district: District, name: str, on: dt.date, document: str, reason: str, by: User) -> DistrictAct:
    """Rename the district; the old name becomes an alias, the code in URLs stays.

    Raises ``NotAllowed`` unless ``by`` is the city's 经办, ``Refused`` if the name is taken or unchanged.
    """
    with transaction.atomic():
        stored = _locked(district, by)
        before, name = stored.name, name.strip()
        if name == before:
            raise Refused([Refusal("名称没有变化", field="name")])
        if stored.is_demo and not (name.startswith(DEMO_NAME[0]) and name.endswith(DEMO_NAME[1])):
            raise Refused([Refusal("虚构城区的名称须以“演示”开头、以“（虚构）”结尾", field="name")])
        stored.name, stored.aliases = name, [*[alias for alias in stored.aliases if alias != name], before]
        hold_constraints(stored)
        stored.save()
        return keep_act(district=stored, kind=ActKind.RENAME, on=on, document=document, reason=reason, before=before, after=name, by=by)


def merge_district(*, district: District, into: District, on: dt.date, document: str, reason: str, by: User) -> DistrictAct:
    """Merge a candidate into another district, which takes over its names; its file becomes read-only.

    Raises ``NotAllowed`` unless ``by`` is the city's 经办, ``Refused`` for a titled district, a circular merger, or a demo and a real
    district.
    """
    with transaction.atomic():
        stored = _locked(district, by)
        target = District.objects.select_for_update(of=("self",), no_key=True).get(pk=into.pk)
        if found := _against_merging(stored, target):
            raise Refused(found)
        stored.merged_into = target
        stored.save(update_fields=["merged_into"])
        target.aliases = list(dict.fromkeys([*target.aliases, stored.name, *stored.aliases]))
        target.save()
        record = partial(keep_act, on=on, document=document, reason=reason, before=stored.name, after=target.name, by=by)
        record(district=target, kind=ActKind.MERGE)
        return record(district=stored, kind=ActKind.MERGE)


def _against_merging(district: District, into: District) -> list[Refusal]:
    found = []
    if district.pk == into.pk:
        found.append(Refusal("不能并入自己", field="into"))
    if into.merged_into_id:
        found.append(Refusal(f"{into}已并入其他城区", field="into"))
    if district.stage in TITLED:
        found.append(Refusal("有称号的城区不能并入，须先按变更办理退出"))
    if district.is_demo != into.is_demo:
        found.append(Refusal("虚构城区与真实城区不能合并", field="into"))
    return found


def replace_applicant(*, district: District, applicant: Organisation, on: dt.date, document: str, reason: str, by: User) -> DistrictAct:
    """Replace the applicant of an untitled district, whose open cases are transferred; or name the first one of any district.

    A title from before the portal may stand without an applicant, and nobody could ask for a change of it. Raises ``NotAllowed`` unless
    ``by`` is the city's 经办, ``Refused`` if the body cannot apply or a title requires a change case.
    """
    with transaction.atomic():
        stored = _locked(district, by)
        if stored.stage in TITLED and stored.applicant_id is not None:
            raise Refused([Refusal("称号授予后，申报主体须经变更办理", remedy="由申报主体提出变更")])
        if applicant.kind not in MAY_APPLY or applicant.is_demo != stored.is_demo:
            raise Refused([Refusal(f"{applicant}不能作申报主体", field="applicant")])
        if applicant.pk == stored.applicant_id:
            raise Refused([Refusal("申报主体没有变化", field="applicant")])
        before = str(stored.applicant or stored.applicant_text or "未登记")
        stored.applicant = applicant
        stored.save(update_fields=["applicant"])
        moved = follow(stored)
        after = f"{applicant}{f'，{moved}件在办的办件一并转交' if moved else ''}"
        return keep_act(district=stored, kind=ActKind.APPLICANT, on=on, document=document, reason=reason, before=before, after=after, by=by)


def confirm_type(*, district: District, renewal_share: Decimal, on: dt.date, document: str, reason: str, by: User) -> DistrictAct:
    """Record the share of renewal land (%) that experts confirmed for a mixed district; above half it is a renewal district.

    Raises ``NotAllowed`` unless ``by`` is the city's 经办 or the secretariat, ``Refused`` after a title.
    """
    NotAllowed.unless(may_confirm_type(posts_of(by)), "城区类型由市级经办或技术支撑单位按专家意见登记")
    with transaction.atomic():
        stored = District.objects.select_for_update(of=("self",), no_key=True).get(pk=district.pk)
        if stored.stage in TITLED:
            raise Refused([Refusal("称号授予后，城区类型须经变更办理")])
        before = _type_words(stored)
        stored.renewal_share = renewal_share
        stored.type = DistrictType.RENEWAL if renewal_share > HALF else DistrictType.NEW
        hold_constraints(stored)
        stored.save()
        after = _type_words(stored)
        return keep_act(district=stored, kind=ActKind.TYPE, on=on, document=document, reason=reason, before=before, after=after, by=by)


def _type_words(district: District) -> str:
    share = "" if district.renewal_share is None else f"，更新用地占{district.renewal_share.normalize():f}%"
    return f"{district.get_type_display() or '未填'}{share}"


def hand_over(*, district: District, leaver: User, taker: User, on: dt.date, reason: str, matters: Iterable[str], by: User) -> DistrictAct:
    """Record that a person leaves the work on the district, with the successor and the open matters.

    Work belongs to roles, so nothing is transferred: the successor already holds a role in the same organisation. Raises ``NotAllowed``
    unless ``by`` works for applicant or authority, ``Refused`` if the two share no organisation.
    """
    posts = posts_of(by)
    NotAllowed.unless(may_hand_over(posts, district), "人员交接由申报主体或实施主体登记")
    own = posts.organisation_ids
    for person, field in ((leaver, "leaver"), (taker, "taker")):
        if not person.posts.filter(organisation_id__in=own).exists():
            raise Refused([Refusal(f"{person}不在本单位任职", field=field)])
    if leaver.pk == taker.pk:
        raise Refused([Refusal("移交人和接收人不能是同一人", field="taker")])
    if not posts_of(taker).organisation_ids & own:
        raise Refused([Refusal(f"{taker}今天没有本单位的岗位", field="taker", remedy="请安全管理员先授予岗位")])
    with transaction.atomic():
        return keep_act(
            district=district, kind=ActKind.HANDOVER, on=on, reason=reason, before=leaver.name, after=taker.name, handed_over=matters, by=by
        )
