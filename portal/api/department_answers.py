"""Answers of departments on plots by the API: questions put to them with their replies, and checks at the four stages (七（二）)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response

from districts.common.enums import OpinionPurpose
from districts.file.services.locking import STALE
from districts.land.green_indicators import indicators
from districts.plots.forms.plots import CheckForm, ConsultationReplyForm, DesignOpinionForm
from districts.plots.models import PlotCheck, PlotOpinion
from districts.plots.rules import may_answer
from districts.plots.selectors.plots import plots_open_to
from districts.plots.services.opinions import add_check, answer_opinion
from greendistrict.accounts.models import User
from greendistrict.core import clock
from greendistrict.core.errors import NotAllowed, Refusal, Refused, Stale
from greendistrict.workflow.procedure import take
from portal.api import bodies, examples, filters, rows
from portal.api.auth import writer
from portal.api.repeats import ONCE
from portal.api.views import DISTRICT_NAMES, Row, described
from portal.api.writes import ToldRows, Untaken, as_typed, hold_valid, one_row, read_body, written
from portal.tokens.models import WriteScope

OPINIONS, CHECKS = "plot_opinions", "plot_checks"
IN_PLOT: Mapping[str, str] = {"plot__number": "plot_number", **{f"plot__{name}": told for name, told in DISTRICT_NAMES.items()}}


class OpinionRows(ToldRows):
    """What list and row of questions have in common."""

    model = PlotOpinion
    serializer_class = bodies.PlotOpinionSerializer
    filterset_class = filters.PlotOpinionApiFilter
    ordering_fields = ("asked_on", "due_on", "answered_on")
    ordering = ("due_on", "id")
    renamed: ClassVar = {**IN_PLOT, "organisation__name": "organisation", "required": "required_values", "read_version": "version"}
    rows_for = staticmethod(rows.plot_opinions)


@described(OPINIONS, "部门意见征询", bodies.PlotOpinionSerializer)
class PlotOpinions(OpinionRows):
    """Questions about plots: those of one's own bodies, and of the files that the person reads."""


@extend_schema_view(
    get=extend_schema(
        operation_id="plot_opinion",
        summary="一件部门意见征询",
        responses=bodies.PlotOpinionSerializer,
        examples=[examples.answered(examples.ROWS[OPINIONS])],
    ),
    patch=extend_schema(
        operation_id="answer_plot_opinion",
        summary="答复一件部门意见征询",
        request=bodies.PlotAnswerSerializer,
        responses=bodies.PlotOpinionSerializer,
        parameters=[ONCE],
        examples=[examples.sent(examples.CHANGED["plot_opinion"]), examples.answered(examples.ROWS[OPINIONS])],
    ),
)
class OnePlotOpinion(OpinionRows):
    """One question, answered once."""

    def get(self, request: Request, pk: int) -> Response:  # type: ignore[override]  # of one row
        """The question as it is."""
        return one_row(self, request, pk)

    def patch(self, request: Request, pk: int) -> Response:
        """Answer for the body that was asked, or enter the paper answer of one without people here."""
        user = writer(request, WriteScope.ANSWERS)
        body = read_body(self, request, bodies.PlotAnswerSerializer)
        self.told(user, pk)

        def act() -> tuple[Any, Row]:
            opinion = get_object_or_404(PlotOpinion.objects.select_related("plot__district", "plot__control", "organisation"), pk=pk)
            _hold_open(opinion, user, body["version"])
            (_reply if opinion.purpose == OpinionPurpose.CONDITIONS else _answer)(opinion, user, body)
            return opinion.plot, self.told(user, pk)

        return written(request, user, body, act)


def _hold_open(opinion: PlotOpinion, user: User, version: int) -> None:
    """Raise ``Stale`` for an old version, ``Refused`` where it was answered, ``NotAllowed`` for others than the body that was asked."""
    now = rows.opinion_version(opinion)
    if version != now:
        raise Stale(STALE, current=_Now(now))
    Refused.when(opinion.answered_on is not None, "这份意见已答复")
    NotAllowed.unless(may_answer(user, opinion), f"这份意见由{opinion.organisation or opinion.department}答复")


@dataclass(frozen=True)
class _Now:
    """What a late answer is told: the version as it is."""

    version: int


def _typed(body: Mapping[str, Any], left_out: str) -> dict[str, str]:
    """What was sent as a person types it, today where no day was sent. Raises ``Untaken`` for what this question does not ask for."""
    if left_out in body:
        raise Untaken([Refusal("这件征询不填写此项", field=left_out)])
    sent = {name: as_typed(value) for name, value in body.items() if name not in {"version", "required_values"}}
    return {"on": clock.today().isoformat()} | sent


def _answer(opinion: PlotOpinion, user: User, body: Mapping[str, Any]) -> None:
    """An opinion on the design."""
    form = DesignOpinionForm(_typed(body, "required_values"))
    hold_valid(form)
    answer_opinion(opinion=opinion, by=user, **form.cleaned_data)


def _reply(opinion: PlotOpinion, user: User, body: Mapping[str, Any]) -> None:
    """The requirements on a plot: a step of its control, as on the page."""
    asked: Mapping[str, str] = body.get("required_values", {})
    if unknown := sorted(set(asked) - set(indicators())):
        raise Untaken([Refusal("没有这项指标", field=f"required_values.{name}") for name in unknown])
    typed = {**_typed(body, "result"), **{f"{key}-required": value for key, value in asked.items()}, "version": str(body["version"])}
    form = ConsultationReplyForm(typed, rows=opinion.plot.indicators.all())
    try:
        hold_valid(form)
        take(obj=opinion.plot.control, action="reply", by=user, version=body["version"], values=form.cleaned_data)
    except Refused as refused:
        if type(refused) not in {Refused, Untaken}:
            raise
        fields = {f"{key}-required": f"required_values.{key}" for key in indicators()}
        raise Untaken([replace(one, field=fields.get(one.field, one.field)) for one in refused.refusals]) from refused


class CheckRows(ToldRows):
    """What the list of checks tells."""

    model = PlotCheck
    serializer_class = bodies.PlotCheckSerializer
    filterset_class = filters.PlotCheckApiFilter
    ordering_fields = ("checked_on",)
    ordering = ("-checked_on", "-id")
    renamed: ClassVar = IN_PLOT
    rows_for = staticmethod(rows.plot_checks)


@extend_schema_view(
    post=extend_schema(
        operation_id="create_plot_check",
        summary="登记部门审查",
        request=bodies.PlotCheckCreateSerializer,
        responses={201: bodies.PlotCheckSerializer},
        parameters=[ONCE],
        examples=[examples.sent(examples.CREATED["plot_check"]), examples.answered(examples.ROWS[CHECKS], "201")],
    )
)
@described(CHECKS, "部门审查", bodies.PlotCheckSerializer)
class PlotChecks(CheckRows):
    """Checks of departments at approval, appraisal, construction and completion; a new one."""

    def post(self, request: Request) -> Response:
        """Enter a check of a plot in sight."""
        user = writer(request, WriteScope.ANSWERS)
        body = read_body(self, request, bodies.PlotCheckCreateSerializer)
        plot = get_object_or_404(plots_open_to(user), pk=body["plot"])

        def act() -> tuple[Any, Row]:
            form = CheckForm({name: as_typed(value) for name, value in body.items()})
            hold_valid(form)
            values = {name: form.cleaned_data[name] for name in ("stage", "department", "result", "text")}
            made = add_check(plot=plot, on=form.cleaned_data["checked_on"], by=user, **values)
            return made, self.told(user, made.pk)

        return written(request, user, body, act, HTTPStatus.CREATED)
