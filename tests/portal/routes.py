"""Every route of the portal, and with what each part of its address is filled from a database that has something of each kind.

A part that no line of ``FILLERS`` names fails ``test_walk``. ``sight`` says which values a person may know: a page behind
another one has to refuse.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from typing import Any

from django.apps import apps
from django.urls import URLPattern, get_resolver

from greendistrict.core import clock

CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")
MOST = 400  # values looked at for one in sight and one out of sight
NO_FILE = "00000000-0000-4000-8000-000000000000"
Given = Mapping[str, Any]
Sight = Callable[[Any], Iterable[Any]]


@dataclass(frozen=True)
class Route:
    """A named pattern of the URL conf; ``path`` has its parts as ``<name>``, ``kinds`` says what each takes (int, slug …)."""

    name: str
    path: str
    kinds: Mapping[str, str]

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Name of each variable part with the address up to it."""
        return [(found[2], self.path[: found.end()]) for found in CONVERTER.finditer(self.path)]


@dataclass(frozen=True)
class Filler:
    """Values for one part of an address; ``given`` are the parts before it."""

    values: Callable[[Given], Iterable[Any]]
    sight: Sight | None = None


def routes() -> Iterator[Route]:
    """Every named route."""

    def walk(patterns, prefix="", namespace=""):
        for entry in patterns:
            if isinstance(entry, URLPattern):
                path = f"{prefix}{entry.pattern}"
                kinds = {found[2]: found[1] or "str" for found in CONVERTER.finditer(path)}
                yield Route(f"{namespace}{entry.name}", CONVERTER.sub(r"<\2>", path), kinds)
            else:
                yield from walk(entry.url_patterns, f"{prefix}{entry.pattern}", f"{entry.namespace}:" if entry.namespace else namespace)

    return walk(get_resolver().url_patterns)


def rows(label: str, link: str = "", parent: str = "pk", field: str = "pk", sight: Sight | None = None) -> Filler:
    """Rows of a model, newest first; with ``link`` those that hang on the part ``parent`` of the address."""

    def values(given: Given) -> Iterable[Any]:
        found = apps.get_model(label)._base_manager.all()
        if link:
            found = found.filter(**{link: given[parent]})
        return found.order_by("-pk").values_list(field, flat=True)[:MOST]

    return Filler(values, sight)


def words(*given: Any) -> Filler:
    """The same values always."""
    return Filler(lambda _: given)


def loaded(path: str) -> Any:
    """What ``module:name`` names; asked for late, because registries of the portal are full only after the start."""
    module, _, names = path.partition(":")
    return reduce(getattr, names.split("."), import_module(module))


def named(path: str) -> Filler:
    """Values that a registry ``module:name`` holds, or what the function of this name returns."""

    def values(_: Given) -> Iterable[Any]:
        found = loaded(path)
        return list(found() if callable(found) and not isinstance(found, type) else found)  # an enumeration lists its values

    return Filler(values)


def seen(path: str, field: str = "pk") -> Sight:
    """Values in sight by a selector ``module:function``."""
    return lambda user: _read_as(user, loaded(path)).values_list(field, flat=True)


def _read_as(user: Any, selector: Callable[..., Any]) -> Any:
    """What a selector finds for somebody; those of accounts, below the viewer, take the user."""
    takes_viewer = next(iter(inspect.signature(selector).parameters)) == "viewer"
    return selector(viewer(user) if takes_viewer else user)


def viewer(user: Any) -> Any:
    """Somebody who reads."""
    return loaded("greendistrict.accounts.viewer:Viewer")(user)


def sighted(label: str, path: str) -> Filler:
    """Rows of a model, of which a selector says which are in sight."""
    return rows(label, sight=seen(path))


def newest(found: Any) -> Iterable[Any]:
    """Keys of the newest rows."""
    return found.order_by("-pk").values_list("pk", flat=True)[:MOST]


def officer() -> Any:
    """The city's officer, who sees most."""
    return loaded("greendistrict.accounts.models:User").objects.filter(posts__role="city_officer").order_by("pk").first()


