"""What the policy pages show: rules and settings in words, and verdicts of all districts in sight."""
