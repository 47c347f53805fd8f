"""Permissions on plot control: see it, record steps, answer opinions."""

from districts.common.enums import OpinionPurpose
from districts.file.models.district import District
from districts.file.rules import answering_bodies, fills_plot, is_bureau, is_preparer
from districts.plots.models import Plot, PlotControl, PlotOpinion
from greendistrict.accounts.models import User


def party_to_plot(user: User, plot: Plot) -> bool:
    """Whether the person may work on this plot without reading the file: its body was asked, or is a bureau of the district."""
    asked = plot.opinions.filter(organisation_id__in=answering_bodies(user)).exists()
    return asked or (plot.buildable and lists_plots(user, plot.district))


def lists_plots(user: User, district: District) -> bool:
    """Whether the person may list the buildable plots without reading the file: land suppliers ask before the application is filed."""
    return is_bureau(user, district)


def records_plot(user: User, control: PlotControl) -> bool:
    """Whether the person records decisions about a plot: the applicant's preparer, or a bureau of the district."""
    return records_plots_of(user, control.plot.district)


def records_plots_of(user: User, district: District) -> bool:
    """Whether the person records decisions about plots of the district, and begins with their control."""
    return is_preparer(user, district) or is_bureau(user, district)


def answers_opinion(user: User, opinion: PlotOpinion) -> bool:
    """Whether the person answers this question for the body that was asked."""
    return opinion.organisation_id in answering_bodies(user)


def may_answer(user: User, opinion: PlotOpinion) -> bool:
    """Whether the person enters the answer: for the asked body; if that has no users, whoever edits the plot."""
    if opinion.answered_on:
        return False
    return answers_opinion(user, opinion) if opinion.organisation_id else fills_plot(user, opinion.plot.district)


def answers_conditions(user: User, control: PlotControl) -> bool:
    """Whether the person answers for the 住建 body asked for the green requirements of this plot."""
    open_ones = control.plot.opinions.filter(purpose=OpinionPurpose.CONDITIONS, answered_on__isnull=True)
    return open_ones.filter(organisation_id__in=answering_bodies(user)).exists()
