"""Messages on devices: who sends them, and to which push services they may go."""

from config.env import data_dir, env, loopback_push, site_url, vapid_private_key
from config.settings.sending import DELIVERY_LEASE_SECONDS

VAPID_PRIVATE_KEY = vapid_private_key(data_dir())

# A browser names the address of its push service, and anybody can name another one: only these hosts, and the hosts
# below them, are ever called. One "*" stands for every public host.
PUSH_HOSTS = tuple(
    env.list(
        "PUSH_HOSTS",
        default=["fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com"],
    )
)
PUSH_LOOPBACK = loopback_push(site_url(env.int("PORT", default=8000)))
# Five devices of one person, one after the other, fit into the soft limit of a task.
PUSH_TIMEOUT = DELIVERY_LEASE_SECONDS / 24
