"""System checks ``gd.E011`` and ``gd.E012``: read the policy's data files and check their types before any value is used.

``settings-words.yaml`` lists the settings, this module the type of each; settings not listed here are text.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.core.checks import CheckMessage, Error, register

from greendistrict.core.checks import CONFIGURATION
from greendistrict.policy import loader, parameters, yaml_file
from greendistrict.policy.dates import EXPRESSION, WrongExpression, nominal_date
from greendistrict.policy.selectors import WORDS

LEAP_YEAR = 2024  # contains every day that a date in the settings may name
_DAYS = re.compile(r".*(_days|\.days|\.rounds|_rounds|_years|_months|_days_before)$")
WHOLE = {
    *(
        "panel.size",
        "panel.min",
        "panel.max",
        "post_evaluation.at_least",
        "plausibility.peers_least",
        "outage.least_minutes",
        "unseen.control_most",
        "comparison.fewest",
    ),
}
SHARES = {
    "spread_limit",
    "stage.targets_share",
    "stage.plan_share",
    "indicators.amber_progress",
    "indicators.amber_distance",
    "post_evaluation.share",
}
FLAGS = {
    "publicity.on",
    "selfcheck.bureau_countersign",
    "reminders.on_day",
    "reminders.on_rest_days",
    "weekly_summary.on",
    "reference_limits",
    "unseen.told",
    "unseen.control_limited",
    "comparison.internal",
}
NUMBER_LISTS = {"reminders.before", "reminders.after"}
WORD_LISTS = {
    *("approval_chain.default", "approval_chain.cancel_or_revoke", "approval_chain.director_decides", "publicity.stages"),
    *("reminders.then", "reminders.then_city", "plausibility.blocking", "plausibility.explain"),
}
DATES = {
    *("selfcheck.draft_from", "selfcheck.window_opens", "selfcheck.due", "selfcheck.city_receipt", "operation_report.due"),
    *("carbon_verification.due", "snapshot.day", "snapshot.closes", "plan_due"),
    *("duties.inspection_plan", "duties.exchange", "duties.post_draw", "duties.post_hold"),
    *("duties.snapshot", "duties.yearly_report", "duties.holidays", "duties.account_review"),
}
Kind = tuple[str, Callable[[Any], bool]]


def _is_whole(value: Any) -> bool:
    return type(value) is int and value >= 0


def _is_number(value: Any) -> bool:
    return type(value) in {int, Decimal} and value >= 0


def _is_day(value: Any) -> bool:
    try:
        return isinstance(value, str) and EXPRESSION.fullmatch(value) is not None and bool(nominal_date(value, LEAP_YEAR))
    except WrongExpression:
        return False


def _all(kind: type, check: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, tuple) and bool(value) and all(isinstance(one, kind) and check(one) for one in value)


KINDS: tuple[tuple[Callable[[str], bool], Kind], ...] = (
    (lambda key: key in NUMBER_LISTS, ("不小于0的整数的列表，如 [30, 7]", _all(int, _is_whole))),
    (lambda key: key in WORD_LISTS, ("词的列表", _all(str, lambda word: bool(word.strip())))),
    (lambda key: key in FLAGS, ("true 或 false", lambda value: isinstance(value, bool))),
    (lambda key: key in SHARES, ("0至1之间的数", lambda value: _is_number(value) and value <= 1)),
    (lambda key: key in DATES, ("日期，如 Y+1-03-31", _is_day)),
    (lambda key: key in WHOLE or _DAYS.match(key) is not None, ("不小于0的整数", _is_whole)),
    (lambda key: key.startswith("plausibility."), ("不小于0的数", _is_number)),
    (lambda _: True, ("文字", lambda value: isinstance(value, str) and bool(value.strip()))),
)


def settings_problems(path: Path, words: Path = WORDS) -> list[str]:
    """Errors of a settings file: unreadable, missing or unknown settings, wrong types. Empty if it is usable."""
    try:
        data, names = yaml_file.read(path), yaml_file.read(words)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        return [f"{path.name} 读不出：{_one_line(error)}"]
    labels = names.get("labels") if isinstance(names, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(labels, Mapping):
        return [f"{(words if isinstance(data, Mapping) else path).name} 不是键和值的表"]
    found = dict(parameters.leaves({key: value for key, value in data.items() if key not in parameters.NOT_PARAMETERS}))
    return [f"{path.name}：{problem}" for problem in _differences(found, labels)]


def _differences(found: Mapping[str, Any], labels: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"缺少 {key}" for key in labels if key not in found)
    yield from (f"没有 {key} 这一项" for key in found if key not in labels)
    for key, value in found.items():
        words, fits = next(kind for applies, kind in KINDS if applies(key))
        if key in labels and not fits(value):
            yield f"{key} 应为{words}，现为 {parameters.shown(value)}"


def policy_problems(folder: Path) -> list[str]:
    """Errors of the policy files in a folder; empty if they are usable."""
    try:
        return [] if loader.load_folder(folder) else [f"{folder.name} 里没有政策文件"]
    except loader.PolicyInvalid as invalid:
        return list(invalid.problems)
    except (OSError, UnicodeDecodeError, AttributeError, LookupError, TypeError, ValueError) as error:
        return [f"{folder.name} 读不出：{_one_line(error)}"]


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _stamp(*paths: Path) -> tuple[tuple[str, int], ...]:
    """Names and modification times of files, missing ones included."""
    return tuple((str(path), path.stat().st_mtime_ns if path.exists() else 0) for path in paths)


@lru_cache(1)
def _settings(stamp: tuple[tuple[str, int], ...]) -> list[str]:
    return settings_problems(Path(stamp[0][0]))


@lru_cache(1)
def _policies(stamp: tuple[tuple[str, int], ...]) -> list[str]:
    return policy_problems(Path(stamp[0][0]))


@register(CONFIGURATION)
def settings_file(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E011``: the settings file cannot be used; checked again after it changes."""
    return [Error(problem, id="gd.E011") for problem in _settings(_stamp(parameters.DEFAULTS, WORDS))]


@register(CONFIGURATION)
def policy_files(**_kwargs: Any) -> list[CheckMessage]:
    """``gd.E012``: a policy file cannot be used; checked again after it changes."""
    return [Error(problem, id="gd.E012") for problem in _policies(_stamp(loader.FOLDER, *sorted(loader.FOLDER.glob("*.yaml"))))]
