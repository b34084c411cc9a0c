"""How many tasks were ever committed, counted apart from the rows themselves.

A trigger on the table of tasks writes the number of inserted rows in the same transaction; forgetting writes what it
deletes. What is missing between the two and the rows that are there was lost, whoever lost it. Rows are only added, so
that no two transactions wait for each other; `conservation.fold` sums them up.
"""

from __future__ import annotations

from django.db import models


class TaskTally(models.Model):
    class Kind(models.TextChoices):
        COMMITTED = "committed"
        FORGOTTEN = "forgotten", "Deleted after its time"

    kind = models.CharField(max_length=9, choices=Kind)
    n = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.n} {self.kind}"
