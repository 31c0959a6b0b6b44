"""What a log line may say."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError

from wangguan.observability import ids, logs

Lines = Callable[[], list[dict[str, Any]]]
logger = logging.getLogger("tests.logs")


def test_line_is_json_with_the_number(lines: Lines) -> None:
    with ids.carried("REQUEST001"):
        logger.warning("said")
    line = lines()[-1]
    assert (line["levelname"], line["message"], line["request_id"]) == ("WARNING", "said", "REQUEST001")


def test_failure_says_types_and_places_of_its_whole_chain(lines: Lines) -> None:
    try:
        try:
            raise KeyError("13800000099")
        except KeyError as error:
            raise IntegrityError("Key (phone)=(13800000099) already exists.") from error
    except IntegrityError:
        logger.exception("broke")
    told = lines()[-1]["exc_info"]
    assert [word for word in told.split() if word in ("KeyError", "IntegrityError")] == [
        "KeyError",
        "IntegrityError",
    ]
    assert ("test_logs.py" in told, "13800000099" in told) == (True, False)


def test_hidden_cause_stays_hidden() -> None:
    error = ValueError()
    error.__context__, error.__suppress_context__ = KeyError(), True
    assert logs.told(error) == ["ValueError"]
