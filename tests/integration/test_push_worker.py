"""From a plan to a phone and back, as it runs for people: a real worker process, a real push service, one answer."""

from pathlib import Path

import pytest
from django.test import Client

from accounts.models import Partner
from scheduler.models import Notice, Slot
from tests.integration.notice_scene import make_due, plan
from tests.integration.push_scene import device_of, token_in, without_mail
from tests.integration.worker_scene import Workshop, database_url
from tests.push_service import PushService
from tests.services import free_port, wait_for


@pytest.mark.django_db(transaction=True)
def test_the_worker_tells_the_phone_and_the_phone_frees_the_plan(
    ana: Partner, ben: Partner, push_service: PushService, run_folder: Path, tmp_path: Path
) -> None:
    without_mail(ana.user, ben.user)
    _, browser = device_of(ana.user, push_service)
    slot = plan(ana)
    workshop = Workshop(folder=tmp_path, database=database_url(run_folder))
    trusted = {"PUSH_LOOPBACK": "1", "SSL_CERT_FILE": str(push_service.certificate)}
    try:
        workshop.start(mail_port=free_port(), **trusted)
        wait_for(lambda: push_service.to(browser), what="the message about the plan")
        [pushed] = push_service.to(browser)
        assert pushed.said["title"] == "You have a note."
        assert Client().post("/p/", {"token": token_in(pushed)}).status_code == 200
        assert not Slot.objects.filter(pk=slot.pk).exists()
        make_due(kind=Notice.Kind.FREED, recipient=ana)
        wait_for(lambda: len(push_service.to(browser)) == 2, what="the message that it is free")
    finally:
        workshop.stop()
    assert push_service.problems == []
    assert push_service.to(browser)[1].said["free"] is None
