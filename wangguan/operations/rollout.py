"""Whether a migration may run while the version before serves: read from the SQL that it would run.

Expand, then contract: a new column comes nullable or with a default that the database keeps; what is
no longer used goes one release later, when no running code reads it. No statement may hold a lock on
a big table for longer than a moment.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader

from wangguan.operations.baseline import BIG, RELEASED, WAIVED

OPAQUE = "THIS OPERATION CANNOT BE WRITTEN AS SQL"


@dataclass(frozen=True)
class Rule:
    """One way to break the version that still runs, or to make it wait.

    Attributes:
        name: under which a migration may be excused in `baseline.WAIVED`.
        pattern: what gives it away; a group `table` names the table.
        mend: what to do instead.
        big_only: harmless on a small table.
    """

    name: str
    pattern: re.Pattern[str]
    mend: str
    big_only: bool = False


@dataclass(frozen=True)
class Breach:
    """A statement of a migration that must not run while the old version serves."""

    migration: str
    rule: Rule
    statement: str

    def __str__(self) -> str:
        return f"{self.migration}: {self.rule.name}: {self.statement}\n    → {self.rule.mend}"


ALTER = r'^ALTER TABLE (?:IF EXISTS )?(?:ONLY )?"?(?P<table>\w+)"? (?:.*, )?'
COLUMN = r'COLUMN "?\w+"? '


def _rule(name: str, pattern: str, mend: str, *, big_only: bool = False) -> Rule:
    return Rule(name, re.compile(pattern, re.IGNORECASE), mend, big_only)


RULES = (
    _rule("drop_table", r"^DROP TABLE", "Leave it for one release; drop it when no running code reads it."),
    _rule("drop_column", ALTER + r"DROP COLUMN", "Leave it, nullable, for one release; then drop it."),
    _rule("rename", ALTER + r"RENAME", "Add the new one, write both, read the new; drop the old later."),
    _rule(
        "required_column",
        ALTER + r"ADD COLUMN (?!.*\bDEFAULT\b)(?!.*\bGENERATED\b).*NOT NULL",
        "Give it `null=True` or `db_default=`: the old version writes rows without it.",
    ),
    _rule(
        "dropped_default",
        ALTER + "ALTER " + COLUMN + r"DROP DEFAULT",
        "`default=` is Django's alone, and the old version's rows lack it: use `db_default=`.",
    ),
    _rule(
        "required",
        ALTER + "ALTER " + COLUMN + r"SET NOT NULL",
        "The old version may leave it empty. One release later: CHECK … NOT VALID, validate it, then this.",
    ),
    _rule(
        "retype",
        ALTER + "ALTER " + COLUMN + r"TYPE",
        "It rewrites the table: add a column and fill it in batches. A longer varchar is free: excuse it.",
    ),
    _rule(
        "computed_column",
        ALTER + r"ADD COLUMN .*(GENERATED|SERIAL|gen_random_uuid|clock_timestamp|random\(|nextval)",
        "It rewrites the table: add it empty, fill it in batches or by a trigger.",
        big_only=True,
    ),
    _rule(
        "index",
        r'^CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?:ONLY )?"?(?P<table>\w+)"?',
        "Use AddIndexConcurrently in a migration with `atomic = False`.",
        big_only=True,
    ),
    _rule(
        "constraint",
        ALTER + r"ADD CONSTRAINT (?!.*(?:NOT VALID|USING INDEX))",
        "Use AddConstraintNotValid, and ValidateConstraint in a migration of its own; "
        "a unique one stands on an index that was made concurrently.",
        big_only=True,
    ),
    _rule(
        "rewrite",
        r'^(?:UPDATE|DELETE FROM) (?:ONLY )?"?(?P<table>\w+)"?',
        "One statement locks every row it meets until the end: do it in batches in a command.",
        big_only=True,
    ),
    _rule(
        "table_lock",
        r"^(?:LOCK|TRUNCATE|CLUSTER|VACUUM FULL|REINDEX (?!.*CONCURRENTLY))",
        "It shuts everybody out.",
    ),
    _rule(
        "code",
        rf"^(?:-- {OPAQUE}|DO )",
        "Nobody can read what it does: excuse it in baseline.WAIVED with a reason.",
    ),
)


def breaches() -> list[Breach]:
    """What every migration newer than the baseline would do wrong."""
    loader = MigrationLoader(connection, replace_migrations=False)
    return [breach for migration in newer(loader) for breach in judge(migration, sql_of(migration, loader))]


def newer(loader: MigrationLoader) -> Iterator[Migration]:
    """Migrations that no release had, of our own apps, in the order of their numbers."""
    for (app, name), migration in sorted(loader.disk_migrations.items()):
        if app in _ours() and name > RELEASED.get(app, ""):
            yield migration


def _ours() -> set[str]:
    """Labels of apps whose migrations are written here; those of packages are read when they are pinned."""
    home = str(settings.BASE_DIR)
    return {
        config.label
        for config in apps.get_app_configs()
        if config.path.startswith(home) and "site-packages" not in config.path
    }


def baseline(loader: MigrationLoader) -> dict[str, str]:
    """What RELEASED says after a release of the present code."""
    return {app: name for app, name in sorted(loader.graph.leaf_nodes()) if app in _ours()}


def sql_of(migration: Migration, loader: MigrationLoader) -> list[str]:
    """The statements that it would run, one each, without line breaks."""
    state = loader.project_state((migration.app_label, migration.name), at_end=False)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        migration.apply(state, editor, collect_sql=True)
    return [" ".join(statement.split()) for statement in editor.collected_sql if statement.strip()]


def judge(migration: Migration, statements: list[str]) -> list[Breach]:
    """The breaches among `statements`; tables that they make themselves are nobody's yet."""
    name = f"{migration.app_label}.{migration.name}"
    made = {found[1] for text in statements if (found := re.match(r'CREATE TABLE "?(\w+)"?', text))}
    return [
        Breach(name, rule, statement)
        for statement in statements
        for rule in RULES
        if (name, rule.name) not in WAIVED and _breaks(rule, statement, made)
    ]


def _breaks(rule: Rule, statement: str, made: set[str]) -> bool:
    found = rule.pattern.search(statement)
    if found is None:
        return False
    table = found.groupdict().get("table")
    return table not in made and (table in BIG or not rule.big_only)
