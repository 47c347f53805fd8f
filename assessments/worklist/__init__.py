"""Lists of all assessments with their workbooks, and what waits for a person."""
