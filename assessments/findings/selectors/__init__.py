"""What the check finds in a table and in each of its rows."""
