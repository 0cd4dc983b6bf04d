"""Calendars outside: what we write for them, what we read of them, and what they answer.

`ics` writes a session as a calendar object, `feeds` a person's sessions as one address to subscribe to; `fetching`
and `reading` read other calendars for busy times; `replies` understands what a calendar program answers by mail.
"""
