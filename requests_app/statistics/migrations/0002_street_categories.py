"""Categories of the whole street, summed from what was counted before."""

from typing import ClassVar

from django.db import migrations, models

MEASURES = (
    "arrived", "contacted", "said", "solved", "marked", "satisfied", "silent", "repeats", "due", "due_done",
    "on_time", "overdue", "resolved", "minutes", "returned", "reopened",
)  # fmt: skip
GRAINS = ["Community", "Grid", "Category", "Source", "Level", "Full", "Street Category"]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("statistics", "0001_initial")]

    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="cell", name="cell_grain_known"),
        migrations.AlterField(
            model_name="cell",
            name="grain",
            field=models.PositiveSmallIntegerField(choices=list(enumerate(GRAINS))),
        ),
        migrations.AddConstraint(
            model_name="cell",
            constraint=models.CheckConstraint(
                condition=models.Q(("grain__in", list(range(7)))), name="cell_grain_known"
            ),
        ),
        migrations.RunSQL(
            f"""
            INSERT INTO statistics_cell (grain, day, community, grid, category, source, level,
                {", ".join(MEASURES)})
            SELECT 6, day, 0, 0, category, '', '', {", ".join(f"sum({name})" for name in MEASURES)}
            FROM statistics_cell WHERE grain = 2 GROUP BY day, category
            """,
            "DELETE FROM statistics_cell WHERE grain = 6",
        ),
    ]
