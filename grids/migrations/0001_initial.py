import django.contrib.auth.validators
import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models

import grids.models.people
import grids.models.territory
import wangguan.clock
import wangguan.privacy


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        # Exclusion constraints compare ids and text with day ranges.
        BtreeGistExtension(),
        migrations.CreateModel(
            name="Community",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=12,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^\\d{12}$", "12 digits.")],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="name")),
                ("boundary", models.JSONField(blank=True, null=True, verbose_name="boundary")),
                ("contact", models.CharField(blank=True, max_length=50, verbose_name="public phone")),
            ],
            options={
                "verbose_name": "community",
                "verbose_name_plural": "communities",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Department",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=50, verbose_name="name")),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="TerritoryStamp",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("stamp", models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                (
                    "username",
                    models.CharField(
                        max_length=150,
                        unique=True,
                        validators=[django.contrib.auth.validators.UnicodeUsernameValidator()],
                        verbose_name="user name",
                    ),
                ),
                ("real_name", models.CharField(max_length=50, verbose_name="real name")),
                (
                    "phone",
                    wangguan.privacy.EncryptedTextField(
                        blank=True,
                        default="",
                        validators=[
                            django.core.validators.RegexValidator(
                                "^1[3-9]\\d{9}$", "Enter a mobile number of 11 digits."
                            )
                        ],
                        verbose_name="phone",
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254, verbose_name="email")),
                (
                    "sections",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(
                            choices=[
                                ("party", "Party building"),
                                ("order", "Public order"),
                                ("city", "City management"),
                                ("livelihood", "Livelihood"),
                                ("safety", "Safety"),
                            ],
                            max_length=20,
                        ),
                        blank=True,
                        default=list,
                        help_text="Lines of work that a section's staff answers for.",
                        size=None,
                        verbose_name="sections",
                    ),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "is_superuser",
                    models.BooleanField(
                        default=False,
                        help_text="May do everything in the admin, whatever the posts.",
                        verbose_name="superuser",
                    ),
                ),
                (
                    "date_joined",
                    models.DateTimeField(default=wangguan.clock.now, editable=False, verbose_name="joined"),
                ),
            ],
            options={
                "verbose_name": "user",
                "verbose_name_plural": "users",
                "ordering": ["username"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sections__contained_by", ["party", "order", "city", "livelihood", "safety"])
                        ),
                        name="user_sections_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Estate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="name")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="estates",
                        to="grids.community",
                        verbose_name="community",
                    ),
                ),
            ],
            options={
                "verbose_name": "estate",
                "verbose_name_plural": "estates",
                "ordering": ["community", "name"],
            },
        ),
        migrations.CreateModel(
            name="Grid",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=15,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^\\d{15}$", "15 digits.")],
                        verbose_name="code",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("residential", "Residential grid"), ("dedicated", "Dedicated grid")],
                        default="residential",
                        max_length=20,
                        verbose_name="kind",
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="name")),
                (
                    "planned_households",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="planned households"),
                ),
                ("boundary", models.JSONField(blank=True, null=True, verbose_name="boundary")),
                (
                    "wechat_group_name",
                    models.CharField(blank=True, max_length=100, verbose_name="WeChat group"),
                ),
                (
                    "wechat_group_owner",
                    models.CharField(blank=True, max_length=50, verbose_name="owner of the WeChat group"),
                ),
                (
                    "wechat_group_size",
                    models.PositiveIntegerField(
                        blank=True, null=True, verbose_name="size of the WeChat group"
                    ),
                ),
                (
                    "wecom_robot_key",
                    wangguan.privacy.EncryptedTextField(
                        blank=True, default="", verbose_name="key of the WeCom group robot"
                    ),
                ),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="grids",
                        to="grids.community",
                        verbose_name="community",
                    ),
                ),
            ],
            options={
                "verbose_name": "grid",
                "verbose_name_plural": "grids",
                "ordering": ["code"],
            },
        ),
        migrations.CreateModel(
            name="Building",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="name")),
                ("address", models.CharField(max_length=100, verbose_name="address")),
                ("entrances", models.PositiveSmallIntegerField(default=1, verbose_name="entrances")),
                (
                    "latitude",
                    models.FloatField(
                        blank=True, help_text="WGS-84 degrees", null=True, verbose_name="latitude"
                    ),
                ),
                (
                    "longitude",
                    models.FloatField(
                        blank=True, help_text="WGS-84 degrees", null=True, verbose_name="longitude"
                    ),
                ),
                (
                    "estate",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="buildings",
                        to="grids.estate",
                        verbose_name="estate",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="buildings",
                        to="grids.grid",
                        verbose_name="grid",
                    ),
                ),
            ],
            options={
                "verbose_name": "building",
                "verbose_name_plural": "buildings",
                "ordering": ["grid", "name"],
            },
        ),
        migrations.CreateModel(
            name="Post",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("grid_leader", "Grid leader"),
                            ("full_time_worker", "Full-time grid worker"),
                            ("grid_instructor", "Grid instructor"),
                            ("part_time_worker", "Part-time grid worker"),
                            ("service_specialist", "Service specialist"),
                            ("community_leader", "Community leader"),
                            ("community_staff", "Community staff"),
                            ("dispatcher", "Dispatcher"),
                            ("section_staff", "Section staff"),
                            ("street_leader", "Street leader"),
                            ("department_staff", "Department staff"),
                            ("auditor", "Auditor"),
                        ],
                        max_length=20,
                        verbose_name="role",
                    ),
                ),
                ("starts_on", models.DateField(default=grids.models.people.today, verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="last day")),
                (
                    "community",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="grids.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "department",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="grids.department",
                        verbose_name="department",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to="grids.grid",
                        verbose_name="grid",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="posts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "post",
                "verbose_name_plural": "posts",
                "ordering": ["-starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="Leave",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_on", models.DateField(default=grids.models.people.today, verbose_name="from")),
                ("ends_on", models.DateField(verbose_name="last day")),
                (
                    "deputy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="deputised",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="deputy",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="leaves",
                        to="grids.post",
                        verbose_name="post",
                    ),
                ),
            ],
            options={
                "verbose_name": "leave",
                "verbose_name_plural": "leaves",
                "ordering": ["-starts_on", "id"],
            },
        ),
        migrations.CreateModel(
            name="QRToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "token",
                    models.CharField(
                        default=grids.models.territory.new_token,
                        editable=False,
                        max_length=64,
                        unique=True,
                        verbose_name="token",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(default=wangguan.clock.now, editable=False, verbose_name="created"),
                ),
                ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                ("scans", models.PositiveIntegerField(default=0, editable=False, verbose_name="scans")),
                (
                    "building",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="qr_tokens",
                        to="grids.building",
                        verbose_name="building",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="qr_tokens",
                        to="grids.grid",
                        verbose_name="grid",
                    ),
                ),
            ],
            options={
                "verbose_name": "QR code",
                "verbose_name_plural": "QR codes",
                "ordering": ["-created_at"],
            },
        ),
        migrations.CreateModel(
            name="Road",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="name")),
                (
                    "community",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roads",
                        to="grids.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "grid",
                    models.ForeignKey(
                        blank=True,
                        help_text="Only when the whole road lies in one grid.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="roads",
                        to="grids.grid",
                        verbose_name="grid",
                    ),
                ),
            ],
            options={
                "verbose_name": "road",
                "verbose_name_plural": "roads",
                "ordering": ["name", "community"],
            },
        ),
        migrations.CreateModel(
            name="Street",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=9,
                        unique=True,
                        validators=[django.core.validators.RegexValidator("^\\d{9}$", "9 digits.")],
                        verbose_name="code",
                    ),
                ),
                ("name", models.CharField(max_length=50, verbose_name="name")),
            ],
            options={
                "verbose_name": "street",
                "verbose_name_plural": "streets",
                "ordering": ["code"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^\\d{9}$")), name="street_code_9_digits"
                    )
                ],
            },
        ),
        migrations.AddField(
            model_name="post",
            name="street",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="posts",
                to="grids.street",
                verbose_name="street",
            ),
        ),
        migrations.AddField(
            model_name="community",
            name="street",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="communities",
                to="grids.street",
                verbose_name="street",
            ),
        ),
        migrations.CreateModel(
            name="DutyShift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("starts_at", models.DateTimeField(verbose_name="starts")),
                ("ends_at", models.DateTimeField(verbose_name="ends")),
                (
                    "community",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: the whole street.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duty_shifts",
                        to="grids.community",
                        verbose_name="community",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="duty_shifts",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="user",
                    ),
                ),
            ],
            options={
                "verbose_name": "duty shift",
                "verbose_name_plural": "duty roster",
                "ordering": ["-starts_at", "id"],
                "indexes": [models.Index(fields=["ends_at", "starts_at"], name="duty_shift_span")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                        name="duty_shift_ends_after_start",
                        violation_error_message="The shift ends before it starts.",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="estate",
            constraint=models.UniqueConstraint(
                fields=("community", "name"), name="estate_once_per_community"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="estate",
            trigger=pgtrigger.compiler.Trigger(
                name="restamp_estate",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO grids_territorystamp (id, stamp) VALUES (1, gen_random_uuid())\n    ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;\n    RETURN NULL;\n",
                    hash="4adb8c9fcb2492ee89d4c4376bdafedcf541b0c8",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_restamp_estate_97faf",
                    table="grids_estate",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="grid",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code__regex", "^\\d{12}(?!000)[0-8]\\d\\d$"), ("kind", "residential")),
                    models.Q(("code__regex", "^\\d{12}9(?!00)\\d\\d$"), ("kind", "dedicated")),
                    _connector="OR",
                ),
                name="grid_code_15_digits_of_kind",
                violation_error_message="Residential grids are numbered 001–899, dedicated ones 901–999.",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="grid",
            trigger=pgtrigger.compiler.Trigger(
                name="restamp_grid",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO grids_territorystamp (id, stamp) VALUES (1, gen_random_uuid())\n    ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;\n    RETURN NULL;\n",
                    hash="21768566669505107b101da8946620cb384ef5af",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_restamp_grid_8fdc7",
                    table="grids_grid",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="building",
            constraint=models.UniqueConstraint(
                fields=("grid", "address"), name="building_address_once_per_grid"
            ),
        ),
        migrations.AddConstraint(
            model_name="building",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(("latitude__range", (-90, 90)), ("longitude__range", (-180, 180))),
                    _connector="OR",
                ),
                name="building_point_whole",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="building",
            trigger=pgtrigger.compiler.Trigger(
                name="restamp_building",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO grids_territorystamp (id, stamp) VALUES (1, gen_random_uuid())\n    ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;\n    RETURN NULL;\n",
                    hash="8e83cd8562f39b076c817dafc3401a1e42f16277",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_restamp_building_91a6c",
                    table="grids_building",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="leave",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on__gte", models.F("starts_on"))),
                name="leave_ends_after_start",
                violation_error_message="The last day lies before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="leave",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("post", "="),
                    (
                        models.Func(
                            models.F("starts_on"),
                            models.F("ends_on"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="leave_one_deputy_at_a_time",
                violation_error_message="This post already has a deputy in that time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="road",
            constraint=models.UniqueConstraint(fields=("community", "name"), name="road_once_per_community"),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="road",
            trigger=pgtrigger.compiler.Trigger(
                name="restamp_road",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO grids_territorystamp (id, stamp) VALUES (1, gen_random_uuid())\n    ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;\n    RETURN NULL;\n",
                    hash="5b8eb696747f73001c7e3561e84638220df0113e",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_restamp_road_fee30",
                    table="grids_road",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("community__isnull", True),
                        ("department__isnull", True),
                        ("grid__isnull", False),
                        (
                            "role__in",
                            [
                                "grid_leader",
                                "full_time_worker",
                                "grid_instructor",
                                "part_time_worker",
                                "service_specialist",
                            ],
                        ),
                        ("street__isnull", True),
                    ),
                    models.Q(
                        ("community__isnull", False),
                        ("department__isnull", True),
                        ("grid__isnull", True),
                        ("role__in", ["community_leader", "community_staff"]),
                        ("street__isnull", True),
                    ),
                    models.Q(
                        ("community__isnull", True),
                        ("department__isnull", True),
                        ("grid__isnull", True),
                        ("role__in", ["dispatcher", "section_staff", "street_leader"]),
                        ("street__isnull", False),
                    ),
                    models.Q(
                        ("community__isnull", True),
                        ("department__isnull", False),
                        ("grid__isnull", True),
                        ("role__in", ["department_staff"]),
                        ("street__isnull", True),
                    ),
                    models.Q(
                        ("community__isnull", True),
                        ("department__isnull", True),
                        ("grid__isnull", True),
                        ("role__in", ["auditor"]),
                        ("street__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="post_role_fits_unit",
                violation_error_message="This role needs exactly its own kind of unit.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_on__isnull", True), ("ends_on__gte", models.F("starts_on")), _connector="OR"
                ),
                name="post_ends_after_start",
                violation_error_message="The last day lies before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("role", "grid_leader")),
                expressions=[
                    ("grid", "="),
                    (
                        models.Func(
                            models.F("starts_on"),
                            models.F("ends_on"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="post_one_leader_per_grid",
                violation_error_message="This grid already has a leader in that time; end that post first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="post",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[
                    ("user", "="),
                    ("role", "="),
                    (
                        django.db.models.functions.comparison.Coalesce(
                            "grid_id", "community_id", "street_id", "department_id", models.Value(0)
                        ),
                        "=",
                    ),
                    (
                        models.Func(
                            models.F("starts_on"),
                            models.F("ends_on"),
                            models.Value("[]"),
                            function="daterange",
                            output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                        ),
                        "&&",
                    ),
                ],
                name="post_held_once",
                violation_error_message="This person already holds this post in that time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="community",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^\\d{12}$")), name="community_code_12_digits"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="community",
            trigger=pgtrigger.compiler.Trigger(
                name="restamp_community",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n    INSERT INTO grids_territorystamp (id, stamp) VALUES (1, gen_random_uuid())\n    ON CONFLICT (id) DO UPDATE SET stamp = EXCLUDED.stamp;\n    RETURN NULL;\n",
                    hash="550567fd0a60a999e6ef2295345c741a41fb45f6",
                    level="STATEMENT",
                    operation="INSERT OR UPDATE OR DELETE",
                    pgid="pgtrigger_restamp_community_ee99c",
                    table="grids_community",
                    when="AFTER",
                ),
            ),
        ),
    ]
