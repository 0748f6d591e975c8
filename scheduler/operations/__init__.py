"""Writes: one public call is one transaction, begun by the couple's lock."""
