"""行政复议 and 行政诉讼 against a decision: recorded with their days, a stay of effect and the outcome, which may give a title back."""
