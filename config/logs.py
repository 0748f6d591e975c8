"""Log lines carry ids only: this filter masks every secret that stands in an address."""

import logging
import re

_SECRET_PATHS = re.compile(r"/(cal|m|s|l)/[^\s?\"']+")


class MaskTokens(logging.Filter):
    """Replaces the secret part of feed, mail-link, mail-stop and link-up addresses by `***`."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite `record` in place; always lets it pass."""
        message = record.getMessage()
        masked = _SECRET_PATHS.sub(r"/\1/***", message)
        if masked != message:
            record.msg, record.args = masked, None
        return True
