"""Department answers in the API: replies to questions about plots; checks of plots and works at the four stages (七（二）)."""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace
from http import HTTPStatus
from types import SimpleNamespace
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from districts.common.enums import OpinionPurpose
from districts.file.services import STALE
from districts.land.green_indicators import indicators
from districts.plots.forms import CheckForm, ConsultationReplyForm, DesignOpinionForm
from districts.plots.models import PlotCheck, PlotOpinion
from districts.plots.rules import may_answer
from districts.plots.selectors.plots import plots_open_to
from districts.plots.services.opinions import add_check, answer_opinion
from districts.projects.models import WorkCheck
from districts.projects.selectors import works_visible_to
from districts.projects.services import check_work
from greendistrict.accounts.models import User
from greendistrict.accounts.viewer import Viewer
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.workflow.procedure import take
from portal.api import bodies, filters, rows
from portal.api.auth import writer
from portal.api.shapes import SentShape
from portal.api.views import DISTRICT_NAMES, Row, described
from portal.api.writes import OneRow, ToldRows, Untaken, as_typed, hold_valid, list_schema, read_body, row_schema, written
from portal.tokens.models import WriteScope

IN_PLOT: Mapping[str, str] = {"plot__number": "plot_number", **{f"plot__{name}": told for name, told in DISTRICT_NAMES.items()}}
IN_WORK: Mapping[str, str] = {"work__name": "work_name", **{f"work__{name}": told for name, told in DISTRICT_NAMES.items()}}


class OpinionRows(ToldRows):
    """Base of the list and the detail view of questions."""

    model = PlotOpinion
    serializer_class = bodies.PlotOpinionSerializer
    filterset_class = filters.PlotOpinionApiFilter
    ordering_fields = ("asked_on", "due_on", "answered_on")
    ordering = ("due_on", "id")
    renamed: ClassVar = {**IN_PLOT, "organisation__name": "organisation", "required": "required_values", "read_version": "version"}
    rows_for = staticmethod(rows.plot_opinions)


@described("plot_opinions", "部门意见征询", bodies.PlotOpinionSerializer)
class PlotOpinions(OpinionRows):
    """Questions about plots: put to one's own bodies, or of readable files."""


@row_schema(
    "plot_opinion", "一件部门意见征询", "答复一件部门意见征询", bodies.PlotOpinionSerializer, bodies.PlotAnswerSerializer, act="answer"
)
class OnePlotOpinion(OneRow, OpinionRows):
    """One question, which can be answered once."""

    def patch(self, request: Request, pk: int) -> Response:
        """Answer for the asked body, or enter the paper answer of a body without users."""
        viewer = writer(request, WriteScope.ANSWERS)
        body = read_body(self, request, bodies.PlotAnswerSerializer)
        self.told(viewer, pk)

        def act() -> tuple[Any, Row]:
            opinion = get_object_or_404(PlotOpinion.objects.select_related("plot__district", "plot__control", "organisation"), pk=pk)
            now = rows.opinion_version(opinion)
            if body["version"] != now:
                raise Stale(STALE, current=SimpleNamespace(version=now))
            Refused.when(opinion.answered_on is not None, "这份意见已答复")
            NotAllowed.unless(may_answer(viewer.held, opinion), f"这份意见由{opinion.organisation or opinion.department}答复")
            (_reply if opinion.purpose == OpinionPurpose.CONDITIONS else _answer)(viewer, opinion, body)
            return opinion.plot, self.told(viewer, pk)

        return written(request, viewer, body, act)


def _typed(viewer: Viewer, body: Mapping[str, Any], left_out: str) -> dict[str, str]:
    """The body as form input, dated today if no day was sent. Raises ``Untaken`` for fields this question does not have."""
    if left_out in body:
        raise Untaken([Refusal("这件征询不填写此项", field=left_out)])
    sent = {name: as_typed(value) for name, value in body.items() if name not in {"version", "required_values"}}
    return {"on": viewer.today.isoformat()} | sent


def _answer(viewer: Viewer, opinion: PlotOpinion, body: Mapping[str, Any]) -> None:
    """Answer about a design."""
    form = DesignOpinionForm(_typed(viewer, body, "required_values"))
    hold_valid(form)
    answer_opinion(opinion=opinion, by=viewer.user, **form.cleaned_data)


