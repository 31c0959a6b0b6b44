"""The mail server of the tests."""

from tests.standins.fixtures import impatient, mail_server  # noqa: F401  (fixtures)
