"""Linking through the front door: code, three words, two presses, and everybody who is not meant."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts import codes, linking
from accounts.models import Couple, Invitation, MailStop, Partner, User
from tests.cast import make_couple, make_user, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    """Ada, on her own."""
    return make_user("ada")


@pytest.fixture
def bo() -> User:
    """Bo, whom ada knows."""
    return make_user("bo")


def code_of(user: User) -> str:
    """Have `user` make a code by the page; returns it as shown."""
    client = signed_in(user)
    assert client.post("/link/open/").status_code == 303
    found = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", client.get("/link/").content.decode())
    assert found
    return found.group()


def words_of(user: User) -> str:
    """Return the words on the screen of `user`; empty when there are none."""
    return str(signed_in(user).get("/link/").context["view"].words)


def redeem(user: User, code: str) -> int:
    """Have `user` enter `code`; returns the status."""
    return signed_in(user).post("/link/redeem/", {"code": code}).status_code


def press(user: User) -> None:
    """Have `user` press "Yes, that's us" to what is on the screen."""
    assert signed_in(user).post("/link/press/", {"words": words_of(user)}).status_code == 303


def body(response: object) -> bytes:
    """Return a page without what differs between any two pages: its CSRF tokens."""
    return re.sub(rb'csrfmiddlewaretoken" value="[^"]+"', b"", response.content)  # type: ignore[attr-defined]


def test_two_people_link_with_three_words_and_two_presses(ada: User, bo: User) -> None:
    """Before the second press nothing is linked; after it there are one couple, two seats and no invitation."""
    assert redeem(bo, code_of(ada).lower().replace("-", " ")) == 303
    assert words_of(ada) == words_of(bo) != ""
    press(ada)
    assert not Couple.objects.exists()
    press(bo)
    assert Couple.objects.count() == 1
    assert {seat.user_id for seat in Partner.objects.all()} == {ada.pk, bo.pk}
    assert not Invitation.objects.exists()
    assert "You two are linked" in signed_in(ada).get("/link/").content.decode()


def test_the_code_is_shown_with_link_and_picture_and_kept_only_as_a_hash(ada: User) -> None:
    """The page shows the same code each time; no row holds it; the picture has a text and no style of its own."""
    code = code_of(ada)
    assert code == code_of(ada)
    page = signed_in(ada).get("/link/").content.decode()
    assert codes.link_for(codes.typed(code)) in page
    assert 'role="img" aria-label="The link as a QR code"' in page
    assert "style=" not in page
    row = Invitation.objects.values().get()
    assert codes.typed(code) not in str(row)
    assert row["expires_at"] - row["created_at"] == dt.timedelta(hours=72)


def test_every_code_that_opens_nothing_gets_the_same_answer(ada: User, bo: User) -> None:
    """Own, used, expired, revoked, unknown and garbage codes: byte-equal but for what was typed, same status."""
    cleo, dan = make_user("cleo"), make_user("dan")
    unknown = codes.shown("0" * 10)
    revoked = code_of(dan)
    signed_in(dan).post("/link/revoke/")
    own = code_of(cleo)
    expired = code_of(make_user("eve"))
    Invitation.objects.filter(inviter__email="eve@example.org").update(
        expires_at=dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    )
    used = code_of(ada)
    assert redeem(bo, used) == 303
    client, answers = signed_in(cleo), set()
    for code in (unknown, revoked, own, expired, used, "not a code"):
        response = client.post("/link/redeem/", {"code": code})
        assert response.status_code == 422
        before, after = body(response).decode().rsplit(f'value="{code}"', 1)
        answers.add((before, after))
    assert len(answers) == 1
    assert Invitation.objects.filter(redeemer=cleo).count() == 0


def test_a_code_of_someone_linked_meanwhile_opens_nothing(ada: User, bo: User) -> None:
    """A third person never gets in."""
    code = code_of(ada)
    make_couple(ada, bo)
    assert redeem(make_user("cleo"), code) == 422
    assert Partner.objects.count() == 2


def test_crossing_invitations_are_one_pairing(ada: User, bo: User) -> None:
    """When each redeems the other's code, both read the same words, and one couple comes of it."""
    of_ada, of_bo = code_of(ada), code_of(bo)
    assert redeem(ada, of_bo) == redeem(bo, of_ada) == redeem(bo, of_ada) == 303
    assert words_of(ada) == words_of(bo) != ""
    press(bo)
    press(ada)
    assert Couple.objects.count() == 1
    assert not Invitation.objects.exists()


