"""Composition root: settings, addresses and the Celery application.

Workers name that application by themselves. Whoever else has a broker to ring needs it too; without one it stays away,
for it takes as much memory as all of Pear's own code.
"""

import os

if os.environ.get("REDIS_URL"):
    import config.celery  # noqa: F401  (it makes itself the current one)
