"""The feature of rows of plots, key projects and works, their workbooks and sources."""

from django.urls import path

from districts.common.enums import ImportKind
from districts.lists.views import rows, workbooks
from greendistrict.accounts.enums import Role
from greendistrict.core.features import Feature, RecordedAct

PLOTS, PROJECTS, WORKS = ({"kind": kind} for kind in (ImportKind.PLOTS, ImportKind.PROJECTS, ImportKind.WORKS))

FEATURE = Feature(
    pages={
        "plot-control#地块清单": (
            path("<slug:code>/plots/new/", rows.row_edit, {"kind": "plots"}, name="plot_create"),
            path("<slug:code>/plots/<int:pk>/", rows.row_edit, {"kind": "plots"}, name="plot_edit"),
            path("<slug:code>/plots/<int:pk>/delete/", rows.row_delete, {"kind": "plots"}, name="plot_delete"),
            path("<slug:code>/plots/<int:pk>/sources/", rows.row_sources, {"kind": "plots"}, name="plot_sources"),
        ),
        "plot-control#重点项目": (
            path("<slug:code>/key-projects/", rows.row_list, {"kind": "projects"}, name="key_project_list"),
            path("<slug:code>/key-projects/new/", rows.row_edit, {"kind": "projects"}, name="key_project_create"),
            path("<slug:code>/key-projects/<int:pk>/", rows.row_edit, {"kind": "projects"}, name="key_project_edit"),
            path("<slug:code>/key-projects/<int:pk>/delete/", rows.row_delete, {"kind": "projects"}, name="key_project_delete"),
            path("<slug:code>/key-projects/<int:pk>/sources/", rows.row_sources, {"kind": "projects"}, name="key_project_sources"),
        ),
        "plot-control#市政设施": (
            path("<slug:code>/works/", rows.row_list, {"kind": "works"}, name="work_list"),
            path("<slug:code>/works/new/", rows.row_edit, {"kind": "works"}, name="work_create"),
            path("<slug:code>/works/<int:pk>/", rows.row_edit, {"kind": "works"}, name="work_edit"),
            path("<slug:code>/works/<int:pk>/delete/", rows.row_delete, {"kind": "works"}, name="work_delete"),
            path("<slug:code>/works/<int:pk>/sources/", rows.row_sources, {"kind": "works"}, name="work_sources"),
        ),
        "workbooks#导出": (
            path("<slug:code>/plots/export/", workbooks.list_export, PLOTS, name="plot_export"),
            path("<slug:code>/key-projects/export/", workbooks.list_export, PROJECTS, name="key_project_export"),
            path("<slug:code>/works/export/", workbooks.list_export, WORKS, name="work_export"),
        ),
        "workbooks#导入": (
            path("<slug:code>/plots/import/", workbooks.list_import, PLOTS, name="plot_import"),
            path("<slug:code>/plots/import/apply/", workbooks.list_apply, PLOTS, name="plot_apply"),
            path("<slug:code>/plots/import/<int:pk>/", workbooks.queued_import, PLOTS, name="plot_queued"),
            path("<slug:code>/key-projects/import/", workbooks.list_import, PROJECTS, name="key_project_import"),
            path("<slug:code>/key-projects/import/apply/", workbooks.list_apply, PROJECTS, name="key_project_apply"),
            path("<slug:code>/key-projects/import/<int:pk>/", workbooks.queued_import, PROJECTS, name="key_project_queued"),
            path("<slug:code>/works/import/", workbooks.list_import, WORKS, name="work_import"),
            path("<slug:code>/works/import/apply/", workbooks.list_apply, WORKS, name="work_apply"),
            path("<slug:code>/works/import/<int:pk>/", workbooks.queued_import, WORKS, name="work_queued"),
        ),
    },
    acts={
        "districts.export_list": RecordedAct("导出清单"),
        "districts.export_plots": RecordedAct("导出地块"),
        "districts.import_list": RecordedAct("导入清单", (Role.PREPARER, Role.CONSULTANT)),
        "districts.import_plots": RecordedAct("导入地块"),
        "districts.keyproject_delete": RecordedAct("删除重点项目", (Role.PREPARER, Role.CONSULTANT)),
        "districts.keyproject_save": RecordedAct("保存重点项目", (Role.PREPARER, Role.CONSULTANT)),
        "districts.plot_delete": RecordedAct("删除地块", (Role.PREPARER, Role.CONSULTANT)),
        "districts.plot_save": RecordedAct("保存地块", (Role.PREPARER, Role.CONSULTANT)),
        "districts.undo_import": RecordedAct("撤销导入", (Role.PREPARER, Role.CONSULTANT)),
        "districts.work_delete": RecordedAct("删除市政设施", (Role.PREPARER, Role.CONSULTANT)),
        "districts.work_save": RecordedAct("保存市政设施", (Role.PREPARER, Role.CONSULTANT)),
    },
)
