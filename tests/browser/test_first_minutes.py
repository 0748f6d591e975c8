"""What scripts add to the first minutes: the device's own zone, a link to share, and a page that goes on alone."""

import pytest
from playwright.sync_api import expect

from accounts import linking, outbox
from accounts.models import User
from tests.browser.visitors import LetIn
from tests.cast import make_user

pytestmark = pytest.mark.django_db(transaction=True)
WITH_A_SHEET = "navigator.canShare = () => true; navigator.share = async (what) => { document.title = what.url; };"


def test_the_device_proposes_its_zone_and_tells_when_it_is_in_another(visitor: LetIn, cleo: User) -> None:
    page = visitor("nobody", zone="Asia/Tokyo").page
    page.goto("/account/signup/")
    expect(page.get_by_label("Your time zone")).to_have_value("Asia/Tokyo")
    User.objects.filter(pk=cleo.pk).update(time_zone="Asia/Calcutta")
    at_home, away = visitor("cleo", zone="Asia/Kolkata"), visitor("cleo", zone="Asia/Tokyo")
    at_home.page.goto("/")
    expect(at_home.page.get_by_text("By the clocks of Calcutta")).to_be_visible()
    away.page.goto("/")
    expect(away.page.get_by_text("This device is on Tokyo.")).to_be_visible()
    expect(at_home.page.get_by_role("button", name="Use it")).to_be_hidden()
    away.page.get_by_role("button", name="Use it").click()
    expect(away.page.get_by_text("You go by the clocks of Tokyo now.")).to_be_visible()
    assert at_home.complaints + away.complaints == []


def test_the_page_of_linking_hands_the_link_on_and_goes_on_by_itself(visitor: LetIn, cleo: User) -> None:
    now = outbox.database_now()
    linking.open_invitation(user=cleo, now=now)
    guest = visitor("cleo")
    guest.page.add_init_script(WITH_A_SHEET)
    guest.page.goto("/link/")
    link = guest.page.get_by_role("textbox", name="The link").input_value()
    guest.page.get_by_role("button", name="Share").click()
    expect(guest.page).to_have_title(link)
    expect(guest.page.get_by_role("button", name="Copy")).to_be_visible()
    assert linking.redeem(user=make_user("finn"), code=link.rstrip("/").rsplit("/", 1)[-1], now=now)
    expect(guest.page.get_by_role("heading", name="Is it the two of you?")).to_be_visible()
    assert guest.complaints == []
