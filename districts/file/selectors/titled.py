"""Districts with a title whose applicant works in the portal, as SQL for statements of upper apps that count them."""

from districts.common.enums import Stage

TITLED = (Stage.PILOT, Stage.DEMONSTRATION)
# Statement and parameters. ``since`` is the year from which the title is held, null where that is not known.
TITLED_ROWS = (
    """
    SELECT id, name, is_demo, extract(year FROM COALESCE(titled_since, titled_on)) AS since
    FROM districts_district WHERE stage = ANY(%s) AND applicant_id IS NOT NULL AND NOT guideline_area
    """,
    (list(TITLED),),
)
LEADING_ROWS = "SELECT district_id, organisation_id FROM districts_district_authorities"
