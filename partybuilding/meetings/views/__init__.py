"""Pages of meetings: the office's, and those of whoever has a seat."""
