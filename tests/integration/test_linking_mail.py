"""The one mail an inviter may have sent: neutral, ended by its reader, and silent about who its reader is."""

import datetime as dt

import pytest
from django.test import Client

from accounts import codes, linking
from accounts.models import Letter, MailStop, User
from tests.cast import make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    """Ada, with an open invitation."""
    user = make_user("ada")
    signed_in(user).post("/link/open/")
    return user


def mail(user: User, address: str) -> tuple[int, str, str]:
    """Have the page mail the link; returns status, place and words of the answer."""
    client = signed_in(user)
    response = client.post("/link/mail/", {"address": address})
    page = client.get("/link/").content.decode()
    return response.status_code, response.headers.get("Location", ""), page[page.index('role="status"') :][:120]


def test_the_mail_says_what_copy_says_and_nothing_more(ada: User) -> None:
    """Subject and words as agreed; a link to go on, and one for "Not for me"; no name, no address of the inviter."""
    mail(ada, "Bo@Example.org")
    letter = Letter.objects.get()
    assert letter.subject == "Someone shared a calendar link with you"
    assert letter.text.startswith(
        "If you were expecting this, open the link. If not, choose “Not for me” and you won't hear again."
    )
    assert "/l/stop/" in letter.text
    for told in ("ada", "Ada", "pear", "Pear", "partner"):
        assert told not in letter.subject + letter.text + letter.html
    assert letter.expires_at - letter.due_at == dt.timedelta(days=1)


def test_not_for_me_ends_it_with_a_press_and_not_with_a_look(ada: User) -> None:
    """GET shows a button; a POST without cookie or token works, twice, too; after it no mail comes, silently."""
    first = mail(ada, "bo@example.org")
    path = codes.stop_link_for("bo@example.org").split("/", 3)[3]
    client = Client(enforce_csrf_checks=True)
    page = client.get(f"/{path}")
    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert not MailStop.objects.exists()
    for _ in range(2):
        assert client.post(f"/{path}", headers={"Origin": "null"}).status_code == 200
    Letter.objects.all().delete()
    assert mail(ada, "BO@example.org") == first
    assert not Letter.objects.exists()


@pytest.mark.parametrize("token", ["x", "x:y", "a" * 64 + ":" + "b" * 43])
def test_a_made_up_stop_link_is_nothing(token: str) -> None:
    """404, and no row."""
    assert Client().get(f"/l/stop/{token}/").status_code == Client().post(f"/l/stop/{token}/").status_code == 404
    assert not MailStop.objects.exists()


def test_the_inviter_learns_nothing_of_an_address(ada: User, now: dt.datetime) -> None:
    """Known, unknown, left, stopped and one's own address get one and the same answer."""
    bo, left = make_user("bo"), make_user("left")
    linking.close_invitation(inviter_id=ada.pk, invited_id=left.pk, now=now)
    MailStop.objects.create(address_hash=codes.address_hash("stopped@example.org"), created_at=now)
    addresses = [bo.email, "new@example.org", left.email, "stopped@example.org", ada.email]
    assert len({mail(ada, address) for address in addresses}) == 1
    assert set(Letter.objects.values_list("recipient", flat=True)) == {bo.email, "new@example.org"}


def test_mails_are_few(ada: User) -> None:
    """Five a day for one inviter, three a day to one address from whomever."""
    for _ in range(5):
        assert mail(ada, "bo@example.org")[0] == 303
    assert Letter.objects.count() == 3
    assert mail(ada, "other@example.org")[0] == 422


def test_what_is_no_address_comes_back_as_typed(ada: User) -> None:
    """With a message beside it; and without an open invitation nothing is mailed."""
    response = signed_in(ada).post("/link/mail/", {"address": "a@b\nBcc: x@y.org"})
    assert response.status_code == 422
    signed_in(ada).post("/link/revoke/")
    assert mail(ada, "bo@example.org")[0] == 303
    assert not Letter.objects.exists()
