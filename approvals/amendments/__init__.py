"""更正 and 撤回 of a published announcement: proposed, approved, then published with a paper; the announcement keeps its address."""
