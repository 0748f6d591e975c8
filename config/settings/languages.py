"""The languages that Pear speaks. Each is named in itself, so that whoever cannot read the page finds theirs."""

from config.env import BASE_DIR

USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [
    ("en", "English"),
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("pt-br", "Português"),  # for every browser that asks for Portuguese, wherever it is at home
    ("ar", "العربية"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "config.formats"  # what Django's own formats of a language leave out, or have otherwise

# Signed-out pages know by it in which language somebody has chosen to read here. Who follows their browser has none.
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
