"""Small parts of the feed's front door."""

import pytest

from scheduler.web.clients import ClientKind, kind_of
from scheduler.web.memory import ByteMemory


@pytest.mark.parametrize(
    ("agent", "kind"),
    [
        ("Google-Calendar-Importer", ClientKind.GOOGLE),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", ClientKind.GOOGLE),
        ("iOS/18.1 (22B83) dataaccessd/1.0", ClientKind.APPLE),
        ("macOS/15.1 (24B83) CalendarAgent/1165", ClientKind.APPLE),
        ("Mac OS X/10.6.8 (10K549); CalendarStore/4.0.4 (997.7); iCal/4.0.4 (1395.7)", ClientKind.APPLE),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.4.0", ClientKind.THUNDERBIRD),
        ("Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0)", ClientKind.OUTLOOK),
        ("Microsoft.Exchange/15.20 (Windows NT 10.0; Win64; x64)", ClientKind.OUTLOOK),
        ("ICSx5/2.2.4 (Android 14)", ClientKind.ICSX5),
        ("curl/8.5.0", ClientKind.OTHER),
        ("", ClientKind.OTHER),
        ("x" * 100_000 + "thunderbird", ClientKind.OTHER),
    ],
)
def test_a_program_is_known_by_what_it_calls_itself(agent: str, kind: ClientKind) -> None:
    assert kind_of(agent) is kind


def test_memory_lets_go_of_what_was_not_used_for_longest() -> None:
    memory = ByteMemory(most=10)
    memory.put("a", b"1234")
    memory.put("b", b"1234")
    assert memory.get("a") == b"1234"
    memory.put("c", b"1234")
    assert [memory.get(key) for key in "abc"] == [b"1234", None, b"1234"]


def test_memory_counts_a_replaced_value_once_and_takes_nothing_too_large() -> None:
    memory = ByteMemory(most=10)
    for _ in range(5):
        memory.put("a", b"12345")
    memory.put("b", b"12345")
    memory.put("c", b"12345678901")
    assert [memory.get(key) for key in "abc"] == [b"12345", b"12345", None]
    memory.clear()
    assert memory.get("a") is None
