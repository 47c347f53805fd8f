"""Supervision (监督检查): inspections, their findings and rectification."""
