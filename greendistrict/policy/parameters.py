"""Parameters that the policy leaves open: defaults of ``data/settings.yaml``, overridden by decisions of the city."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from django.db.models import CharField, DateField, JSONField, QuerySet, Value

from greendistrict.audit.models import AuditRecord
from greendistrict.core import clock, memoisation, workdays
from greendistrict.core.django_internals import Compiled
from greendistrict.policy import duty_table, yaml_file
from greendistrict.policy.life import change_of
from greendistrict.policy.models import Setting, SettingChange
from greendistrict.policy.rule_parameters import readings, rule_parameters
from greendistrict.policy.types import LifeChange

DEFAULTS = Path(__file__).resolve().parent / "data" / "settings.yaml"
NOT_PARAMETERS = {"status"}
DEFAULT_WORD = "默认值"  # how pages mark what the city has not confirmed
LIFE = "policy_life."  # keys of what registered documents do to the policy; no parameters
# Settings that name a city post, and the permitted posts.
SEATS_OF = {"beautiful.coordinator": ("经办", "审核", "审定", "法制")}
DATE = re.compile(r"(?:Y(?P<shift>[+-]\d{1,2})?-)?(?P<month>\d{2})-(?P<day>\d{2})")
ANY_YEAR = 2027  # not a leap year
T = TypeVar("T")


class UnknownParameter(LookupError):  # noqa: N818 -- reads as a sentence
    """No such key in the settings file."""


class WrongSettingValue(ValueError):  # noqa: N818 -- reads as a sentence
    """A value whose type differs from the default's; ``words`` names the type, the message also the key."""

    def __init__(self, words: str, key: str = "") -> None:
        """Store the words for people apart from the key."""
        super().__init__(f"{key}：{words}" if key else words)
        self.words = words


# Settings whose value in the file is the number of a clause: the clause and its words. They wait for nobody to confirm them.
OF_TEXT: Mapping[str, tuple[str, str]] = {"stage.cycle_years": ("八（二）", "每三年")}


@dataclass(frozen=True)
class Parameter:
    """Value of a setting; ``is_default`` until the city decides on it (pages show 默认值, or 文件原文 for a number of the text)."""

    key: str
    value: Any
    is_default: bool
    reason: str = ""

    @property
    def waits(self) -> bool:
        """Whether it is a number of the portal's own that the city has not confirmed."""
        return self.is_default and self.key not in OF_TEXT


def default_word(key: str, *, unless: bool = False, since: dt.date | None = None, due: dt.date | None = None) -> str:
    """默认值 of a value that rests on an unconfirmed setting; empty once it is confirmed, or with ``unless``.

    Of a last day that is stored (``due``) only as long as it is that of the setting ``key``, in working days after ``since``: a decision
    may have moved it.
    """
    if unless:
        return ""
    held = load()[key]
    if not held.waits:
        return ""
    if since is not None:
        began = since.astimezone(clock.SHANGHAI).date() if isinstance(since, dt.datetime) else since
        if due != workdays.current().add(began, held.value):
            return ""
    return DEFAULT_WORD


def default_mark(
    key: str, word: str = DEFAULT_WORD, *, unless: bool = False, since: dt.date | None = None, due: dt.date | None = None
) -> str:
    """``word`` in brackets where ``default_word`` says 默认值; papers that are handed on say 拟."""
    return f"（{word}）" if default_word(key, unless=unless, since=since, due=due) else ""


@cache
def defaults() -> Mapping[str, Any]:
    """Defaults by dotted key (``panel.size``); a list is a single value."""
    data = yaml_file.read(DEFAULTS)
    return MappingProxyType(dict(leaves({key: value for key, value in data.items() if key not in NOT_PARAMETERS})))