def _reply(viewer: Viewer, opinion: PlotOpinion, body: Mapping[str, Any]) -> None:
    """Reply with requirements: a step of plot control, as on the page."""
    asked: Mapping[str, str] = body.get("required_values", {})
    if unknown := sorted(set(asked) - set(indicators())):
        raise Untaken([Refusal("没有这项指标", field=f"required_values.{name}") for name in unknown])
    typed = {
        **_typed(viewer, body, "result"),
        **{f"{key}-required": value for key, value in asked.items()},
        "version": str(body["version"]),
    }
    form = ConsultationReplyForm(typed, rows=opinion.plot.indicators.all())
    try:
        hold_valid(form)
        take(obj=opinion.plot.control, action="reply", by=viewer.user, version=body["version"], values=form.cleaned_data)
    except Refused as refused:
        if type(refused) not in {Refused, Untaken}:
            raise
        fields = {f"{key}-required": f"required_values.{key}" for key in indicators()}
        raise Untaken([replace(refusal, field=fields.get(refusal.field, refusal.field)) for refusal in refused.refusals]) from refused


class CheckRows(ToldRows):
    """Base of check lists; new checks are validated by the form of the page."""

    subject: ClassVar[str]
    creating: ClassVar[type[SentShape]]
    ordering_fields = ("checked_on",)
    ordering = ("-checked_on", "-id")

    @staticmethod
    @abstractmethod
    def subjects_for(viewer: Viewer) -> QuerySet[Any]:
        """Plots or works the person may open."""

    @staticmethod
    @abstractmethod
    def enter(subject: Any, by: User, version: int | None, values: Mapping[str, Any]) -> PlotCheck | WorkCheck:
        """Through the service of the page."""

    def post(self, request: Request) -> Response:
        """Create a check of a visible plot or work."""
        viewer = writer(request, WriteScope.ANSWERS)
        body = read_body(self, request, self.creating)
        subject = get_object_or_404(self.subjects_for(viewer), pk=body[self.subject])

        def act() -> tuple[Any, Row]:
            form = CheckForm({name: as_typed(value) for name, value in body.items()})
            hold_valid(form)
            values = {name: form.cleaned_data[name] for name in ("stage", "department", "result", "text")}
            made = self.enter(subject, viewer.user, body.get("version"), values | {"on": form.cleaned_data["checked_on"]})
            return made, self.told(viewer, made.pk)

        return written(request, viewer, body, act, HTTPStatus.CREATED)


@list_schema("plot_check", "部门审查", bodies.PlotCheckSerializer, bodies.PlotCheckCreateSerializer, "登记")
class PlotChecks(CheckRows):
    """Department checks of plots at approval, appraisal, construction and completion; create a check."""

    model = PlotCheck
    serializer_class = bodies.PlotCheckSerializer
    filterset_class = filters.PlotCheckApiFilter
    renamed: ClassVar = IN_PLOT
    rows_for = staticmethod(rows.plot_checks)
    subject, creating = "plot", bodies.PlotCheckCreateSerializer
    subjects_for = staticmethod(plots_open_to)

    @staticmethod
    def enter(subject: Any, by: User, version: int | None, values: Mapping[str, Any]) -> PlotCheck:
        """Create the check. The plot's own fields do not change, so no version is needed."""
        del version
        return add_check(plot=subject, by=by, **values)


@list_schema("work_check", "市政设施部门审查", bodies.WorkCheckSerializer, bodies.WorkCheckCreateSerializer, "登记")
class WorkChecks(CheckRows):
    """Department checks of municipal works at the same stages; create a check against the values that were read."""

    model = WorkCheck
    serializer_class = bodies.WorkCheckSerializer
    filterset_class = filters.WorkCheckApiFilter
    renamed: ClassVar = IN_WORK
    rows_for = staticmethod(rows.work_checks)
    subject, creating = "work", bodies.WorkCheckCreateSerializer
    subjects_for = staticmethod(works_visible_to)

    @staticmethod
    def enter(subject: Any, by: User, version: int | None, values: Mapping[str, Any]) -> WorkCheck:
        """Create the check. The version of a work changes with its green values, so checks of outdated values are refused."""
        return check_work(work=subject, by=by, version=version, **values)
