"""Pear's database back-end for PostgreSQL; Django loads its module `base`."""
