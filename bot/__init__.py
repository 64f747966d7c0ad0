"""Everything true of the bot apart from its commands."""
