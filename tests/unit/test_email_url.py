"""EMAIL_URL for providers: every one of them is told not to track, and no key stands in what is said of a mistake."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.test import override_settings
from django.utils.module_loading import import_string

from config.email_url import PROVIDERS, anymail_settings, provider_of


@pytest.mark.parametrize("provider", PROVIDERS)
def test_each_provider_takes_what_its_url_says(provider: str) -> None:
    url = f"{provider}://first%2Fkey:second@mail.example.org?api_url=http://127.0.0.1:9/v1/"
    found = anymail_settings(url, timeout=3)
    with override_settings(ANYMAIL=found):
        backend = import_string(f"anymail.backends.{provider}.EmailBackend")()
    assert provider_of(url) == provider
    assert "first/key" in vars(backend).values()
    assert (backend.api_url, backend.timeout) == ("http://127.0.0.1:9/v1/", 3)
    assert backend.send_defaults == {"track_opens": False, "track_clicks": False}


@pytest.mark.parametrize("url", ["smtp://127.0.0.1:25", "smtp+tls://user:password@mail:587", "", "brevo://key@"])
def test_every_other_url_is_no_providers(url: str) -> None:
    assert provider_of(url) == ""


@pytest.mark.parametrize(
    ("url", "lacks"),
    [("postmark://", "SERVER_TOKEN"), ("mailgun://a-key@", "SENDER_DOMAIN"), ("mailjet://a-key@", "SECRET_KEY")],
)
def test_what_is_missing_is_named_and_no_key_is(url: str, lacks: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=lacks) as problem:
        anymail_settings(url, timeout=3)
    assert "a-key" not in str(problem.value)


def test_no_mail_of_a_provider_is_tracked() -> None:
    """Each provider here can be told so with the mail itself; one that raises here must not be in the table."""
    for provider in PROVIDERS:
        with override_settings(ANYMAIL=anymail_settings(f"{provider}://a:b@mail.example.org", timeout=3)):
            backend = import_string(f"anymail.backends.{provider}.EmailBackend")(fail_silently=False)
            mail = EmailMessage("Friday, 20:00", "x", "a@example.org", ["b@example.org"])
            said = str(vars(backend.build_message_payload(mail, backend.send_defaults))).lower()
        assert "track" in said or "click" in said, provider