def leaves(data: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Dotted keys and values below ``data``."""
    for key, value in data.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", tuple(value) if isinstance(value, list) else value


def coerce(key: str, value: Any) -> Any:
    """``value`` converted to the type of the default. Raises ``UnknownParameter`` or ``WrongSettingValue``."""
    default, rule = default_of(key), rule_parameters().get(key)
    if rule is not None:
        return _share_or_number(key, rule.most, _number(key, default, value))
    if isinstance(default, bool) or isinstance(value, bool):
        if isinstance(value, bool) and isinstance(default, bool):
            return value
    elif isinstance(default, int | Decimal):
        return _number(key, default, value)
    elif isinstance(default, tuple):
        if isinstance(value, list | tuple) and value:
            kind = type(default[0])
            if all(type(member) is kind for member in value):
                return _climb(key, tuple(value))
    elif isinstance(value, str) and value.strip():
        return _text(key, default, value)
    msg = f"应与默认值“{shown(default)}”同类"
    raise WrongSettingValue(msg, key)


def _text(key: str, default: str, value: str) -> str:
    """Text of the same kind as the default: a date, an hour, a weekday, a reminder schedule, or any text."""
    if DATE.fullmatch(default):
        return _day(key, value)
    text = value.strip()
    if key in kinds_of_reminders():
        return _rungs(key, text)
    if duty_table.TIME.fullmatch(default) and not duty_table.TIME.fullmatch(text):
        msg = f"时刻写作“{default}”的样子"
        raise WrongSettingValue(msg, key)
    if key in SEATS_OF and text not in SEATS_OF[key]:
        msg = f"应为{'、'.join(SEATS_OF[key])}之一"
        raise WrongSettingValue(msg, key)
    if default in duty_table.WEEKDAYS and text not in duty_table.WEEKDAYS:
        msg = f"应为{'、'.join(duty_table.WEEKDAYS)}之一"
        raise WrongSettingValue(msg, key)
    return value


def _rungs(key: str, text: str) -> str:
    """Reminder schedule of one kind of duty, or the marker for the general schedule."""
    try:
        if text != duty_table.AS_GENERAL:
            duty_table.parse(text)
    except duty_table.WrongRungs as error:
        raise WrongSettingValue(str(error), key) from error
    return text


def _climb(key: str, value: tuple[Any, ...]) -> tuple[Any, ...]:
    """List value of a setting; in escalation lists every receiver must be known."""
    unknown = [str(word) for word in value if word not in duty_table.WHOM] if key.startswith("reminders.then") else []
    if unknown:
        msg = f"没有“{unknown[0]}”这一上报对象，可以写{'、'.join(duty_table.WHOM)}"
        raise WrongSettingValue(msg, key)
    return value


def _day(key: str, value: str) -> str:
    """Date without year; must exist in every year (30 February is refused)."""
    match = DATE.fullmatch(value.strip())
    try:
        if match:
            dt.date(ANY_YEAR, int(match["month"]), int(match["day"]))
            return value.strip()
    except ValueError:
        pass
    msg = "应为每年都有的日期"
    raise WrongSettingValue(msg, key)


def _share_or_number(key: str, most: Decimal | None, number: int | Decimal) -> int | Decimal:
    if most is not None and number > most:
        msg = "比例不大于100%"
        raise WrongSettingValue(msg, key)
    return number


def _number(key: str, default: int | Decimal, value: Any) -> int | Decimal:
    """Non-negative number of the default's type."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or number < 0 or (isinstance(default, int) and number != number.to_integral_value()):
        msg = f"应为不小于0的{'整数' if isinstance(default, int) else '数'}"
        raise WrongSettingValue(msg, key)
    return int(number) if isinstance(default, int) else number


def default_of(key: str) -> Any:
    """Default of a setting: of a rule parameter the number in the policy file, of a reading that nobody has confirmed it.

    Raises ``UnknownParameter``.
    """
    if key in defaults():
        return defaults()[key]
    if key in rule_parameters():
        return rule_parameters()[key].default
    if key in readings():
        return False
    if key in kinds_of_reminders():
        return duty_table.default_ladder(key.removeprefix(duty_table.OF_KIND))
    raise UnknownParameter(key)


def kinds_of_reminders() -> dict[str, str]:
    """Keys of the schedule settings of single kinds of duties, with the label of the kind."""
    return {f"{duty_table.OF_KIND}{kind}": label for kind, label in duty_table.urged_kinds().items()}


def is_known(key: str) -> bool:
    """Whether the key is a setting, a rule parameter, a reading or the schedule of a kind of duty."""
    return key in defaults() or key in rule_parameters() or key in readings() or key in kinds_of_reminders()


class Parameters(Mapping[str, Parameter]):
    """All settings as of one read; pass the object on instead of reading again."""

    def __init__(self, confirmed: Mapping[str, tuple[Any, str]] | None = None, life: tuple[LifeChange, ...] = ()) -> None:
        self.life = life
        self._confirmed = {key: pair for key, pair in (confirmed or {}).items() if is_known(key)}

    def __getitem__(self, key: str) -> Parameter:
        default = default_of(key)
        if key in self._confirmed:
            value, reason = self._confirmed[key]
            # a reading whose confirmation was taken back waits again
            return Parameter(key, coerce(key, value), is_default=key in readings() and not value, reason=reason)
        return Parameter(key, default, is_default=True)

    def __iter__(self) -> Iterator[str]:
        return iter(defaults())

    def __len__(self) -> int:
        return len(defaults())

    def supposing(self, values: Mapping[str, Any]) -> "Parameters":
        """Copy with other values for some keys."""
        return Parameters({**self._confirmed, **{key: (value, "") for key, value in values.items()}}, self.life)

    def rule_numbers(self) -> dict[str, Decimal]:
        """Decided numbers that replace those of the policy files, by key."""
        return {key: Decimal(str(value)) for key, (value, _) in self._confirmed.items() if key in rule_parameters()}

    def confirmed_readings(self) -> frozenset[str]:
        """Keys of the readings of the policy that the city has confirmed."""
        return frozenset(key for key, (value, _) in self._confirmed.items() if key in readings() and value)

    def integer(self, key: str) -> int:
        """Integer, such as a number of days. Raises ``UnknownParameter``; ``WrongSettingValue`` for another type."""
        return self._typed(key, int)

    def number(self, key: str) -> Decimal:
        """Exact number, such as a share. Raises like ``integer``."""
        value = self[key].value
        return Decimal(value) if type(value) is int else self._typed(key, Decimal)

    def flag(self, key: str) -> bool:
        """Boolean. Raises like ``integer``."""
        return self._typed(key, bool)

    def text(self, key: str) -> str:
        """Text. Raises like ``integer``."""
        return self._typed(key, str)

    def words(self, key: str) -> tuple[str, ...]:
        """List of texts. Raises like ``integer``."""
        return tuple(str(member) for member in self._typed(key, tuple))

    def integers(self, key: str) -> tuple[int, ...]:
        """List of integers. Raises like ``integer``."""
        return tuple(int(member) for member in self._typed(key, tuple))

    def _typed(self, key: str, kind: type[T]) -> T:
        """Value, checked to be of exactly that type."""
        value = self[key].value
        if type(value) is not kind:
            msg = f"{key} holds {type(value).__name__}, not {kind.__name__}"
            raise WrongSettingValue(msg)
        return value


def load(on: dt.date | None = None) -> Parameters:
    """Parameters in force today, or ``on`` a past or future day; one small query, the same result in every process.

    A decision counts from its effective day. Inside ``as_of`` the default day is the one given there.
    """
    asked = _asked.get() or _AsOf()
    day = on or asked.day
    day = None if day == clock.today() else day
    found = memoisation.once(_read, day)
    return found.supposing(asked.values) if asked.values else found


class _AsOf(NamedTuple):
    """Day for which parameters are read (None: today), and assumed values that override those in force."""

    day: dt.date | None = None
    values: Mapping[str, Any] = MappingProxyType({})


_asked: ContextVar[_AsOf | None] = ContextVar("parameters asked", default=None)


@contextmanager
def as_of(day: dt.date | None) -> Iterator[None]:
    """Within the block ``load`` reads the parameters of this day (None: today)."""
    token = _asked.set((_asked.get() or _AsOf())._replace(day=day))
    try:
        yield
    finally:
        _asked.reset(token)


@contextmanager
def supposing(key: str, value: Any) -> Iterator[None]:
    """Within the block ``load`` returns another value for a key, to preview a change; what was read before it is read again."""
    outer = _asked.get() or _AsOf()
    token = _asked.set(outer._replace(values={**outer.values, key: value}))
    try:
        with memoisation.read_apart():
            yield
    finally:
        _asked.reset(token)


FIRST_RECORD = "first audit record"  # no setting; its time is read with them, because nearly every page asks for both


def _confirmed() -> QuerySet[Any, Any]:
    settings = Setting.objects.filter(confirmed=True).order_by().values_list("key", "value", "reason", "effective_on", "at")
    nothing = Value(None, JSONField()), Value("", CharField()), Value(None, DateField())
    first = AuditRecord.objects.order_by("pk").values_list(Value(FIRST_RECORD, CharField()), *nothing, "at")
    return settings.union(first[:1], all=True)


CONFIRMED = Compiled(_confirmed)


def _read(day: dt.date | None) -> Parameters:
    """Parameters on a day; a decision without an effective day counts from the day it was taken."""
    until, found, pending = day or clock.today(), {}, []
    for key, value, reason, effective, at in memoisation.once(CONFIRMED.read):
        if key == FIRST_RECORD:
            continue
        since = effective or (at.astimezone(clock.SHANGHAI).date() if day else until)
        if since <= until:
            found[key] = (value, reason)
        else:
            pending.append(key)
    life = tuple(change_of(found.pop(key)[0]) for key in sorted(key for key in found if key.startswith(LIFE)))
    return Parameters(found | _before(pending, until) if pending else found, life)


def _before(keys: Iterable[str], until: dt.date) -> dict[str, tuple[Any, str]]:
    """Last decision in force by ``until`` for settings that were decided again later; one query."""
    changes = SettingChange.objects.filter(key__in=list(keys), effective_on__lte=until).order_by("effective_on", "pk")
    return {key: (value, reason) for key, value, reason in changes.values_list("key", "new", "reason")}


def get(key: str) -> Parameter:
    """Read one parameter. Raises ``UnknownParameter``."""
    return load()[key]


def shown(value: Any) -> str:
    """Value as a page shows it."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple | list):
        return "、".join(str(member) for member in value)
    return str(value)


def first_day_in_use() -> dt.date:
    """First day of use: the confirmed setting, otherwise the day of the first audit record; memoised per page.

    Duties before it show 无记录 and are never 逾期.
    """
    return memoisation.once(_first_day_read)


def _first_day_read() -> dt.date:
    value = str(load(clock.today())["obligations_from"].value)
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        first: dt.datetime | None = next((at for key, *_, at in memoisation.once(CONFIRMED.read) if key == FIRST_RECORD), None)
        return first.astimezone(clock.SHANGHAI).date() if first else clock.today()
