"""READ: what pages, commands and reports show, as frozen values. Nothing here changes anything."""
