"""Carbon measures of districts: measure library, forecast, scenarios (which leave the measures unchanged), abatement cost (七（一）3)."""
