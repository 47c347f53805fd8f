"""What an installation still needs before regular use."""
