"""Settings of the measured site: production's, with one more address."""

from config.settings.production import *  # noqa: F403

ROOT_URLCONF = "tests.bench.feed_urls"