def test_not_us_ends_the_pairing_for_both(ada: User, bo: User) -> None:
    """Either ends it at once; the code is spent and the other's earlier press counts for nothing."""
    code = code_of(ada)
    redeem(bo, code)
    press(bo)
    old_words = words_of(ada)
    assert signed_in(ada).post("/link/undo/").status_code == 303
    assert words_of(ada) == words_of(bo) == ""
    assert redeem(bo, code) == 422
    redeem(bo, code_of(ada))
    signed_in(ada).post("/link/press/", {"words": old_words})
    press(bo)
    assert not Couple.objects.exists()


def test_a_press_counts_only_for_the_words_that_were_on_the_screen(ada: User, bo: User) -> None:
    """Made-up, empty and old words press nothing."""
    redeem(bo, code_of(ada))
    for words in ("", "oak oak oak", "x" * 500):
        assert signed_in(ada).post("/link/press/", {"words": words}).status_code == 303
    press(bo)
    assert not Couple.objects.exists()


def test_while_two_pair_a_third_gets_in_nowhere(ada: User, bo: User) -> None:
    """Neither by the code of the one nor by the code of the other, and their own codes stay neutral to the two."""
    cleo = make_user("cleo")
    of_ada, of_bo, of_cleo = code_of(ada), code_of(bo), code_of(cleo)
    redeem(bo, of_ada)
    assert redeem(cleo, of_ada) == redeem(cleo, of_bo) == redeem(ada, of_cleo) == 422
    assert words_of(cleo) == ""


def test_pairings_and_codes_end_with_their_time(ada: User, bo: User) -> None:
    """After its hours a pairing is gone from both screens, and both are free to begin anew."""
    redeem(bo, code_of(ada))
    with time_machine.travel(dt.timedelta(hours=25) + dt.datetime.now(tz=dt.UTC)):
        assert words_of(ada) == words_of(bo) == ""
        assert redeem(ada, code_of(bo)) == 303
        assert not Invitation.objects.filter(expires_at__lte=dt.datetime.now(tz=dt.UTC)).exists()


def test_someone_who_left_is_not_reached_by_the_other_again(ada: User, bo: User, now: dt.datetime) -> None:
    """The code of the one left opens nothing for the one who left; the other way round it does, and lifts it."""
    linking.close_invitation(inviter_id=ada.pk, invited_id=bo.pk, now=now)
    linking.close_invitation(inviter_id=ada.pk, invited_id=bo.pk, now=now)
    assert redeem(bo, code_of(ada)) == 422
    assert redeem(ada, code_of(bo)) == 303
    press(ada)
    press(bo)
    assert Couple.objects.count() == 1
    assert not linking.is_closed(inviter_id=ada.pk, invited_id=bo.pk)


def test_the_link_looks_the_same_for_every_code_and_changes_nothing(
    ada: User, bo: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Signed out it leads to an account and back; signed in it shows one button. It looks nothing up."""
    code = code_of(ada)
    before = list(Invitation.objects.values())
    with django_assert_num_queries(0):
        page = Client().get(f"/l/{code}/").content.decode()
    assert f"/account/signup/?next=%2Fl%2F{code}%2F" in page
    of_bo, unknown = signed_in(bo).get(f"/l/{code}/"), signed_in(bo).get("/l/00000-00000/")
    assert body(of_bo).replace(code.encode(), b"") == body(unknown).replace(b"00000-00000", b"")
    assert of_bo.content.decode().count('action="/link/redeem/"') == 1
    assert list(Invitation.objects.values()) == before


def test_tries_are_limited_for_each_user_alone(ada: User, bo: User) -> None:
    """After ten tries in an hour a user rests, even with the right code; another user of that network does not."""
    cleo, code = make_user("cleo"), code_of(ada)
    assert {redeem(cleo, "00000-00000") for _ in range(10)} == {422}
    assert redeem(cleo, code) == 429
    assert redeem(bo, code) == 303


def test_pages_of_linking_need_signing_in_and_posts() -> None:
    """Signed out every page of one's own leads to sign-in; GET presses nothing."""
    for path in ("/link/", "/link/open/", "/link/redeem/", "/link/press/", "/link/undo/", "/link/mail/"):
        assert Client().post(path).status_code == 302
    client = signed_in(make_user("cleo"))
    for act in ("open", "revoke", "redeem", "press", "undo", "mail"):
        assert client.get(f"/link/{act}/").status_code == 405
    assert not MailStop.objects.exists()
