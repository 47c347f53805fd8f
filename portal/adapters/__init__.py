"""系统对接: exchange with the systems that an office has, each by an adapter that is off until its place is set."""
