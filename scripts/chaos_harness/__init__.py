"""Proof that no task is lost: faults by the hundred against real servers and workers, and a checker that reads only
what is left afterwards."""
