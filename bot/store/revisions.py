"""The versions of the schema, oldest first, named here so that opening needs no Alembic."""

KNOWN = ("0001",)
HEAD = KNOWN[-1]

APPLICATION_ID = 0x48524C31
"""Marks a file as ours, in SQLite's own header: the letters HRL1."""
