"""READ: what pages show, as frozen values. One page costs a fixed number of queries, however long it is."""
