"""Pages of the dual check-in: the public's, one's own, the office's."""
