"""Matters of the 12345 hotline come in as a file, and replies go back in its layout."""
