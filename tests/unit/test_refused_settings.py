"""Settings under which Pear's promises would not hold: it does not start with them, and says why in one sentence."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services import ROOT

PUBLIC = {"SITE_URL": "https://pear.example"}
REFUSED = {
    "a short key": (PUBLIC | {"SECRET_KEY": "changeme"}, "SECRET_KEY could be guessed"),
    "a key of few letters": (PUBLIC | {"SECRET_KEY": "abc" * 20}, "SECRET_KEY could be guessed"),
    "Django's own key": (
        PUBLIC | {"SECRET_KEY": "django-insecure-" + "k3!x9wq7" * 8},
        "SECRET_KEY could be guessed",
    ),
    "any host": (PUBLIC | {"ALLOWED_HOSTS": "pear.example,*"}, "ALLOWED_HOSTS must name its hosts"),
    "any host, tried out": ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS must name its hosts"),
    "debugging": (PUBLIC | {"DJANGO_SETTINGS_MODULE": "config.settings.dev"}, "needs a SITE_URL on 127.0.0.1"),
}
TAKEN: dict[str, dict[str, str]] = {
    "nothing set, on a public site": PUBLIC,
    "a weak key, tried out": {"SECRET_KEY": "changeme"},
    "debugging, tried out": {"DJANGO_SETTINGS_MODULE": "config.settings.dev"},
}
READ_SETTINGS = (sys.executable, "-c", "from django.conf import settings; settings.DEBUG")


def started(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Have a process of its own read the settings, with nothing else in its environment."""
    whole = {
        "PATH": os.environ["PATH"],
        "DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "config.settings.production",
    }
    return subprocess.run(
        READ_SETTINGS, env=whole | environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("case", REFUSED)
def test_it_does_not_start(case: str, tmp_path: Path) -> None:
    environment, why = REFUSED[case]
    tried = started(tmp_path, **environment)
    assert tried.returncode != 0
    assert why in tried.stderr.splitlines()[-1]
    assert environment.get("SECRET_KEY", "no key") not in tried.stderr


@pytest.mark.parametrize("case", TAKEN)
def test_it_starts(case: str, tmp_path: Path) -> None:
    tried = started(tmp_path, **TAKEN[case])
    assert (tried.returncode, tried.stderr) == (0, "")
