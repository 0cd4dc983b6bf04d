"""The practitioner's own words in letters: how they begin, what they say first, how they close."""
