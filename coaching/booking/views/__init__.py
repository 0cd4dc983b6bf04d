"""The pages of booking: choosing a time, sessions, opening hours."""
