"""What every row has."""

from __future__ import annotations

import uuid

from django.db import models


class Stamped(models.Model):
    """Created (`cdtz`) and modified (`mdtz`) date and time, in UTC."""

    cdtz = models.DateTimeField("created", auto_now_add=True)
    mdtz = models.DateTimeField("modified", auto_now=True)

    class Meta:
        abstract = True


class Identified(Stamped):
    """A row that clients name by an id that tells nothing."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True
