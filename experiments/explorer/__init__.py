"""The explorer: any spaces side by side in one page, to search and to look at."""
