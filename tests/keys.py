"""Every public operation, and how many keys it takes. One without a row fails tests/integration/test_two_keys.py."""

import inspect
import pkgutil
from enum import Flag, auto

import scheduler.operations
from accounts import invitation_mail, linking
from accounts import operations as account_operations


class Key(Flag):
    """What an operation does to what two people share."""

    OPENS = auto()  # takes both: a scene in test_two_keys.py shows that either one alone opens nothing
    CLOSES = auto()  # takes one, at once: a scene there shows it for either of the two
    ASKS = auto()  # puts something forward; nothing opens by it alone
    SECRET = auto()  # one's own, and nobody else may notice: a line in SECRETS of tests/twins.py
    OWN = auto()  # one's own, before or beside the couple, and no secret from it
    SERVER = auto()  # no door leads here: a part of the above, or a worker's sweep


KEYS: dict[str, Key] = {
    "account.delete_account": Key.CLOSES,
    "agreement.withdraw_agreement": Key.CLOSES,
    "agreement.give_agreement": Key.OWN,
    "couples.leave": Key.CLOSES,
    "couples.set_break": Key.CLOSES | Key.SECRET,
    "feeds.create_feed": Key.SECRET,
    "feeds.rotate_feed": Key.SECRET,
    "feeds.revoke_feed": Key.CLOSES | Key.SECRET,
    "feeds.change_feed": Key.SECRET,
    "feeds.note_fetch": Key.SECRET,
    "jottings.jot_down": Key.SECRET,
    "jottings.tear_out": Key.SECRET,
    "mail_pauses.pause_mails": Key.SECRET,
    "mail_pauses.resume_mails": Key.SECRET,
    "mail_stops.stop_mails": Key.CLOSES | Key.SECRET,
    "marks.change_marks": Key.OPENS | Key.CLOSES | Key.SECRET,
    "offer_notes.switch_notes": Key.OPENS | Key.CLOSES | Key.SECRET,
    "offers.make_offer": Key.OPENS,
    "offers.suggest_another": Key.ASKS,
    "offers.change_time": Key.ASKS,
    "offers.send_kind_note": Key.CLOSES,
    "preferences.change_settings": Key.SECRET,
    "preferences.change_preferences": Key.SECRET,
    "preferences.change_zone": Key.OWN,  # the other reads both zones' times
    "push_devices.switch_on": Key.SECRET,
    "push_devices.switch_off": Key.CLOSES | Key.SECRET,
    "push_devices.ask_for_test": Key.SECRET,
    "quiet.go_quiet": Key.CLOSES | Key.SECRET,
    "room.add_lines": Key.SECRET,
    "room.tick_line": Key.SECRET,
    "room.untick_all": Key.SECRET,
    "room.remove_line": Key.SECRET,
    "room.raise_line": Key.SECRET,
    "room.remind_of_room": Key.SECRET,
    "talk.keep_answer": Key.SECRET,
    "talk.delete_answer": Key.CLOSES | Key.SECRET,
    "talk.share_card": Key.OPENS | Key.SECRET,
    "talk.stop_sharing": Key.CLOSES | Key.SECRET,
    "rhythm.propose_rhythm": Key.OPENS,  # what the other one proposes
    "rhythm.agree_to_rhythm": Key.OPENS,
    "rhythm.put_rhythm_aside": Key.SECRET,
    "rhythm.withdraw_rhythm": Key.CLOSES,
    "rhythm.stop_rhythm": Key.CLOSES,
    "slots.say_yes": Key.OPENS | Key.SECRET,  # the first yes to a draft
    "slots.take_back": Key.CLOSES | Key.SECRET,
    "slots.tuck_away": Key.SECRET,
    "slots.bring_back": Key.SECRET,
    "slots.free": Key.CLOSES,
    "undo.undo_free": Key.OWN,  # what both had opened stands again, for the one who pressed, within 60 s
    "windows.mark_windows": Key.SECRET,
    "windows.forget_windows": Key.CLOSES | Key.SECRET,
    "linking.open_invitation": Key.ASKS,
    "linking.revoke_invitation": Key.CLOSES,
    "linking.redeem": Key.ASKS,
    "linking.press": Key.OPENS,
    "linking.end_pairing": Key.CLOSES,
    "linking.close_invitation": Key.CLOSES,
    "invitation_mail.mail_invitation": Key.ASKS,
    "invitation_mail.stop_mails": Key.CLOSES,
    "operations.change_personal_settings": Key.OWN,
    "operations.note_browser_language": Key.OWN,
    "operations.change_lock": Key.OWN,
    "operations.change_time_zone": Key.OWN,
    "operations.close_first_steps": Key.SECRET,
}
SERVER = {
    "calendar_mails": {
        "next_step",
        "begin_calendar_mail",
        "note_not_taken",
        "realign_calendar_mails",
        "follow_address",
    },
    "delivery": {"deliver_notices"},
    "drafts": {"draft_slots", "end_drafts"},
    "endings": {"end_slot", "end_alternatives"},
    "entries": {
        "write_entries",
        "move_entries",
        "cancel_entries",
        "restore_entries",
        "forget_kinds",
    },
    "feeds": {"token_hash", "end_feeds", "purge_feeds"},
    "foresight": {"begin_foreseen"},
    "freed": {"freed_notices", "hasten_freed", "freed_was_told"},
    "linking": {"is_closed", "pairing_of"},
    "mark_ticks": {"hold_mark_tick"},
    "marks": {"kind_named"},
    "offer_notes": {"keep_note"},
    "notices": {
        "announce_offer",
        "announce_plan",
        "announce_confirmed",
        "announce_note",
        "drop_notices",
        "revive_notices",
        "plan_reminders",
        "plan_reminders_of_user",
        "write_notices",
    },
    "operations": {"couple_locked", "users_locked", "lock_users"},
    "push_devices": {"follow_sign_out", "deliver_tests"},
    "rhythm": {"draft_due"},
    "readers": {"readers_of"},
    "restored": {"settle", "forget_the_past"},
    "slots": {"confirm", "fade"},
    "still_so": {"still_so", "reaches", "still_chosen"},
    "sweeps": {"purge"},
    "turn": {"turn_of", "turn_of_user", "plans_of", "open_slots", "slot_with_facts", "yeses_to"},
    "undo": {"keep_for_undo"},
    "windows": {"draw_weeks"},
    "ways": {"preferences_of", "is_wanted", "ways_for_reminders", "on_every_way", "with_devices"},
}
KEYS |= {f"{module}.{name}": Key.SERVER for module, names in SERVER.items() for name in names}


def public_operations() -> set[str]:
    """Return every public function of the operations, as `module.function`."""
    found = pkgutil.iter_modules(scheduler.operations.__path__, "scheduler.operations.")
    modules = [__import__(module.name, fromlist=["_"]) for module in found]
    return {
        f"{module.__name__.rsplit('.', 1)[-1]}.{name}"
        for module in [*modules, linking, invitation_mail, account_operations]
        for name, thing in inspect.getmembers(module, inspect.isfunction)
        if inspect.unwrap(thing).__module__ == module.__name__ and not name.startswith("_")
    }


def with_key(key: Key) -> set[str]:
    """Return the operations that turn this key."""
    return {name for name, keys in KEYS.items() if key in keys}
