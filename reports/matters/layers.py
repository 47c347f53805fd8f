"""Optional content (layers) of PDFs that are put together: what is off in a file is off in the volume, which lists no layers."""

from collections.abc import Callable, Iterable
from typing import Any

DEEPEST = 32
POLICIES: dict[str, Callable[[Iterable[bool]], bool]] = {
    "/AllOn": all,
    "/AnyOff": lambda states: not all(states),
    "/AllOff": lambda states: not any(states),
}  # any other: on if one of them is


class Layers:
    """Layers of a document with the state in which readers open it. Odd members of its lists are left out."""

    def __init__(self, document: Any) -> None:
        import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

        found = document.Root.get("/OCProperties")
        found = found if isinstance(found, pikepdf.Dictionary) else pikepdf.Dictionary()
        default = found.get("/D")
        default = default if isinstance(default, pikepdf.Dictionary) else pikepdf.Dictionary()
        self.groups = {group.objgen: group for group in _groups(found.get("/OCGs"))}
        off = {group.objgen for group in _groups(default.get("/OFF"))}
        if str(default.get("/BaseState", "")) == "/OFF":  # all but those named
            off |= self.groups.keys() - {group.objgen for group in _groups(default.get("/ON"))}
        meant = _intents(default)
        # Readers show a layer that the list of all does not name, or that is for another purpose than this state.
        self.off = {key for key in off & self.groups.keys() if "/All" in meant or meant & {*_intents(self.groups[key]), "/All"}}
        self.rules = [
            rule for rule in _members(default.get("/AS")) if isinstance(rule, pikepdf.Dictionary)
        ]  # states by use, such as printing
        self._by_use = {group.objgen for rule in self.rules for group in _groups(rule.get("/OCGs"))}

    def hides(self, shown_by: Any) -> bool:
        """Whether what has this value of ``/OC`` is off, whatever it is used for."""
        return not self._shows(shown_by, 0)

    def _shows(self, found: Any, depth: int) -> bool:
        import pikepdf  # noqa: PLC0415 -- as above

        if not isinstance(found, pikepdf.Dictionary) or depth > DEEPEST:
            return True
        if str(found.get("/Type", "")) != "/OCMD":
            return not (found.is_indirect and found.objgen in self.off - self._by_use)
        expression = found.get("/VE")
        if isinstance(expression, pikepdf.Array):
            return self._holds(expression, depth)
        members = found.get("/OCGs")
        groups = [members] if isinstance(members, pikepdf.Dictionary) else _groups(members)
        states = [self._shows(group, depth + 1) for group in groups]
        return not states or POLICIES.get(str(found.get("/P", "")), any)(states)

    def _holds(self, expression: Any, depth: int) -> bool:
        import pikepdf  # noqa: PLC0415 -- as above

        if not isinstance(expression, pikepdf.Array):
            return self._shows(expression, depth)
        if not len(expression) or depth > DEEPEST:
            return True
        kind, *parts = expression
        states = [self._holds(part, depth + 1) for part in parts]
        if str(kind) == "/Not":
            return not states or not states[0]
        return any(states) if str(kind) == "/Or" else all(states)


def carry(source: Any, target: Any) -> None:
    """Add the layers of ``source`` to those of ``target``, to which its pages have been added."""
    import pikepdf  # noqa: PLC0415 -- as above

    layers = Layers(source)
    if not layers.groups:
        return
    if "/OCProperties" not in target.Root:
        target.Root.OCProperties = pikepdf.Dictionary(OCGs=[], D=pikepdf.Dictionary(OFF=[], AS=[]))
    carried = target.Root.OCProperties
    for key, group in layers.groups.items():
        copied = target.copy_foreign(group)
        carried.OCGs.append(copied)
        if key in layers.off:
            copied.Intent = pikepdf.Name.View  # the purpose of the state here
            carried.D.OFF.append(copied)
    for rule in layers.rules:
        named = [target.copy_foreign(group) for group in _groups(rule.get("/OCGs"))]
        kept = {key: rule[key] for key in ("/Event", "/Category") if isinstance(rule.get(key), pikepdf.Name | pikepdf.Array)}
        carried.D.AS.append(pikepdf.Dictionary({**kept, "/OCGs": pikepdf.Array(named)}))


def _intents(found: Any) -> set[str]:
    import pikepdf  # noqa: PLC0415 -- as above

    intent = found.get("/Intent")
    names = [intent] if isinstance(intent, pikepdf.Name) else _members(intent)
    return {str(name) for name in names if isinstance(name, pikepdf.Name)} or {"/View"}


def _members(found: Any) -> list[Any]:
    import pikepdf  # noqa: PLC0415 -- as above

    return list(found) if isinstance(found, pikepdf.Array) else []


def _groups(found: Any) -> list[Any]:
    """Members of a list that can be a layer: content refers to a layer by its number as an object."""
    import pikepdf  # noqa: PLC0415 -- as above

    return [group for group in _members(found) if isinstance(group, pikepdf.Dictionary) and group.is_indirect]