def _case_actions(given: Given) -> list[str]:
    """Steps of the case's own machine; its newest case is at one of them."""
    case = apps.get_model("approvals.Case")._base_manager.get(pk=given["pk"])
    machine = loaded("greendistrict.workflow.declaration:procedure_of")(case).machine
    return list(dict.fromkeys(step.action for step in machine.transitions))


def _plot_actions(_: Given) -> list[str]:
    machines = loaded("greendistrict.workflow.declaration:machines")()
    return sorted({step.action for machine in machines if machine.name.startswith("plot_") for step in machine.transitions})


def _clauses(model: str, link: str) -> Filler:
    return rows(model, link, field="item_id")


def _kinds_of_matters(_: Given) -> list[str]:
    kinds, matter = loaded("reports.jobs.kinds:report_kinds.by_key"), loaded("reports.jobs.enums:Scope.MATTER")
    return [key for key, kind in kinds.items() if kind.scope == matter]


def _subjects(given: Given) -> Iterable[Any]:
    matters = loaded("reports.jobs.kinds:report_kinds.by_key")[given["kind"]].matters
    return [] if matters is None else list(newest(matters(viewer(officer()))))


def _letter_matters(given: Given) -> Iterable[Any]:
    return newest(loaded("greendistrict.workflow.letters:letter_sources.by_key")[given["slug"]].model._base_manager.all())


def _letters(given: Given) -> list[str]:
    """Letters of the matter as anybody reads them."""
    source, reader = loaded("greendistrict.workflow.letters:letter_sources.by_key")[given["slug"]], viewer(officer())
    matter = source.seen(reader, int(given["pk"]))
    return [draft.key for draft in source.drafts(matter, reader)] if matter else []


def _archive_matters(given: Given) -> Iterable[Any]:
    return newest(loaded("reports.archive.sources:ARCHIVE_SOURCES")[given["source"]].finished(viewer(officer())))


def _rules(_: Given) -> list[str]:
    return [rule.id for rule in loaded("greendistrict.policy.in_force:policy_in_force")(clock.today()).rules]


def _obligations(_: Given) -> list[str]:
    return _obligations_of(officer())[:MOST]


def _obligations_of(user: Any) -> list[str]:
    return [one.key for one in loaded("obligations.selectors:obligations_visible_to")(viewer(user))]


def _guide_forms(part: int) -> Callable[[Given], list[str]]:
    def get(given: Given) -> list[str]:
        return sorted({form[part] for form in loaded("portal.guide.samples:forms")() if part == 0 or form[0] == given["kind"]})

    return get


def _guide_pages(_: Given) -> list[str]:
    return [page.slug for page in loaded("portal.guide.library:guide_pages")()]


def _bases(given: Given) -> list[str]:
    table = apps.get_model("assessments.ScoreTable").objects.select_related("edition", "district").get(pk=given["pk"])
    return list(loaded("assessments.tables.selectors.scoring:bases_for")(table).by_key)


def _of_kind(path: str, part: str, **links: str) -> Filler:
    """Rows of the model that a registry has for one part of the address, narrowed by others."""

    def values(given: Given) -> Iterable[Any]:
        found = loaded(path)[given[part]]
        model = getattr(found, "model", None) or (found[0] if isinstance(found, tuple) else found)
        return newest(model._base_manager.filter(**{link: given[name] for link, name in links.items()}))

    return Filler(values)


def _years(_: Given) -> list[int]:
    return [clock.today().year - 1, clock.today().year, 1, 99999]


