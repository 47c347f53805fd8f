"""The check before submission: what is missing, implausible or out of date in a table, and the answers given."""
