"""Filter bar of the city-wide policy check."""

from districts.file.forms.filters import DistrictFilter


class PolicyCheckFilter(DistrictFilter):
    """Conditions of the city-wide policy check."""

    without = ("authority", "star", "kind")
