"""A Discord on loopback, with people in it. Knows neither the bot nor its library."""
