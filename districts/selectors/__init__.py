"""What pages, API and the apps above read of districts."""

from districts.selectors.visibility import (
    areas_choosable,
    authorities_choosable,
    district_seen,
    districts_of,
    districts_visible_to,
    files_visible_to,
    implementation_plans_visible_to,
    public_districts,
)

__all__ = [
    "areas_choosable",
    "authorities_choosable",
    "district_seen",
    "districts_of",
    "districts_visible_to",
    "files_visible_to",
    "implementation_plans_visible_to",
    "public_districts",
]
