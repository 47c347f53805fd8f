"""A kind of matter as the tests use it: a world with one matter of it, put into any state, and made ready for any step."""

from typing import Any, ClassVar

from django.db.models import Model
from django.urls import reverse

from greendistrict.accounts.models import User
from greendistrict.workflow.machine import Machine
from tests.factories.accounts import Cast, cast


class Matter:
    """One matter of a machine. Each kind is a subclass; ``tests.matters.every.MATTERS`` lists them by the machine's name.

    ``Kind()`` stores the world, once for all states: ``people`` (the cast) and ``obj`` (the row). ``to(state)`` brings the matter into a
    state, by services where the page of the state needs what they leave behind, otherwise by writing the row. After that ``page()`` is
    the address of its page and ``seats()`` are the people, by names that stand in ``offers.yaml``: ``sees(name, state)`` of
    ``tests.matters.offers`` tells which of them open the page. ``ready(action)`` writes what the guards of a step read and returns what is
    typed into its form; ``page(action)``, ``url(action)`` and ``prefix(action)`` tell where the step stands, where it is posted and how
    its ids begin. Copy a matter (``deepcopy``) inside a savepoint to use the same world several times.
    """

    machine: ClassVar[Machine]
    moment: ClassVar[Any] = None  # business time at which the matter is made and looked at; None: now
    routes: ClassVar[tuple[str, str]] = ("", "")  # of the page and of the posted steps, for ``keys``
    ids: ClassVar[str] = "act"  # how ids of the forms of steps begin
    labels: ClassVar[dict[str, set[str]]] = {}  # seats behind words for receivers that mean others here than in ``tests.steps.PEOPLE``
    notes: ClassVar[tuple[str, ...]] = ("{machine}:{pk}:",)  # how keys of the messages of its steps begin, after "note:"
    slow: ClassVar[bool] = False  # its walks take seconds: they belong to the slow tests
    elsewhere: ClassVar[frozenset[str]] = frozenset()  # steps that other tests take, for example for several matters at once
    beside: ClassVar[frozenset[str]] = frozenset()  # seats whose own step stands at the same address
    people: Cast
    obj: Model

    def __init__(self):
        self.people = cast()
        self.obj = self.make()

    def make(self) -> Model:
        """Store the matter in any state, with all that a step may need."""
        raise NotImplementedError

    def to(self, state: str) -> None:
        """Bring the matter from where it was made to a state."""
        self.store(**{self.machine.field: state})

    def ready(self, action: str) -> dict[str, Any]:
        """Remove what stands against a step of the state; returns what is typed into the step's form, besides a reason."""
        return {}

    @property
    def keys(self) -> list[Any]:
        """What stands in the addresses of its routes."""
        return [self.obj.pk]

    def page(self, action: str = "") -> str:
        """Address of the matter's page, or of the page with the form of a step."""
        return reverse(self.routes[0], args=self.keys)

    def url(self, action: str) -> str:
        """Address to which a step is posted."""
        return reverse(self.routes[1], args=self.keys)

    def prefix(self, action: str) -> str:
        """Beginning of the ids of a step's form."""
        return self.ids.format(obj=self.obj, machine=self.machine)

    def wait(self) -> None:
        """Change what makes a step the turn of one of those alone who may take it."""

    def task(self) -> str:
        """Address to which the task of who owes a step leads."""
        return self.page()

    def receivers(self) -> dict[str, set[str]]:
        """``labels``, asked once the step is taken: some are known only then."""
        return self.labels

    def taken(self, action: str) -> None:
        """Assert what else a step does, once it is taken."""

    def seats(self) -> dict[str, User]:
        """One person of each kind of seat, by name."""
        return {name: user for name, user in self.people.everybody.items() if name not in {"expert2", "expert3", "expert4", "expert5"}}

    def sees(self, user: User) -> bool:
        """Whether a person of a step's seat sees the matter at all."""
        return True

    @property
    def state(self) -> str:
        """State of the stored row as last read."""
        return getattr(self.obj, self.machine.field)

    def store(self, **values: Any) -> None:
        """Write columns of the row, past all services, and read it anew."""
        type(self.obj).objects.filter(pk=self.obj.pk).update(**values)
        self.fresh()

    def fresh(self) -> Model:
        """The row as it is stored now, without anything that was read from it before."""
        self.obj = type(self.obj).objects.get(pk=self.obj.pk)
        return self.obj
