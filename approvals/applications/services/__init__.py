"""Effects of the steps of an application, and its corrections, endorsements and review papers."""
