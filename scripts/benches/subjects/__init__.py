"""One file per bench: the file's name is what scripts/bench calls it, `BENCH` is what runs."""
