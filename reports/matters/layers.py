"""Optional content (layers) of PDFs that are put together: what is off in a file is off in the volume, and readers offer no switch."""

from typing import Any


def carry(source: Any, target: Any) -> None:
    """Add the layers of ``source`` to those of ``target``, to which its pages have been added. Odd members of its lists are left out."""
    import pikepdf  # noqa: PLC0415 -- only who makes a dossier pays for it

    layers = source.Root.get("/OCProperties")
    if not isinstance(layers, pikepdf.Dictionary):
        return
    default = layers.get("/D")
    default = default if isinstance(default, pikepdf.Dictionary) else pikepdf.Dictionary()
    groups = {group.objgen: group for group in _groups(layers.get("/OCGs"))}
    off = {group.objgen: group for group in _groups(default.get("/OFF"))}
    if str(default.get("/BaseState", "")) == "/OFF":  # all but those named
        shown = {group.objgen for group in _groups(default.get("/ON"))}
        off |= {key: group for key, group in groups.items() if key not in shown}
    if "/OCProperties" not in target.Root:
        target.Root.OCProperties = pikepdf.Dictionary(OCGs=[], D=pikepdf.Dictionary(OFF=[], AS=[]))
    carried = target.Root.OCProperties
    for group in (groups | off).values():
        carried.OCGs.append(target.copy_foreign(group))
    for group in off.values():
        carried.D.OFF.append(target.copy_foreign(group))
    for rule in _members(default.get("/AS")):  # states by use, such as printing only
        if isinstance(rule, pikepdf.Dictionary):
            named = [target.copy_foreign(group) for group in _groups(rule.get("/OCGs"))]
            kept = {key: rule[key] for key in ("/Event", "/Category") if isinstance(rule.get(key), pikepdf.Name | pikepdf.Array)}
            carried.D.AS.append(pikepdf.Dictionary({**kept, "/OCGs": pikepdf.Array(named)}))


def _members(found: Any) -> list[Any]:
    import pikepdf  # noqa: PLC0415 -- as above

    return list(found) if isinstance(found, pikepdf.Array) else []


def _groups(found: Any) -> list[Any]:
    """Members of a list that can be a layer: content refers to a layer by its number as an object."""
    import pikepdf  # noqa: PLC0415 -- as above

    return [group for group in _members(found) if isinstance(group, pikepdf.Dictionary) and group.is_indirect]
