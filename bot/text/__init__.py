"""The bot's words: catalogues and the lookup. Knows neither Discord nor the store."""
