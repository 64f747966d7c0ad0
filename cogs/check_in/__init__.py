"""The daily check-in, from the prompt's button, a reply or /checkin to one stored answer."""
