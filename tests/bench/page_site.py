"""Settings of the measured site: production's, with the overview once more, from a context that never changes."""

from config.settings.production import *  # noqa: F403

ROOT_URLCONF = "tests.bench.page_urls"
