"""The street's desk: what waits for somebody in an office, one click from being done."""
