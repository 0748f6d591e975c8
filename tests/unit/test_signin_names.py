"""What a browser says about itself, shortened: enough to tell two devices apart, and no more."""

import pytest

from accounts.signin.device_names import device_name

NAMES = {
    "Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0": "Firefox, Android",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1": "Safari, iPhone",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) CriOS/126.0 Mobile/15E148 Safari/604.1": "Chrome, iPhone",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0": "Edge, Windows",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Chrome/126.0 Safari/537.36 OPR/111.0": "Opera, Mac",
    "Mozilla/5.0 (Linux; Android 14; SM-S918B) SamsungBrowser/25.0 Chrome/121": "Samsung Internet, Android",
    "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/126.0 Safari/537.36": "Chrome, ChromeOS",
    "Mozilla/5.0 (X11; Linux x86_64) Chrome/126.0 Safari/537.36": "Chrome, Linux",
    "curl/8.5.0": "",
    "": "",
}


@pytest.mark.parametrize(("said", "name"), NAMES.items())
def test_a_browser_becomes_a_name_without_versions(said: str, name: str) -> None:
    assert device_name(said) == name


@pytest.mark.parametrize("name", [name for name in NAMES.values() if name])
def test_a_name_stays_as_it_is(name: str) -> None:
    """A row that is saved again keeps it."""
    assert device_name(name) == name
