"""行政复议 and 行政诉讼 against a decision: dates, stay of effect and outcome, which may restore a title."""
