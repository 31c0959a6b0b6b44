"""The office's pages about reports."""
