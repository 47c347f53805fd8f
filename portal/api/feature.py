"""The feature of API v1."""

from django.urls import path

from greendistrict.core.features import Feature, RecordedAct
from portal.api import beautiful, beautiful_plans, department_answers, meter_readings, views, writes

LISTS = (
    path("v1/districts/", views.Districts.as_view(), name="districts"),
    path("v1/titles/", views.Titles.as_view(), name="titles"),
    path("v1/announcements/", views.Announcements.as_view(), name="announcements"),
    path("v1/editions/", views.Editions.as_view(), name="editions"),
    path("v1/assessments/", views.Assessments.as_view(), name="assessments"),
    path("v1/volumes/", views.Volumes.as_view(), name="volumes"),
    path("v1/obligations/", views.Obligations.as_view(), name="obligations"),
    path("v1/meter-readings/", meter_readings.MeterReadings.as_view(), name="meter_readings"),
    path("v1/plots/", writes.Plots.as_view(), name="plots"),
    path("v1/plots/<int:pk>/", writes.OnePlot.as_view(), name="plot"),
    path("v1/projects/", writes.Projects.as_view(), name="projects"),
    path("v1/projects/<int:pk>/", writes.OneProject.as_view(), name="project"),
    path("v1/works/", writes.Works.as_view(), name="works"),
    path("v1/works/<int:pk>/", writes.OneWork.as_view(), name="work"),
    path("v1/plot-opinions/", department_answers.PlotOpinions.as_view(), name="plot_opinions"),
    path("v1/plot-opinions/<int:pk>/", department_answers.OnePlotOpinion.as_view(), name="plot_opinion"),
    path("v1/plot-checks/", department_answers.PlotChecks.as_view(), name="plot_checks"),
    path("v1/work-checks/", department_answers.WorkChecks.as_view(), name="work_checks"),
    path("v1/score-rows/", writes.AllScoreRows.as_view(), name="score_rows"),
    path("v1/score-rows/<int:pk>/", writes.OneScoreRow.as_view(), name="score_row"),
    path("v1/evidence/", writes.EvidenceFiles.as_view(), name="evidence"),
    path("v1/beautiful/areas/", beautiful.BeautyAreas.as_view(), name="beautiful_areas"),
    path("v1/beautiful/indicators/", beautiful.AreaIndicators.as_view(), name="beautiful_indicators"),
    path("v1/beautiful/tasks/", beautiful_plans.ActionTasks.as_view(), name="beautiful_tasks"),
    path("v1/beautiful/progress/", beautiful_plans.ReleasedProgress.as_view(), name="beautiful_progress"),
    path("v1/beautiful/reserves/", beautiful_plans.ReserveProjects.as_view(), name="beautiful_reserves"),
    path("v1/beautiful/evaluations/", beautiful_plans.AreaEvaluations.as_view(), name="beautiful_evaluations"),
)
FEATURE = Feature(
    namespace="api",
    pages={"": LISTS},
    public={
        "": (
            path("schema/", views.Schema.as_view(), name="schema"),
            path("docs/", views.docs, name="docs"),
            path("client.py", views.client_file, name="client"),
        ),
    },
    acts={
        "api.token_refused": RecordedAct("接口令牌不被接受"),
        "api.use": RecordedAct("使用接口"),
        "api.write": RecordedAct("接口写入"),
    },
    before_factor=("docs", "schema"),
    recorded={str(page.name): "接口" for page in LISTS},
)
