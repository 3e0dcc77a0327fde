"""The sections of a report, one file each; ``report/contents.py`` puts them in order."""
