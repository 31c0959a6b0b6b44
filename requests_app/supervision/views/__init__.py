"""Pages of supervision, in the office and on the phone."""
