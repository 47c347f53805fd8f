"""Models of all features of this app, for Django."""

from greendistrict.core.features import modules_named

MODULES = tuple(modules_named("models", "districts"))
