"""A grid's boundary drawn in a real browser: what overlaps is said at once and refused."""

import json
from typing import Any

import pytest

from grids.models import Grid, User
from tests.plugins.browser import Site

pytestmark = pytest.mark.browser
