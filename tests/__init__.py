"""The tests mirror the code; whole stories stand in flows/, pages in browser/."""
