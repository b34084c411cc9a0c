"""Ways to people: one port, one file for each adapter."""
