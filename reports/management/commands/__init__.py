"""Commands: build_report."""
