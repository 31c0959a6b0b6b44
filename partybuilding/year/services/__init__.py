"""The page of the year as a paper."""
