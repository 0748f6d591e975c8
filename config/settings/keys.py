"""The keys that open what is stored, kept outside the database; the first seals, the others only open."""

from config.env import data_dir, env, master_keys

MASTER_KEYS_FILE = None if env.str("MASTER_KEYS", default="") else data_dir() / "master_keys"
MASTER_KEYS = master_keys(data_dir())
