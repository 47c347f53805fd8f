"""What happened lately, from the records of steps."""
