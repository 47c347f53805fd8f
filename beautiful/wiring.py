"""Registries of lower apps that this app fills; called once when the models are ready."""


def wire() -> None:
    """Nothing yet: the frame is read only."""
