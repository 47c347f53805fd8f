"""The check before submission (提交前核对): missing, implausible or outdated values of a table, and the district's explanations."""
