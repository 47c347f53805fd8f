"""What an installation still needs before its first day of work."""
