"""Permissions on plot control: see it, record steps, answer opinions."""

from collections.abc import Collection, Iterator

from districts.common.enums import OpinionPurpose
from districts.file.models.district import District
from districts.file.rules import answering_bodies, is_bureau, is_preparer, may_edit_district
from districts.plots.models import Plot, PlotControl, PlotOpinion
from greendistrict.accounts.departments import department_named
from greendistrict.accounts.enums import Department, Role
from greendistrict.accounts.models import Post
from greendistrict.accounts.post_rules import not_over
from greendistrict.accounts.selectors import HeldPosts


def party_to_plot(held: HeldPosts, plot: Plot) -> bool:
    """Whether the person may work on this plot without reading the file: its body was asked, or is a bureau of the district."""
    asked = plot.opinions.filter(organisation_id__in=answering_bodies(held)).exists()
    return asked or (plot.buildable and lists_plots(held, plot.district))


def lists_plots(held: HeldPosts, district: District) -> bool:
    """Whether the person may list the buildable plots without reading the file: land suppliers ask before the application is filed."""
    return is_bureau(held, district)


_PLANNING = ("规划资源部门", (Department.PLANNING,))
_SITE = ("住建部门或工程质量安全监督机构", (Department.HOUSING, Department.SUPERVISION))
# Who does each step outside (七（二）1–5): words, and departments of the bodies. The reply belongs to the body that was asked.
OFFICES: dict[str, tuple[str, tuple[str, ...]]] = {
    **dict.fromkeys(("ask", "contract", "land_opinion", "allocate", "pass_design", "exempt_design", "resume", "resume_back"), _PLANNING),
    "pass_drawings": ("施工图审查机构", (Department.DRAWINGS,)),
    **dict.fromkeys(("begin", "finish", "complete", "complete_short", "correct"), _SITE),
}


def bodies_for(held: HeldPosts, district: District, departments: Collection[str]) -> Iterator[int]:
    """Keys of the user's bodies of the district that have one of the departments."""
    for post in held.posts:
        body = post.organisation
        if post.role in {Role.BUREAU, Role.AUTHORITY} and set(departments) & set(body.departments):
            leading = leading_bodies(district)
            if body.pk in leading or body.parent_id in leading:
                yield body.pk


def leading_bodies(district: District) -> frozenset[int]:
    """Keys of the district's leading bodies, read once for each object of the district."""
    kept: frozenset[int] | None = vars(district).get("_leading")
    if kept is None:
        kept = vars(district)["_leading"] = frozenset(district.authorities.order_by().values_list("pk", flat=True))
    return kept


def speaks_for(held: HeldPosts, district: District, department: str) -> bool:
    """Whether the person acts for the body that a recorded department means: the body of that name, or the district's body for it."""
    own = (post.organisation for post in held.posts if post.role in {Role.BUREAU, Role.AUTHORITY})
    key = department_named(department)
    return department.strip() in map(str, own) or (key is not None and any(bodies_for(held, district, (key,))))


def body_of_office(held: HeldPosts, control: PlotControl, departments: Collection[str]) -> int | None:
    """Body of the district with one of the departments for which the person acts."""
    return next(bodies_for(held, control.plot.district, departments), None)


def is_applicant(held: HeldPosts, control: PlotControl) -> bool:
    """Whether the person fills in for the applicant, who records steps of others as 补录."""
    return is_preparer(held, control.plot.district)


def replies_on_paper(held: HeldPosts, control: PlotControl) -> bool:
    """Whether the person records the reply of a body that has no users who could reply themselves."""
    if not is_applicant(held, control):
        return False
    asked = control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=True).last()
    roles = (Role.BUREAU, Role.AUTHORITY, Role.CITY_OFFICER)
    people = Post.objects.filter(not_over(), role__in=roles, valid_from__lte=held.day, user__is_active=True)
    return asked is not None and not people.filter(organisation=asked.organisation_id).exists()


def opens_table(held: HeldPosts, control: PlotControl) -> bool:
    """Whether the person chooses the control table: the applicant's preparer, or a body with one of the step's departments."""
    every = {department for _, departments in OFFICES.values() for department in departments}
    return is_applicant(held, control) or body_of_office(held, control, every) is not None


def acting_body(held: HeldPosts, control: PlotControl, action: str) -> int | None:
    """Body for which the person takes a step: that of the office, else the applicant."""
    departments = OFFICES[action][1] if action in OFFICES else ()
    return body_of_office(held, control, departments) or (control.plot.district.applicant_id if is_applicant(held, control) else None)


def own_bodies(held: HeldPosts) -> frozenset[int]:
    """Bodies for which the person takes or withdraws steps."""
    return held.organisations_as(Role.BUREAU, Role.AUTHORITY, Role.PREPARER)


def asked_it(held: HeldPosts, control: PlotControl) -> bool:
    """Whether the open question about a plot was put by the person's body; of an older question, by the person's colleagues."""
    if (body := control.steps.get("ask", {}).get("body")) is not None:
        return body in own_bodies(held)
    asked = control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=True)
    return asked.filter(asked_by__posts__organisation__in=own_bodies(held)).exists()


def took_step(held: HeldPosts, control: PlotControl, actions: Collection[str]) -> bool:
    """Whether the person's body recorded the newest of these steps; of an older record, whether it is the office of the step."""
    taken = [(kept.get("on", ""), name) for name, kept in control.steps.items() if name in actions]
    if not taken:
        return is_applicant(held, control)
    name = max(taken)[1]
    if (body := control.steps[name].get("body")) is not None:
        return body in own_bodies(held)
    return acting_body(held, control, name) is not None


def answers_opinion(held: HeldPosts, opinion: PlotOpinion) -> bool:
    """Whether the person answers this question for the body that was asked."""
    return opinion.organisation_id in answering_bodies(held)


def may_answer(held: HeldPosts, opinion: PlotOpinion) -> bool:
    """Whether the person enters the answer: for the asked body, else on paper, with its scan."""
    if opinion.answered_on:
        return False
    if opinion.purpose == OpinionPurpose.CONDITIONS:
        control = PlotControl.objects.filter(plot=opinion.plot_id).select_related("plot__district").first()
        return answers_opinion(held, opinion) or (control is not None and replies_on_paper(held, control))
    on_paper = not opinion.organisation_id and asks_departments(held, opinion.plot.district)
    return answers_opinion(held, opinion) or on_paper


def asks_departments(held: HeldPosts, district: District) -> bool:
    """Whether the person asks departments about designs: 规划资源 (七（二）2), or the file's editors in its place."""
    return may_edit_district(held, district) or any(bodies_for(held, district, OFFICES["pass_design"][1]))


def asked_for_values(held: HeldPosts, plot: Plot) -> bool:
    """Whether the person's body asked for the requirements: it replied to the consultation; of the plan's, the 住建 body."""
    reply = plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=False).order_by("answered_on", "pk").last()
    if reply is not None:
        return reply.organisation_id in answering_bodies(held)
    return any(bodies_for(held, plot.district, (Department.HOUSING,)))


def answers_conditions(held: HeldPosts, control: PlotControl) -> bool:
    """Whether the person answers for the 住建 body asked for the green requirements of this plot."""
    open_ones = control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=True)
    return open_ones.filter(organisation_id__in=answering_bodies(held)).exists()
