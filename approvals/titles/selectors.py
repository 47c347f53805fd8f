"""All titles, past and present, for signed-in users."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from approvals.cases.document_numbers import NumberedPaper
from approvals.cases.selectors.cases import cases_visible_to, losses_under_way
from approvals.common.enums import LossGround
from approvals.titles.enums import AnnouncementState
from approvals.titles.models.checks import HistoricSelfCheck
from approvals.titles.models.publicity import Announcement, Title
from districts.file.selectors.visibility import files_visible_to
from greendistrict.accounts.models import User
from greendistrict.accounts.selectors import posts_of

ANNOUNCEMENT_NUMBERS = NumberedPaper(
    Announcement, lambda number: Announcement.objects.filter(number=number, status=AnnouncementState.PUBLISHED), str
)


def titles_visible_to(user: User | AnonymousUser) -> QuerySet[Title]:
    """All titles, ended ones too, for everybody signed in except keepers."""
    held = posts_of(user)
    if not isinstance(user, User) or held.is_keeper or not held.roles:
        return Title.objects.none()
    return Title.objects.all()


def historic_checks_visible_to(user: User | AnonymousUser) -> QuerySet[HistoricSelfCheck]:
    """Old self-checks of districts whose file the person may read."""
    if not isinstance(user, User):
        return HistoricSelfCheck.objects.none()
    return HistoricSelfCheck.objects.filter(district__in=files_visible_to(user))


def with_losses(titles: QuerySet[Title], user: User) -> QuerySet[Title]:
    """Titles with ``loss_word``: that their loss is being handled, for those who see that case; empty for everybody else."""
    ground = Case(When(loss__ground=LossGround.CANCEL, then=Value("取消办理中")), default=Value("撤销办理中"))
    seen = losses_under_way().filter(district=OuterRef("district"), pk__in=cases_visible_to(user).values("pk"))
    word = Coalesce(Subquery(seen.values_list(ground)[:1]), Value(""))
    return titles.annotate(loss_word=Case(When(end="", then=word), default=Value(""), output_field=CharField()))


def listed_titles(titles: QuerySet[Title], user: User) -> QuerySet[Title]:
    """Titles with what a list shows: district with areas and honours, batch, case, running loss. Six queries."""
    rows = with_losses(titles, user).select_related("district", "announcement", "case")
    return rows.prefetch_related("district__areas", "district__honours").order_by(
        "district__is_demo", F("granted_on").desc(nulls_last=True), "-pk"
    )
