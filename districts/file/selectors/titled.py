"""Districts with a title whose applicant uses the portal, as SQL for statements of higher apps."""

from districts.common.enums import TITLED
from greendistrict.accounts.selectors import JOINED_ROWS

# Statement and parameters. ``since`` is the year from which the title is held, null where that is not known; ``joined`` the first day on
# which somebody of the applicant worked in the portal.
TITLED_ROWS = (
    f"""
    SELECT id, name, is_demo, extract(year FROM COALESCE(titled_since, titled_on)) AS since, body.joined
    FROM districts_district
    JOIN ({JOINED_ROWS}) body ON body.organisation_id = applicant_id WHERE stage = ANY(%s) AND NOT guideline_area
    """,  # noqa: S608 -- a constant of the app of these tables
    (list(TITLED),),
)
LEADING_ROWS = "SELECT district_id, organisation_id FROM districts_district_authorities"
