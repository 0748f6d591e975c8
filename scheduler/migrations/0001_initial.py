import accounts.fields
import datetime
import django.db.models.deletion
import scheduler.models.preferences
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CalendarEntry",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("slot_id", models.UUIDField()),
                ("uid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sequence", models.PositiveIntegerField(default=0)),
                (
                    "status",
                    models.CharField(
                        choices=[("CONFIRMED", "Confirmed"), ("CANCELLED", "Cancelled")],
                        default="CONFIRMED",
                        max_length=9,
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "partner",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="calendar_entries",
                        to="accounts.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CalendarMail",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("address", models.EmailField(max_length=254)),
                ("live", models.BooleanField()),
                ("sequence", models.PositiveIntegerField()),
                ("notice", models.UUIDField()),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("stamped_at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="mails",
                        to="scheduler.calendarentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Feed",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                ("label", accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="pk")),
                ("calendar_name", accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="pk")),
                (
                    "title",
                    models.CharField(
                        choices=[("busy", "Busy"), ("cover", "Cover"), ("kind", "Kind")], default="busy", max_length=5
                    ),
                ),
                ("alarm_minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("link", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("last_fetched_at", models.DateTimeField(blank=True, null=True)),
                ("last_client", models.CharField(blank=True, max_length=20)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="feeds", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FormerSlot",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot_id", models.UUIDField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_slots",
                        to="scheduler.calendarentry",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="KindNote",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "sentence",
                    models.CharField(
                        choices=[
                            ("not_this_week", "Not this week, but I love that you asked."),
                            ("hold", "Could we just hold each other?"),
                            ("sunday", "Too tired tonight. Sunday morning, maybe?"),
                            ("thinking", "Thinking of you. No reply needed."),
                        ],
                        max_length=20,
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="kind_notes", to="accounts.partner"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Pending"),
                            ("claimed", "Claimed"),
                            ("sent", "Sent"),
                            ("unknown", "Unknown"),
                            ("failed", "Failed"),
                            ("expired", "Expired"),
                            ("dropped", "Dropped"),
                        ],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("due_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claim", models.UUIDField(blank=True, null=True)),
                ("lease_until", models.DateTimeField(blank=True, null=True)),
                ("send_started_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("last_error_class", models.CharField(blank=True, max_length=80)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("offer", "Offer"),
                            ("confirmed", "Confirmed"),
                            ("freed", "Freed"),
                            ("reminder", "Reminder"),
                            ("note", "Note"),
                            ("calendar", "Calendar"),
                        ],
                        max_length=9,
                    ),
                ),
                (
                    "channel",
                    models.CharField(choices=[("email", "Email"), ("push", "Push")], default="email", max_length=5),
                ),
                ("cause", models.UUIDField()),
                ("revision", models.PositiveIntegerField(default=0)),
                ("lead", models.CharField(blank=True, max_length=14)),
                ("starts_at", models.DateTimeField(blank=True, null=True)),
                ("reached", models.JSONField(blank=True, default=list)),
                (
                    "recipient",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="notices",
                        to="accounts.partner",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Offer",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("together", "Time together, no particular outcome"),
                            ("talk", "A talk"),
                            ("holding", "Just holding each other"),
                            ("massage", "A massage"),
                            ("bath", "A bath"),
                            ("rest", "Rest, side by side"),
                            ("surprise", "A surprise"),
                        ],
                        default="together",
                        max_length=20,
                    ),
                ),
                ("key", models.UUIDField()),
                ("created_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="offers", to="accounts.partner"
                    ),
                ),
                (
                    "couple",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="offers",
                        to="accounts.couple",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Preferences",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "cover_title",
                    accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="user_id"),
                ),
                (
                    "partner_label",
                    accounts.fields.EncryptedTextField(blank=True, default="", owner="user", row="user_id"),
                ),
                ("reminder_leads", models.JSONField(blank=True, default=scheduler.models.preferences.default_leads)),
                ("quiet_from", models.TimeField(default=datetime.time(22, 0))),
                ("quiet_until", models.TimeField(default=datetime.time(8, 0))),
                ("mail_offers", models.BooleanField(default=True)),
                ("mail_changes", models.BooleanField(default=True)),
                ("mail_reminders", models.BooleanField(default=True)),
                ("push_offers", models.BooleanField(default=True)),
                ("push_changes", models.BooleanField(default=True)),
                ("push_reminders", models.BooleanField(default=True)),
                ("calendar_mails", models.BooleanField(default=False)),
                (
                    "calendar_mail_title",
                    models.CharField(
                        choices=[("busy", "Busy"), ("cover", "Cover"), ("kind", "Kind")], default="busy", max_length=5
                    ),
                ),
                ("changed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="preferences",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PushDevice",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("place", models.PositiveSmallIntegerField()),
                ("endpoint", models.CharField(max_length=1000, unique=True)),
                ("p256dh", models.CharField(max_length=87)),
                ("auth", models.CharField(max_length=22)),
                ("label", models.CharField(max_length=60)),
                ("created_at", models.DateTimeField()),
                ("last_delivered_at", models.DateTimeField(blank=True, null=True)),
                ("gone_at", models.DateTimeField(blank=True, null=True)),
                ("test_due_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="push_devices",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Slot",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("zone", models.CharField(max_length=64)),
                ("revision", models.PositiveIntegerField(default=1)),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "couple",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="accounts.couple",
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="scheduler.offer",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="offer",
            name="moves",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="move_offers",
                to="scheduler.slot",
            ),
        ),
        migrations.CreateModel(
            name="TuckedAway",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tucked_away", to="accounts.partner"
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tucked_away",
                        to="scheduler.slot",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Undo",
            fields=[
                ("slot_id", models.UUIDField(primary_key=True, serialize=False)),
                ("key_hash", models.CharField(max_length=64)),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("was_confirmed", models.BooleanField()),
                ("alone", models.BooleanField()),
                ("snapshot", models.TextField()),
                ("expires_at", models.DateTimeField()),
                (
                    "couple",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="undos", to="accounts.couple"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Yes",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("said_at", models.DateTimeField()),
                (
                    "partner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="yeses", to="accounts.partner"
                    ),
                ),
                (
                    "slot",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="yeses",
                        to="scheduler.slot",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="calendarentry",
            index=models.Index(fields=["partner", "ends_at"], name="calendar_entry_feed"),
        ),
        migrations.AddIndex(
            model_name="calendarentry",
            index=models.Index(fields=["slot_id"], name="calendar_entry_slot"),
        ),
        migrations.AddIndex(
            model_name="calendarentry",
            index=models.Index(fields=["status", "ends_at"], name="calendar_entry_age"),
        ),
        migrations.AddIndex(
            model_name="calendarentry",
            index=models.Index(fields=["partner", "changed_at"], name="calendar_entry_newest"),
        ),
        migrations.AddConstraint(
            model_name="calendarentry",
            constraint=models.UniqueConstraint(fields=("partner", "slot_id"), name="calendar_entry_once_a_slot"),
        ),
        migrations.AddConstraint(
            model_name="calendarentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="calendar_entry_ends_after_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["CONFIRMED", "CANCELLED"])), name="calendar_entry_status_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarmail",
            constraint=models.UniqueConstraint(fields=("entry", "address"), name="calendar_mail_once_a_mailbox"),
        ),
        migrations.AddIndex(
            model_name="feed",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", False)), fields=["ended_at"], name="feed_ended"
            ),
        ),
        migrations.AddConstraint(
            model_name="formerslot",
            constraint=models.UniqueConstraint(fields=("slot_id", "entry"), name="former_slot_once_an_entry"),
        ),
        migrations.AddIndex(
            model_name="kindnote",
            index=models.Index(fields=["created_at"], name="kind_note_age"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["channel", "kind", "due_at"], name="notice_lane"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["channel", "due_at"], name="notice_waiting"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["expires_at"], name="notice_too_late"
            ),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(condition=models.Q(("state", "claimed")), fields=["lease_until"], name="notice_lease"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["cause"], name="notice_cause"),
        ),
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(fields=["expires_at"], name="notice_age"),
        ),
        migrations.AddConstraint(
            model_name="notice",
            constraint=models.UniqueConstraint(
                fields=("recipient", "kind", "cause", "revision", "lead", "channel"), name="notice_once_a_cause"
            ),
        ),
        migrations.AddConstraint(
            model_name="preferences",
            constraint=models.CheckConstraint(
                condition=models.Q(("quiet_from", models.F("quiet_until")), _negated=True),
                name="quiet_hours_have_an_end",
            ),
        ),
        migrations.AddIndex(
            model_name="pushdevice",
            index=models.Index(
                condition=models.Q(("test_due_at__isnull", False)), fields=["test_due_at"], name="push_device_test"
            ),
        ),
        migrations.AddConstraint(
            model_name="pushdevice",
            constraint=models.UniqueConstraint(fields=("user", "place"), name="push_device_place"),
        ),
        migrations.AddConstraint(
            model_name="pushdevice",
            constraint=models.CheckConstraint(condition=models.Q(("place__range", (1, 5))), name="push_device_places"),
        ),
        migrations.AddIndex(
            model_name="slot",
            index=models.Index(fields=["couple", "starts_at"], name="slot_agenda"),
        ),
        migrations.AddIndex(
            model_name="slot",
            index=models.Index(
                condition=models.Q(("confirmed_at__isnull", True)), fields=["expires_at"], name="slot_open_expires"
            ),
        ),
        migrations.AddIndex(
            model_name="slot",
            index=models.Index(
                condition=models.Q(("confirmed_at__isnull", False)), fields=["ends_at"], name="slot_confirmed_ends"
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("starts_at"))), name="slot_ends_after_it_starts"
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__lte", models.F("starts_at"))), name="slot_expires_by_its_start"
            ),
        ),
        migrations.AddConstraint(
            model_name="slot",
            constraint=models.UniqueConstraint(fields=("offer", "starts_at", "ends_at"), name="slot_once_in_an_offer"),
        ),
        migrations.AddConstraint(
            model_name="offer",
            constraint=models.UniqueConstraint(fields=("couple", "key"), name="offer_key_once"),
        ),
        migrations.AddConstraint(
            model_name="tuckedaway",
            constraint=models.UniqueConstraint(fields=("slot", "partner"), name="tucked_away_once"),
        ),
        migrations.AddIndex(
            model_name="undo",
            index=models.Index(fields=["expires_at"], name="undo_expires"),
        ),
        migrations.AddConstraint(
            model_name="yes",
            constraint=models.UniqueConstraint(fields=("slot", "partner"), name="yes_once_a_partner"),
        ),
    ]
