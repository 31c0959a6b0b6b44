"""See `requests_app.suppress`: the core hides small numbers in the same way."""

from requests_app.suppress import FEWEST, FEWEST_SHOWN, Rate, cells, hides_total, rates

__all__ = ["FEWEST", "FEWEST_SHOWN", "Rate", "cells", "hides_total", "rates"]
