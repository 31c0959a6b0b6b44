"""See `requests_app.suppress`: the core hides small numbers in the same way."""

from requests_app.suppress import FEWEST_SHOWN, cells, hides_total, rates

__all__ = ["FEWEST_SHOWN", "cells", "hides_total", "rates"]
