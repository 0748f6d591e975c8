"""Settings of the tests: as in production, but for a cheap password hash, plain static files and a fast disk."""

import sys

from config.settings.base import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
if DATABASE_IS_SQLITE:
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
    safe = DATABASES["default"]["OPTIONS"]["init_command"]
    DATABASES["default"]["OPTIONS"]["init_command"] = safe.replace("synchronous=FULL", "synchronous=OFF")
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # empty: the finders serve what tests ask for
measured = "coverage" in sys.modules  # of templates only with debug, which leaks without and takes a tenth longer
TEMPLATES[0]["OPTIONS"]["debug"] = measured  # type: ignore[index]
