"""What the tabs of the district page show."""
