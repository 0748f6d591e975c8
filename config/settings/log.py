"""What is written to the terminal: ids only, and no secret of an address."""

from config.env import env

LOG_FORMAT = env.str("LOG_FORMAT", default="plain", choices=("plain", "json"))
LOG_REQUESTS = env.bool("LOG_REQUESTS", default=LOG_FORMAT == "json")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens": {"()": "config.logs.MaskTokens"}, "probes": {"()": "config.logs.SkipProbes"}},
    "formatters": {
        "plain": {"()": "config.logs.Plain", "format": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "config.logs.Json"},
    },
    "handlers": {
        "terminal": {
            "class": "logging.StreamHandler",
            "formatter": LOG_FORMAT,
            "filters": ["tokens", "probes"],
        }
    },
    "root": {"handlers": ["terminal"], "level": "WARNING"},
    "loggers": {
        "pear": {"level": "INFO"},
        "pear.request": {"level": "INFO" if LOG_REQUESTS else "WARNING"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
    },
}
