"""What is taken along as PDF: words and plots as blocks, set by typst.

Words reach typst as data alone, never as code: whatever somebody typed, it is set as it was typed.
"""
