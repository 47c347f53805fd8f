"""谁在哪一步: every visible district with stage, open matters, next duty, overdue duties and unmet conditions of the next stage."""
