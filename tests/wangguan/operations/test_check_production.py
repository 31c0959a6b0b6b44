"""`manage.py check_production`: every check from its failing side, and once from its good one."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import redis
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import Settings

from grids.models import User
from requests_app.statistics.models import AsOf
from tests.cast import Cast
from tests.requests_app.matters import told
from wangguan import clock, health
from wangguan.embedded import places
from wangguan.operations import checks, shelf, upgrading
from wangguan.operations.checks import Check, database, doors, finding, keys, outside, people, running

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 3, 0, tzinfo=timezone.get_default_timezone())
GOOD_SECRETS = {name: Fernet.generate_key().decode() + name for name in keys.NAMES}


def said(check: Check) -> list[tuple[str, str]]:
    """Severity and first sentence of each finding."""
    return [(found.severity.value, found.what) for found in check()]


@dataclass
class Answers:
    """A database that answers what a test wants; only the question counts, the answer is given."""

    given: dict[str, Any] = field(default_factory=dict)

    def __call__(self, statement: str) -> Any:
        return next((answer for part, answer in self.given.items() if part in statement), "on")


class FakeBroker:
    """A broker with another configuration than ours."""

    def __init__(self, **configuration: str) -> None:
        self.configuration = {name.replace("_", "-"): value for name, value in configuration.items()}
        self.connection_pool = SimpleNamespace(connection_kwargs={"password": "p"})

    def __enter__(self) -> "FakeBroker":
        return self

    def __exit__(self, *failure: object) -> None:
        pass

    def config_get(self, name: str) -> dict[str, str]:
        if not self.configuration:
            raise redis.ResponseError("unknown command")
        return {name: self.configuration[name]}


def broker_with(monkeypatch: pytest.MonkeyPatch, broker: FakeBroker) -> None:
    monkeypatch.setattr(redis.Redis, "from_url", lambda *a, **k: broker)


def test_table_holds_every_check() -> None:
    rooms = (doors, keys, database, running, people, outside)
    public = {
        function
        for room in rooms
        for name, function in vars(room).items()
        if callable(function) and getattr(function, "__module__", "") == room.__name__
        and not name.startswith("_") and function.__annotations__.get("return") == Iterator[finding.Finding]
    }  # fmt: skip
    assert public == set(checks.TABLE)


@pytest.mark.parametrize(
    ("check", "change", "severity", "what"),
    [
        (doors.demo, {"DEMO": True}, "unsafe", "DEMO is on"),
        (doors.debug, {"DEBUG": True}, "unsafe", "DEBUG is on"),
        (doors.address, {"SECURE": False, "SITE_URL": "http://a"}, "unsafe", "SITE_URL is http://a"),
        (doors.hosts, {"ALLOWED_HOSTS": ["*"]}, "unsafe", "ALLOWED_HOSTS holds *"),
        (doors.hosts, {"ALLOWED_HOSTS": [".example"]}, "unsafe", "ALLOWED_HOSTS holds .example"),
        (
            doors.hosts,
            {"SITE_URL": "https://a.example", "ALLOWED_HOSTS": ["b.example"]},
            "unsafe",
            "a.example of SITE_URL is missing in ALLOWED_HOSTS",
        ),
        (doors.proxies, {"SECURE": True, "TRUSTED_PROXIES": 0}, "warning", "TRUSTED_PROXIES is 0"),
        (keys.secrets, {"SECRET_KEY": "short"}, "unsafe", "SECRET_KEY is short, guessable or the demo's"),
        (keys.secrets, {"HASH_KEY": "a" * 60}, "unsafe", "HASH_KEY is short, guessable or the demo's"),
        (keys.field_keys, {"FIELD_KEYS": ["abc"]}, "unsafe", "Key 1 of FIELD_KEYS is no Fernet key"),
        (keys.field_keys, {"FIELD_KEYS": [keys.DEMO_FIELD_KEY]}, "unsafe", "FIELD_KEYS holds the demo's key"),
        (keys.metrics, {"METRICS_TOKEN": ""}, "advice", "METRICS_TOKEN is not set"),
        (people.second_factor, {"MFA_REQUIRED": False}, "unsafe", "A second factor is not required of staff"),
        (outside.sms, {"SMS_BACKEND": "console"}, "unsafe", "No SMS gateway is set"),
        (
            outside.sms,
            {"SMS_BACKEND": "gateway", "SMS_GATEWAY_URL": "http://a"},
            "unsafe",
            "SMS_GATEWAY_URL is not https://",
        ),
        (
            outside.sms,
            {"SMS_BACKEND": "gateway", "SMS_GATEWAY_URL": "https://a", "SMS_GATEWAY_TOKEN": ""},
            "warning",
            "SMS_GATEWAY_TOKEN is empty",
        ),
        (
            outside.email,
            {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"},
            "warning",
            "Mail is written to a console instead of sent",
        ),
        (
            outside.email,
            {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": "localhost"},
            "warning",
            "EMAIL_URL is not set: mail goes to this very machine",
        ),
        (outside.map_tiles, {"TILE_URL": ""}, "advice", "TILE_URL is empty"),
        (outside.map_tiles, {"TILE_URL": "http://a"}, "warning", "TILE_URL is not https://"),
        (outside.record_number, {"ICP_NUMBER": ""}, "advice", "ICP_NUMBER is empty"),
    ],
)
def test_settings_that_are_unsafe_are_named(
    check: Check, change: dict[str, Any], severity: str, what: str, settings: Settings
) -> None:
    for name, value in (GOOD_SECRETS | change).items():
        setattr(settings, name, value)
    assert said(check) == [(severity, what)]


@pytest.mark.parametrize("check", [
    doors.demo, doors.debug, doors.address, doors.hosts, doors.proxies, keys.secrets, keys.field_keys,
    keys.metrics, outside.sms, outside.email, outside.map_tiles, outside.record_number,
])  # fmt: skip
def test_settings_of_a_good_installation_pass(check: Check, settings: Settings) -> None:
    good = {
        **GOOD_SECRETS,
        "DEMO": False,
        "DEBUG": False,
        "SECURE": True,
        "SITE_URL": "https://portal.example",
        "ALLOWED_HOSTS": ["portal.example"],
        "TRUSTED_PROXIES": 1,
        "FIELD_KEYS": [Fernet.generate_key().decode()],
        "METRICS_TOKEN": "token",
        "SMS_BACKEND": "gateway",
        "SMS_GATEWAY_URL": "https://sms.example",
        "SMS_GATEWAY_TOKEN": "token",
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "mail.example",
        "TILE_URL": "https://tiles.example",
        "ICP_NUMBER": "鲁ICP备1号",
    }
    for name, value in good.items():
        setattr(settings, name, value)
    assert said(check) == []


def test_one_secret_for_two_things_is_found(settings: Settings) -> None:
    for name in keys.NAMES:
        setattr(settings, name, GOOD_SECRETS["SECRET_KEY"])
    assert said(keys.secrets) == [("unsafe", "Two of SECRET_KEY, HASH_KEY, SMS_REPORT_SECRET are the same")]


def test_a_missing_key_of_personal_data_is_found(cast: Cast, settings: Settings) -> None:
    told(cast)
    assert said(keys.readable) == []
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert ("unsafe", "requests_app_ticket: contact_phone cannot be decrypted") in said(keys.readable)


def test_what_check_deploy_finds_is_told(settings: Settings) -> None:
    settings.SECURE_HSTS_SECONDS = 0
    assert ("warning", "check --deploy: security.W004") in said(doors.deployment)


def test_servers_of_the_demo_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "is_embedded", lambda: True)
    monkeypatch.setattr(places, "broker_is_embedded", lambda: False)
    assert said(database.embedded) == [("unsafe", "DATABASE_URL is not set: the embedded server is used")]


def test_an_old_postgresql_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_ask", Answers({"server_version_num": "140009"}))
    assert said(database.version) == [("unsafe", "PostgreSQL is 14")]


@pytest.mark.parametrize(
    ("check", "answers", "found"),
    [
        (
            database.letters,
            {"server_encoding": "SQL_ASCII"},
            ("unsafe", "The database's encoding is SQL_ASCII"),
        ),
        (
            database.letters,
            {"server_encoding": "UTF8", "alpha": False},
            ("warning", "The database's locale does not know Chinese letters"),
        ),
        (database.extensions, {"pg_extension": "plpgsql"}, ("unsafe", "The extension btree_gist is missing")),
        (database.lasting, {"SHOW fsync": "off"}, ("unsafe", "PostgreSQL runs with fsync=off")),
    ],
)
def test_a_database_of_another_make_is_found(
    check: Check, answers: dict[str, Any], found: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "_ask", Answers(answers))
    assert said(check) == [found]


@pytest.mark.parametrize(
    "check", [database.version, database.letters, database.extensions, database.migrations, database.clock]
)
def test_our_own_database_passes(check: Check) -> None:
    assert said(check) == []


def test_the_tests_own_server_is_found_to_lose_data() -> None:
    """It runs without fsync, as a superuser: both are told."""
    assert said(database.superuser) == [("unsafe", "The portal is a superuser of its database")]
    assert [severity for severity, _what in said(database.lasting)] == ["unsafe"]


def test_missing_migrations_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upgrading, "unapplied", lambda: ["grids.0008_next", "grids.0009_more"])
    assert said(database.migrations) == [
        ("unsafe", "2 migrations are not applied, the first is grids.0008_next")
    ]


def test_clocks_that_differ_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "time", lambda: timezone.now().timestamp() + 30)
    assert said(database.clock) == [
        ("warning", "The clocks of this machine and of the database differ by 30 s")
    ]


def test_our_own_broker_lacks_password_and_policy() -> None:
    """The embedded one is asked for real."""
    found = [what for _severity, what in said(running.broker)]
    assert "The broker has no password" in found
    assert not [what for what in found if "appendonly" in what]


@pytest.mark.parametrize(
    ("broker", "found"),
    [
        (
            FakeBroker(appendonly="no", maxmemory_policy="noeviction"),
            [("unsafe", "The broker runs with appendonly no")],
        ),
        (
            FakeBroker(appendonly="yes", maxmemory_policy="allkeys-lru"),
            [("unsafe", "The broker runs with maxmemory-policy allkeys-lru")],
        ),
        (FakeBroker(), [("advice", "The broker does not tell its configuration")]),
        (FakeBroker(appendonly="yes", maxmemory_policy="noeviction"), []),
    ],
)
def test_a_broker_that_forgets_is_found(
    broker: FakeBroker, found: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    broker_with(monkeypatch, broker)
    assert said(running.broker) == found


@pytest.mark.parametrize(("answers", "found"), [(True, []), (False, [("unsafe", "No worker answers")])])
def test_a_silent_worker_is_found(
    answers: bool, found: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "_worker_answers", lambda moment: answers)
    assert said(running.worker) == found


@pytest.mark.parametrize(("minutes", "silent"), [(1, False), (6, True)])
def test_a_silent_beat_is_found(minutes: int, silent: bool) -> None:
    AsOf.objects.update_or_create(pk=1, defaults={"at": clock.now() - timedelta(minutes=minutes)})
    assert bool(said(running.beat)) is silent


def test_beat_that_never_started_is_found() -> None:
    AsOf.objects.all().delete()
    assert said(running.beat) == [("unsafe", "What beat starts every minute was last done never")]


def test_without_backups_the_portal_is_not_safe(settings: Settings) -> None:
    settings.BACKUPS = replace(settings.BACKUPS, recipients=())
    assert said(running.backups) == [
        ("unsafe", "BACKUP_RECIPIENTS is empty"),
        ("unsafe", "The newest backup is of never"),
        ("advice", "Backups stay on this machine"),
    ]


def test_a_fresh_backup_with_a_copy_passes(settings: Settings) -> None:
    settings.BACKUPS = replace(settings.BACKUPS, bucket={"bucket_name": "b"})
    with shelf.new_file(clock.now()):
        pass
    assert said(running.backups) == []


@pytest.mark.parametrize(("free", "full"), [(5, True), (50, False)])
def test_a_full_disk_is_found(free: int, full: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(total=100 * 2**30, free=free * 2**30)
    monkeypatch.setattr("shutil.disk_usage", lambda path: usage)
    assert said(running.disks) == (
        [("warning", f"The disk of the {name} has 5 GB left of 100") for name in ("backups", "photos")]
        if full
        else []
    )


def test_a_media_folder_that_takes_nothing_is_found(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "a-file" / "media"
    (tmp_path / "a-file").touch()
    assert said(running.media) == [("unsafe", "Photos cannot be stored (NotADirectoryError)")]


def test_a_media_folder_that_takes_photos_keeps_nothing_of_the_check(own_media: Path) -> None:
    assert (said(running.media), list(own_media.iterdir())) == ([], [])


def test_demo_accounts_are_found_by_their_password(cast: Cast) -> None:
    cast.worker.set_password("something of its own")
    cast.director.set_password(people.DEMO_PASSWORD)
    User.objects.bulk_update([cast.worker, cast.director], ["password"])
    assert said(people.demo_accounts) == [("unsafe", "Demo accounts with the demo's password: director")]


@pytest.mark.skipif(
    "allauth.mfa" not in django_settings.INSTALLED_APPS, reason="no second factor in this version"
)
def test_superusers_without_a_second_factor_are_found(cast: Cast) -> None:
    User.objects.filter(pk=cast.director.pk).update(is_superuser=True)
    assert said(people.superusers) == [("unsafe", "Superusers without a second factor: director")]


@pytest.mark.parametrize(("month", "years"), [(6, []), (11, [2027])])
def test_a_year_without_holidays_is_found(month: int, years: list[int]) -> None:
    with clock.at(NOW.replace(month=month)):
        assert said(outside.calendar) == [
            ("warning", f"The holidays of {year} are not entered") for year in years
        ]


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on() -> None:
    def broken() -> Iterator[finding.Finding]:
        raise OSError("database at 10.0.0.1 refused the password")

    def last() -> Iterator[finding.Finding]:
        yield finding.unsafe("the last", "why", "mend")

    found = checks.look((broken, last))
    assert [one.what for one in found] == [
        "test_check_production.broken could not be checked (OSError)",
        "the last",
    ]


@pytest.fixture
def two_findings(monkeypatch: pytest.MonkeyPatch) -> None:
    def advised() -> Iterator[finding.Finding]:
        yield finding.advice("TILE_URL is empty", "No streets.", "Set it.")
        yield finding.unsafe("DEMO is on", "Its keys are public.", "Set DEMO=0.")

    monkeypatch.setattr(checks.look, "__defaults__", ((advised,),))


@pytest.mark.usefixtures("two_findings")
def test_command_says_the_worst_first_and_fails(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="Not safe yet: 1 findings"):
        call_command("check_production", no_color=True)
    assert capsys.readouterr().out.startswith(
        "UNSAFE DEMO is on  [test_check_production.advised]\n"
        "    Why:  Its keys are public.\n"
        "    Mend: Set DEMO=0.\n"
    )


@pytest.mark.usefixtures("two_findings")
def test_command_speaks_json(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError):
        call_command("check_production", json=True)
    listed = json.loads(capsys.readouterr().out)
    assert [one["severity"] for one in listed] == ["unsafe", "advice"]
    assert listed[0].keys() == {"severity", "what", "why", "mend", "check"}


def test_command_ends_well_when_nothing_is_unsafe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(checks.look, "__defaults__", ((lambda: iter(()),),))
    call_command("check_production")
    assert "none unsafe" in capsys.readouterr().out


@pytest.mark.parametrize("check", checks.TABLE, ids=lambda check: check.__name__)
def test_findings_hold_no_secret(check: Check, settings: Settings) -> None:
    told_of = " ".join(f"{one.what} {one.why} {one.mend}" for one in check())
    assert [value for value in (settings.SECRET_KEY, *settings.FIELD_KEYS) if value in told_of] == []
