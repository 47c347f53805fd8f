"""Management commands of demo and benchmark."""
