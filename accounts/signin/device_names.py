"""What a browser says about itself, shortened to what its owner needs to tell two devices apart."""

_MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("ChromeOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Mac", "Mac"),
    ("Linux", "Linux"),
)
# The first that fits: most browsers also call themselves by the names of those further down.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Opera", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Samsung Internet", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


def device_name(user_agent: str) -> str:
    """Return for example "Firefox, Android", without any version; empty when nothing is known by name.

    A name that this function has made stays as it is.
    """
    names = (_first(_BROWSERS, user_agent), _first(_MACHINES, user_agent))
    return ", ".join(name for name in names if name)


def _first(table: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in table if mark in user_agent), "")
