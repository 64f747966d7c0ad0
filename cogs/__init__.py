"""Discord only: parse, ask a service, draw a card, reply. One folder per feature."""
