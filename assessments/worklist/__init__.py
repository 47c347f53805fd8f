"""Lists of all assessments with their workbooks, and tasks of a user."""
