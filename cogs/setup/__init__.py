"""/setup: a moderator chooses channel, zone, hour and weekdays of a check-in."""