FILES = "districts.file.selectors.visibility:districts_visible_to"
DISTRICTS = rows("districts.District", field="code", sight=seen(FILES, "code"))
CASES = seen("approvals.cases.selectors.cases:cases_visible_to")
TABLES = seen("assessments.tables.selectors.tables:score_tables_visible_to")
REVIEWS = seen("assessments.reviews.selectors.reviews:reviews_visible_to")
FILLERS: dict[str, Filler] = {
    "accounts/delegations/<pk>": sighted("accounts.Delegation", "greendistrict.accounts.delegations:delegations_visible_to"),
    "accounts/link/<secret>": words("no-such-link"),
    "accounts/organisations/<pk>": sighted("accounts.Organisation", "greendistrict.accounts.selectors:organisations_visible_to"),
    "accounts/people/<pk>": sighted("accounts.User", "greendistrict.accounts.selectors:users_visible_to"),
    "accounts/posts/<pk>": rows("accounts.Post"),
    "accounts/proposals/<pk>": rows("accounts.KeeperProposal"),
    "accounts/resets/<pk>": rows("accounts.PasswordLink"),
    "api/v1/plot-opinions/<pk>": rows("districts.PlotOpinion", sight=seen("portal.api.rows:plot_opinions", "id")),
    "api/v1/plots/<pk>": rows("districts.Plot", sight=seen("portal.api.rows:plots", "id")),
    "api/v1/projects/<pk>": rows("districts.KeyProject", sight=seen("portal.api.rows:projects", "id")),
    "api/v1/works/<pk>": rows("districts.Work", sight=seen("portal.api.rows:works", "id")),
    "api/v1/score-rows/<pk>": rows("assessments.ScoreRow", sight=seen("portal.api.rows:score_rows", "id")),
    "ogc/collections/<key>": words("boundaries", "no-such-set"),
    "ogc/collections/<key>/items/<code>": rows("districts.District", field="code"),
    "organisations/<pk>": sighted("accounts.Organisation", "greendistrict.accounts.selectors:organisations_visible_to"),
    "organisations/<pk>/people/<person>": rows("accounts.User", "posts__organisation"),
    "personal/people/<pk>": rows("accounts.User"),
    "assessments/experts/<pk>": sighted("assessments.ExpertProfile", "assessments.experts.selectors:experts_visible_to"),
    "assessments/experts/<pk>/employments/<key>": rows("assessments.ExpertEmployment", "expert"),
    "assessments/experts/<pk>/rows/<kind>": named("assessments.experts.forms:ROWS"),
    "assessments/experts/<pk>/rows/<kind>/<key>": _of_kind("assessments.experts.forms:ROWS", "kind", expert="pk"),
    "assessments/inspections/<pk>": sighted("assessments.Inspection", "assessments.inspections.selectors:inspections_visible_to"),
    "assessments/inspections/<pk>/findings/<key>": rows("assessments.InspectionFinding", "inspection"),
    "assessments/post-evaluations/<pk>": sighted(
        "assessments.PostEvaluation", "assessments.post_evaluations.selectors:evaluations_visible_to"
    ),
    "assessments/post-evaluations/draws/<pk>": sighted("assessments.SampleDraw", "assessments.post_evaluations.selectors:draws_visible_to"),
    "assessments/reviews/<pk>": rows("assessments.Review", sight=REVIEWS),
    "assessments/reviews/<pk>/draws/<number>": rows("assessments.Draw", "review", field="number"),
    "assessments/reviews/<pk>/meeting/<item_id>": _clauses("assessments.ScoreRow", "table__reviews"),
    "assessments/reviews/<pk>/meeting/screen/<item_id>": _clauses("assessments.ScoreRow", "table__reviews"),
    "assessments/reviews/<pk>/score/<item_id>": _clauses("assessments.ScoreRow", "table__reviews"),
    "assessments/reviews/<pk>/members/<key>": rows("assessments.PanelMember", "review"),
    "assessments/owed/<kind>": words("self_check", "carbon", "none"),
    "assessments/owed/<kind>/<district>": sighted("districts.District", "districts.file.selectors.visibility:districts_visible_to"),
    "assessments/owed/<kind>/<district>/<year>": words("2026", "2027"),
    "assessments/owed/stage/<district>": sighted("districts.District", "districts.file.selectors.visibility:districts_visible_to"),
    "assessments/reviews/<pk>/members/<key>/letter/<kind>": words("commitment", "recusal", "none"),
    "assessments/reviews/<pk>/members/<number>": rows("assessments.PanelMember", "review", field="number"),
    "assessments/score-releases/<pk>": rows(
        "assessments.ScoreTable", sight=seen("assessments.score_releases.selectors:scores_visible_to", "table")
    ),
    "assessments/self-checks/<pk>": sighted(
        "assessments.SelfCheck", "assessments.self_checks.selectors.self_checks:self_checks_visible_to"
    ),
    "assessments/self-checks/<pk>/report/word/pictures/<key>": words(NO_FILE),
    "assessments/shares/<pk>": sighted("assessments.RowShare", "assessments.sharing.selectors:shares_visible_to"),
    "assessments/shares/<pk>/rows/<item_id>": rows("assessments.SharedRow", "share", field="row__item_id"),
    "assessments/shares/<pk>/rows/<item_id>/evidence/<link>": rows("assessments.RowEvidence", "row__shared__share"),
    "assessments/stages/<pk>": sighted("assessments.StageAssessment", "assessments.stage_assessments.selectors.stages:stages_visible_to"),
    "assessments/stages/<pk>/opinions/<opinion>": rows("assessments.StageOpinion", "stage"),
    "assessments/tables/<pk>": rows("assessments.ScoreTable", sight=TABLES),
    "assessments/tables/<pk>/recusals/<key>": rows("assessments.RecusalRequest", "table"),
    "assessments/tables/<pk>/recusals/bodies/<key>": rows("assessments.ProjectBody", "table"),
    "assessments/tables/<pk>/rows/<item_id>": _clauses("assessments.ScoreRow", "table"),
    "assessments/tables/<pk>/rows/<item_id>/evidence/<link>": rows("assessments.RowEvidence", "row__table"),
    "assessments/tables/<pk>/rows/base-<key>": Filler(_bases),
    "assessments/tables/<pk>/versions/<number>": rows("assessments.TableVersion", "table", field="number"),
    "assessments/yearly-reports/<pk>": sighted(
        "assessments.YearlyReport", "assessments.yearly_reports.selectors.yearly_reports:reports_visible_to"
    ),
    "beautiful/areas/<key>": words("habitat", "no-such-area"),
    "beautiful/areas/links/<pk>": rows("beautiful.DimensionLinkDecision"),
    "beautiful/areas/figures/<pk>": rows("beautiful.AreaFigure"),
    "beautiful/evaluations/<pk>": sighted("beautiful.AreaEvaluation", "beautiful.evaluations.selectors:evaluations_visible_to"),
    "beautiful/plans/<pk>": sighted("beautiful.ActionPlan", "beautiful.plans.selectors.plans:plans_visible_to"),
    "beautiful/plans/<pk>/releases/<year>": Filler(_years),
    "beautiful/plans/<pk>/releases/<year>/<quarter>": words(1, 4, 9),
    "beautiful/progress/<pk>": rows("beautiful.ProgressRelease"),
    "beautiful/reserves/<pk>": sighted("beautiful.ReserveProject", "beautiful.reserves.selectors:reserves_visible_to"),
    "beautiful/reports/<pk>": rows("beautiful.QuarterlyProgress"),
    "beautiful/tasks/<pk>": sighted("beautiful.PlannedTask", "beautiful.plans.selectors.plans:planned_visible_to"),
    "cases/recorded-assessments/<pk>": rows("approvals.RecordedAssessment"),
    "carbon/factors/<pk>": rows("carbon.AddedFactor"),
    "carbon/measures/<pk>": rows("carbon.AbatementMeasure"),
    "carbon/districts/<code>": DISTRICTS,
    "carbon/districts/<code>/metering/readings/<pk>": rows("carbon.ReadingImport", "district__code", "code"),
    "carbon/districts/<code>/forecast/measures/<pk>": rows("carbon.AbatementMeasure", "district__code", "code"),
    "carbon/districts/<code>/forecast/scenarios/<pk>": rows("carbon.CarbonScenario", "district__code", "code"),
    "carbon/districts/<code>/meters/<pk>": rows("carbon.Meter", "district__code", "code"),
    "carbon/inventories/<pk>": sighted("carbon.CarbonInventory", "carbon.inventories.selectors:inventories_visible_to"),
    "carbon/verifications/<pk>": sighted("carbon.CarbonVerification", "carbon.verification.selectors:verifications_visible_to"),
    "carbon/verifications/<pk>/findings/<order>": rows("carbon.VerificationFinding", "verification", field="order"),
    "carbon/verifications/of/<pk>": sighted("carbon.CarbonInventory", "carbon.inventories.selectors:inventories_visible_to"),
    "carbon/targets/<code>": DISTRICTS,
    "carbon/targets/<code>/<year>": Filler(_years),
    "cases/<pk>": rows("approvals.Case", sight=CASES),
    "cases/<pk>/asked/<kind>": named("approvals.requests.views:MODELS"),
    "cases/<pk>/asked/<kind>/<asked>": _of_kind("approvals.requests.views:MODELS", "kind", case="pk"),
    "cases/<pk>/files/<document>": rows("approvals.CaseDocument", "case"),
    "cases/<pk>/files/blank/<slot>": words("report", "application", "no-such-slot"),
    "cases/<pk>/files/list/<slot>": words("plots", "key-projects", "no-such-slot"),
    "cases/<pk>/letters/<key>": words("acceptance", "correction-1"),
    "cases/<pk>/objections/<objection>": rows("approvals.Objection", "notice__case"),
    "cases/<pk>/opinions/<opinion>": rows("approvals.ReviewOpinion", "case"),
    "cases/<pk>/step/<action>": Filler(_case_actions),
    "cases/<pk>/visit/<row>": rows("approvals.VisitRow", "visit__case"),
    "cases/acceptance/<code>": DISTRICTS,
    "cases/assessments/<code>": DISTRICTS,
    "cases/losses/revoke/<code>": DISTRICTS,
    "cases/remedies/<pk>": sighted("approvals.Remedy", "approvals.remedies.selectors:remedies_visible_to"),
    "cases/announcements/<pk>": sighted("approvals.Announcement", "approvals.publicity.selectors:announcements_visible_to"),
    "cases/bulk/<kind>": words("remind", "announce", "archive", "titles"),
    "cases/policy-documents/<pk>": rows("approvals.PolicyDocument"),
    "cases/bulk/history/<kind>": words("titles", "checks", "remind"),
    "cases/bulk/history/scan/<pk>": rows("approvals.HistoricSelfCheck"),
    "cases/bulk/runs/<pk>": rows("approvals.BulkRun"),
    "cases/consultations/<pk>": sighted("approvals.Consultation", "approvals.consultations.selectors:consultations_visible_to"),
    "cases/letter-texts/<key>": named("greendistrict.policy.letter_texts:BLOCKS"),
    "cases/notices/<pk>": rows("approvals.Notice"),
    "reports/notices/<pk>": rows("approvals.Notice"),
    "cases/settings/sheets/<pk>": sighted("approvals.SettingSheet", "approvals.setting_sheets.selectors:sheets_visible_to"),
    "cases/settings/sheets/new/<part>": words("settings", "reminders", "none"),
    "cases/settings/<key>": named("greendistrict.policy.parameters:defaults"),
    "cases/titles/corrections/<pk>": rows("approvals.TitleCorrection"),
    "cases/titles/<pk>": sighted("approvals.Title", "approvals.titles.selectors:titles_visible_to"),
    "data/<key>": words("districts", "titles", "no-such-set"),
    "data/<key>.<kind>": words("csv", "json"),
    "data/<key>/<number>": words(1),
    "data/<key>/<number>.<kind>": words("csv", "json"),
    "districts/actuals/<pk>": rows("districts.IndicatorActual"),
    "districts/<code>": DISTRICTS,
    "districts/<code>/acts/<kind>": words("rename", "merge", "applicant", "type", "none"),
    "districts/<code>/boundaries/<pk>": rows("districts.Boundary", "district__code", "code"),
    "districts/<code>/file/<kind>": words("sub-areas", "papers", "funds", "renewal-projects", "honours"),
    "districts/<code>/file/<kind>/<pk>": _of_kind("districts.file.views.parties:KINDS", "kind", district__code="code"),
    "districts/<code>/imports/<pk>": rows("districts.ListImport", "district__code", "code"),
    "districts/<code>/indicators/<number>": rows("districts.IndicatorSystem", "district__code", "code", "number"),
    "districts/<code>/indicators/<number>/rows/<pk>": rows("districts.IndicatorRow", "system__district__code", "code"),
    "districts/<code>/key-projects/<pk>": rows("districts.KeyProject", "district__code", "code"),
    "districts/<code>/key-projects/import/<pk>": rows("districts.QueuedImport", "district__code", "code"),
    "districts/<code>/plan/sections/<section>": words("assessment", "strategies", "none"),
    "districts/<code>/plan/sections/<section>/files/<pk>": rows("districts.PlanSectionFile", "section__plan__district__code", "code"),
    "districts/<code>/plots/<pk>": rows("districts.Plot", "district__code", "code"),
    "districts/<code>/plots/<pk>/changes/<kind>": words("split", "merge", "renumber", "plan", "none"),
    "districts/<code>/plots/changes/<pk>": rows("districts.PlotChange", "district__code", "code"),
    "districts/key-areas/<pk>": rows("districts.KeyArea"),
    "districts/<code>/plots/map/history/<pk>": rows("districts.FormerShape", "plot__district__code", "code"),
    "districts/<code>/plots/map/export/<kind>": words("geojson", "gpkg", "none"),
    "districts/<code>/plots/<pk>/control/step/<action>": Filler(_plot_actions),
    "districts/<code>/plots/import/<pk>": rows("districts.QueuedImport", "district__code", "code"),
    "districts/<code>/plots/opinions/<pk>": rows("districts.PlotOpinion", "plot__district__code", "code"),
    "districts/<code>/profile/consultants/<pk>": rows("districts.ConsultantMandate", "district__code", "code"),
    "districts/<code>/works/<pk>": rows("districts.Work", "district__code", "code"),
    "districts/<code>/works/<pk>/values/<row>": rows("districts.WorkIndicator", "work"),
    "districts/<code>/works/import/<pk>": rows("districts.QueuedImport", "district__code", "code"),
    "districts/authorities/<pk>": rows("accounts.Organisation"),
    "districts/yearly-plans/<pk>": sighted(
        "districts.ImplementationPlan", "districts.yearly_plans.selectors:implementation_plans_visible_to"
    ),
    "districts/yearly-plans/<pk>/works/<item_pk>": rows("districts.PlanItem", "plan"),
    "takeover/districts/<code>": DISTRICTS,
    "takeover/requests/<pk>": sighted("approvals.RecordRequest", "approvals.record_requests.selectors:record_requests_visible_to"),
    "granted-plots/<code>": DISTRICTS,
    "webhooks/<pk>": rows("portal.Webhook"),
    "webhooks/deliveries/<pk>": rows("portal.WebhookDelivery"),
    "documents/<key>": rows("documents.Evidence", field="key"),
    "documents/uploads/<key>": rows("documents.Upload", field="key"),
    "guide/<slug>": Filler(_guide_pages),
    "guide/forms/<kind>": Filler(_guide_forms(0)),
    "guide/forms/<kind>/<key>": Filler(_guide_forms(1)),
    "guide/forms/<kind>/<key>/<which>": words("blank", "sample"),
    "messages/<pk>": sighted("notifications.Notification", "greendistrict.notifications.selectors:notifications_visible_to"),
    "messages/<pk>/<number>": words(1, 0, 99),
    "obligations/<key>": Filler(_obligations, _obligations_of),
    "obligations/waivers/<pk>": rows("obligations.Exemption"),
    "obligations/feed/<token>": words("no-such-token"),
    "operation/<code>": DISTRICTS,
    "operation/<code>/<year>": Filler(_years),
    "operation/<code>/<year>/<section>": named("operation.entries.sections:BY_KEY"),
    "operation/<code>/<year>/<section>/<pk>": _of_kind("operation.entries.sections:BY_KEY", "section", district__code="code", year="year"),
    "operation/of/<pk>": rows("districts.District", sight=seen(FILES)),
    "operation/of/<pk>/<year>": Filler(_years),
    "operations/adapters/<key>": named("portal.adapters.catalogue:ADAPTERS"),
    "operations/enrolment/<what>": words("bodies", "accounts", "posts"),
    "operations/first-day/<key>": named("portal.first_day.enums:OpeningItem"),
    "operations/messages/<pk>": rows("workflow.OutboxMessage"),
    "disclosures/<pk>/files/<key>": words(NO_FILE),
    "disclosures/remedies/<pk>": sighted("outreach.DisclosureRemedy", "outreach.disclosures.selectors:disclosure_remedies_visible_to"),
    "disclosures/<pk>": sighted("outreach.DisclosureRequest", "outreach.disclosures.selectors:disclosures_visible_to"),
    "opinions/<pk>": sighted("outreach.PublicOpinion", "outreach.opinions.selectors:opinions_visible_to"),
    "opinions/new/districts/<code>": rows("districts.District", field="code"),
    "opinions/new/notices/<pk>": rows("approvals.Notice"),
    "exchange/<pk>": rows("outreach.ExchangeEvent"),
    "exchange/<pk>/files/<key>": words(NO_FILE),
    "exchange/all/<pk>": sighted("outreach.ExchangeEvent", "outreach.exchange.selectors:events_visible_to"),
    "exchange/all/<pk>/agenda/<row>": rows("outreach.AgendaRow", "event"),
    "exchange/all/<pk>/files/<key>": words(NO_FILE),
    "exchange/all/<pk>/ledger/<district>": rows("districts.District", sight=seen(FILES)),
    "exchange/all/<pk>/people/<row>": rows("outreach.EventSignUp", "event"),
    "stories/<pk>": rows("outreach.Story"),
    "stories/<pk>/photos/<photo>": rows("outreach.StoryPhoto", "story"),
    "stories/all/<pk>": sighted("outreach.Story", "outreach.stories.selectors:stories_visible_to"),
    "stories/all/<pk>/photos/<photo>": rows("outreach.StoryPhoto", "story"),
    "policy-check/<rule>": Filler(_rules),
    "register/<code>": rows("districts.District", field="code"),
    "reports/archive/<pk>": sighted("reports.ArchiveVolume", "reports.archive.selectors:volumes_visible_to"),
    "reports/archive/<pk>/items/<item>": rows("reports.ArchiveItem", "volume"),
    "reports/archive/open/<source>": named("reports.archive.sources:ARCHIVE_SOURCES"),
    "reports/archive/open/<source>/<matter>": Filler(_archive_matters),
    "reports/city/<year>": Filler(_years),
    "reports/city/<year>/<key>": words("districts", "titles", "no-such-figure"),
    "reports/closings/<year>": Filler(_years),
    "reports/jobs/<pk>": sighted("reports.ExportJob", "reports.jobs.selectors:jobs_visible_to"),
    "reports/letters/<slug>": named("greendistrict.workflow.letters:letter_sources.by_key"),
    "reports/letters/<slug>/<pk>": Filler(_letter_matters),
    "reports/letters/<slug>/<pk>/<key>": Filler(_letters),
    "reports/new/<kind>": named("reports.jobs.kinds:report_kinds.by_key"),
    "reports/papers/<kind>": Filler(_kinds_of_matters),
    "reports/papers/<kind>/<subject>": Filler(_subjects),
    "reports/papers/obligations/<year>": Filler(_years),
    "reports/papers/self-reports/<pk>": sighted(
        "assessments.SelfCheck", "assessments.self_checks.selectors.self_checks:self_checks_visible_to"
    ),
    "samples/<pk>": rows("assessments.SampleDraw"),
    "standards/<pk>": sighted("indicators.Edition", "indicators.editions.selectors:editions_visible_to"),
    "standards/clauses/<pk>": sighted("indicators.Clause", "indicators.editions.selectors:clauses_visible_to"),
    "standards/entry/<pk>": sighted("indicators.EntryDraft", "indicators.entry.selectors:drafts_visible_to"),
    "standards/entry/<pk>/chapters/<chapter>": rows("indicators.DraftChapter", "draft"),
}


def unfilled() -> list[str]:
    """Parts of addresses that no filler names."""
    return sorted({path for route in routes() for _, path in route.parts if path not in FILLERS})
