"""How fast the pages are: measured, printed and compared with the last time; never asserted."""
