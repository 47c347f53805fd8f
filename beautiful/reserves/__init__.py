"""Reserve libraries of projects 储备库 that the draft names: intake, screening, readiness, funding, entry into a national library."""
