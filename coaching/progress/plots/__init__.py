"""Progress as pictures: pure, from numbers to SVG, each with a sentence and a table that say the same.

All draw time along the same axis, mark the sessions in the same way and leave gaps as gaps.
"""
