"""The whole of a Pear in one file that either database can take in again: see `docs/running.md`, "Backups".

The file is gzip over lines of JSON: one that says what it is (`Manifest`), then for each table a line with its
columns and one line for each row. Sealed columns stay sealed, bytes are base64, moments are ISO 8601 in UTC to the
microsecond.
"""
