"""Operation of districts (七（三）): a yearly ledger that feeds obligations, reports and assessments."""
