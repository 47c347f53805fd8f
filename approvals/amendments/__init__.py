"""更正 and 撤回 of a published announcement: proposed, approved, published with a paper; the address of the announcement stays."""
