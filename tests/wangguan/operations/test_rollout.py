"""No migration locks a big table, or takes away what the version before still reads and writes."""

from typing import Any

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently, ValidateConstraint
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import Index, Q
from django.db.models.functions import Now

from wangguan.operations import baseline, rollout

# Statements are collected, none is run; concurrent ones want to see no transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def migration(*operations: Operation) -> migrations.Migration:
    """One that follows the last of requests_app."""
    made = type("Migration", (migrations.Migration,), {"operations": list(operations), "atomic": False})
    return made("9999_test", "requests_app")


def broken(*operations: Operation) -> set[str]:
    """Rules that a migration with these operations breaks."""
    loader = MigrationLoader(connection)
    state = loader.project_state()
    tried = migration(*operations)
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        tried.apply(state, editor, collect_sql=True)
    statements = [" ".join(text.split()) for text in editor.collected_sql]
    return {breach.rule.name for breach in rollout.judge(tried, statements)}


def maybe_words(**options: Any) -> Any:
    return models.TextField(null=True, **options)


def column(field: Any, model: str = "ticket") -> Operation:
    return migrations.AddField(model, "extra", field)


def index(concurrently: bool = False, model: str = "ticket") -> Operation:
    kind = AddIndexConcurrently if concurrently else migrations.AddIndex
    return kind(model, Index(fields=["description"], name="test_index"))


def positive(model: str = "ticket") -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(id__gt=0), name="test_positive")


def sql(text: str) -> Operation:
    return migrations.RunSQL(text)


def own_table(*others: Operation) -> tuple[Operation, ...]:
    model = migrations.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True))])
    return model, *others


SAFE: dict[str, tuple[Operation, ...]] = {
    "a column that may be empty": (column(maybe_words()),),
    "a column whose default the database keeps": (
        column(models.BooleanField(default=False, db_default=False)),
    ),
    "a moment that the database sets": (column(models.DateTimeField(db_default=Now())),),
    "an index made beside the writers": (index(concurrently=True),),
    "an index on a small table": (
        migrations.AddIndex("category", Index(fields=["name"], name="test_index")),
    ),
    "a constraint for new rows alone": (AddConstraintNotValid("ticket", positive()),),
    "its validation": (
        AddConstraintNotValid("ticket", positive()),
        ValidateConstraint("ticket", "test_positive"),
    ),
    "a table of its own with what it likes": own_table(
        migrations.AddField("Fresh", "name", models.TextField(db_index=True, default="")),
        migrations.AddConstraint("Fresh", positive()),
    ),
    "one constraint less": (sql("ALTER TABLE requests_app_ticket DROP CONSTRAINT some"),),
    "a column that may be empty from now on": (
        sql("ALTER TABLE grids_user ALTER COLUMN phone DROP NOT NULL"),
    ),
    "a function": (sql("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1 $$"),),
}
UNSAFE: dict[str, tuple[tuple[Operation, ...], str]] = {
    "a table less": ((migrations.DeleteModel("StandardText"),), "drop_table"),
    "a column less": ((migrations.RemoveField("standardtext", "text"),), "drop_column"),
    "a column less in SQL": ((sql("alter table only grids_user drop column phone"),), "drop_column"),
    "another name of a column": ((migrations.RenameField("ticket", "description", "words"),), "rename"),
    "another name of a table": ((migrations.RenameModel("StandardText", "Text"),), "rename"),
    "a default of Django's alone": ((column(models.BooleanField(default=False)),), "dropped_default"),
    "a column that must be filled": (
        (sql("ALTER TABLE grids_grid ADD COLUMN a int NOT NULL"),),
        "required_column",
    ),
    "filled from now on": ((sql("ALTER TABLE grids_user ALTER COLUMN phone SET NOT NULL"),), "required"),
    "another type": (
        (migrations.AlterField("ticket", "description", models.CharField(max_length=9)),),
        "retype",
    ),
    "a serial number": ((sql("ALTER TABLE requests_app_ticket ADD COLUMN a bigserial"),), "computed_column"),
    "an index": ((index(),), "index"),
    "a column with its index": (
        (column(maybe_words(db_index=True)),),
        "index",
    ),
    "a checked constraint": ((migrations.AddConstraint("ticket", positive()),), "constraint"),
    "a unique one": (
        (migrations.AddConstraint("ticket", models.UniqueConstraint("description", name="test_one")),),
        "index",
    ),
    "all rows written": ((sql("UPDATE requests_app_ticket SET description = ''"),), "rewrite"),
    "a lock": ((sql("LOCK TABLE grids_user"),), "table_lock"),
    "code": ((migrations.RunPython(lambda apps, editor: None),), "code"),
    "a block of SQL": ((sql("DO $$ BEGIN PERFORM 1; END $$"),), "code"),
}


@pytest.mark.parametrize("what", SAFE)
def test_safe_operations_pass(what: str) -> None:
    assert broken(*SAFE[what]) == set()


@pytest.mark.parametrize("what", UNSAFE)
def test_unsafe_operations_are_found(what: str) -> None:
    operations, rule = UNSAFE[what]
    assert rule in broken(*operations)


def test_a_breach_says_what_to_do() -> None:
    (breach,) = rollout.judge(migration(), ["DROP TABLE requests_app_ticket"])
    assert str(breach) == (
        "requests_app.9999_test: drop_table: DROP TABLE requests_app_ticket\n"
        "    → Leave it for one release; drop it when no running code reads it."
    )


def test_an_excused_migration_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(baseline.WAIVED, ("requests_app.9999_test", "drop_table"), "nobody ever wrote to it")
    assert rollout.judge(migration(), ["DROP TABLE requests_app_ticket"]) == []


def test_the_baseline_is_a_line_that_was_reached() -> None:
    """A name in it that no longer exists would let newer ones pass, or none."""
    disk = MigrationLoader(None).disk_migrations
    assert [key for key in baseline.RELEASED.items() if key not in disk] == []


def test_big_tables_exist() -> None:
    assert baseline.BIG - set(connection.introspection.table_names()) == set()


def test_migrations_since_the_last_release_run_while_it_serves() -> None:
    found = rollout.breaches()
    assert found == [], "\n".join(map(str, found))


def test_older_migrations_would_not_all_have_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The check reads real migrations: before anything was released they did what they liked."""
    monkeypatch.setitem(baseline.RELEASED, "requests_app", "0014_urgency_rule")
    assert {"dropped_default", "rewrite"} == {breach.rule.name for breach in rollout.breaches()}
