"""Search for plots, key projects, works and files."""

from django.urls import reverse

from districts.file.selectors.visibility import files_visible_to
from districts.plots.models import Plot
from districts.plots.selectors.board import step_words
from districts.projects.models import Work
from districts.projects.selectors.visibility import key_projects_visible_to
from greendistrict.accounts.enums import Role
from greendistrict.accounts.viewer import Viewer
from greendistrict.documents.models import Evidence
from greendistrict.documents.selectors import in_sight
from portal.search.selectors.hits import MOST, Hit, HitGroup, group, matches


def plots(viewer: Viewer, text: str) -> HitGroup:
    """Plots by number, owner or land use, with the current step of their control."""
    rows = Plot.objects.filter(matches(text, "number", "owner", "land_use"), district__in=files_visible_to(viewer))
    found = rows.select_related("district", "control").order_by("is_demo", "district__name_pinyin", "number")[: MOST + 1]
    return group(
        "地块",
        (
            Hit(
                f"{plot.number}　{plot.district.name}",
                "　".join(part for part in (plot.land_use, step_words(plot)) if part),
                reverse("districts:plot_control", args=[plot.district.code, plot.pk]),
                plot.is_demo,
            )
            for plot in found
        ),
    )


def projects(viewer: Viewer, text: str) -> HitGroup:
    """Near-term key projects by name or kind."""
    rows = key_projects_visible_to(viewer).filter(matches(text, "name", "category")).select_related("district")
    return group(
        "近期重点项目",
        (
            Hit(
                f"{project.name}　{project.district.name}",
                "　".join(part for part in (project.category, project.get_state_display()) if part),
                reverse("districts:key_project", args=[project.district.code, project.pk]),
                project.is_demo,
            )
            for project in rows.order_by("is_demo", "district__name_pinyin", "name")[: MOST + 1]
        ),
    )


def works(viewer: Viewer, text: str) -> HitGroup:
    """Municipal works by name or kind."""
    rows = Work.objects.filter(matches(text, "name", "kind"), district__in=files_visible_to(viewer)).select_related("district")
    return group(
        "市政设施",
        (
            Hit(
                f"{work.name}　{work.district.name}",
                "　".join(part for part in (work.kind, str(work.progress.label)) if part),
                reverse("districts:work", args=[work.district.code, work.pk]),
                work.is_demo,
            )
            for work in rows.order_by("is_demo", "district__name_pinyin", "name")[: MOST + 1]
        ),
    )


def files(viewer: Viewer, text: str) -> HitGroup:
    """Newest versions of files by title, kind or name. Experts see files of clauses, under names without persons."""
    if viewer.held.has(Role.EXPERT):
        return group("材料", ())
    named = Evidence.objects.filter(matches(text, "title", "kind", "original_name"), replaced_by=None)
    rows = in_sight(viewer, named).order_by("is_demo", "-uploaded_at", "-pk")[: MOST + 1]
    return group(
        "材料",
        (
            Hit(
                row.title,
                "　".join(part for part in (row.kind, row.original_name) if part),
                reverse("documents:download", args=[row.key]),
                row.is_demo,
            )
            for row in rows
        ),
    )
