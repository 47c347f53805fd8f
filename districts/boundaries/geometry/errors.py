"""Errors of a boundary file, with instructions for the user."""

MIB = 1024 * 1024
MAX_BYTES = 10 * MIB
MAX_UNPACKED = 40 * MIB
MAX_POINTS = 50_000
MAX_PLOT_POINTS = 200_000  # of all plots of a district together
EAST = (120.85, 122.25)
NORTH = (30.65, 31.90)


class BoundaryError(ValueError):
    """The file is not an acceptable boundary; the message says what to do. ``field`` is the form field concerned."""

    def __init__(self, text: str, *, field: str = "file") -> None:
        super().__init__(text)
        self.field = field
