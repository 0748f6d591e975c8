"""How long sending may take and when it is tried again. The lease leads: the other limits are parts of it."""

from config.env import rising_seconds, seconds_between

# What a worker has claimed is its own for so long. The hard limit of a task is half of it, so that a lease always
# outlives the worst send; the soft limit comes first, and no answer of a mail server is waited for that long.
DELIVERY_LEASE_SECONDS = seconds_between("DELIVERY_LEASE_SECONDS", default=120, least=8, most=3600)
CELERY_TASK_TIME_LIMIT = DELIVERY_LEASE_SECONDS // 2
CELERY_TASK_SOFT_TIME_LIMIT = DELIVERY_LEASE_SECONDS * 3 // 8
EMAIL_TIMEOUT = seconds_between("EMAIL_TIMEOUT_SECONDS", default=10, least=1, most=DELIVERY_LEASE_SECONDS // 4)
# No new mail is begun after this, so that a worker that is told to stop does so within 10 s.
DELIVERY_RUN_SECONDS = min(8.0, DELIVERY_LEASE_SECONDS / 15)
DELIVERY_BACK_OFF_SECONDS = rising_seconds("DELIVERY_BACK_OFF_SECONDS", default=(30, 120, 600, 1800, 3600))
# While a server is away, one worker asks it again after each of these waits, the last one for as long as it takes.
BREAKER_PAUSE_SECONDS = rising_seconds("BREAKER_PAUSE_SECONDS", default=(30, 60, 120, 240, 300))
# By SMTP, mail leaves over connections that know whether a mail can have been taken when they break.
DJANGO_SMTP, OWN_SMTP = "django.core.mail.backends.smtp.EmailBackend", "accounts.mail_line.SmtpBackend"
