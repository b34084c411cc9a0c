"""How multipart files reach the product. Only `middleware.file_upload_security` lets any in."""

from __future__ import annotations

from tempfile import SpooledTemporaryFile
from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from apps.onboarding.errors import InvalidInput
from apps.onboarding_api.services import receiving


class ReceivedFile(UploadedFile):
    """A file with what was found out while it came. Small ones are in memory, others on disk, unnamed."""

    def __init__(self, *, facts: receiving.Received, **given: Any) -> None:
        super().__init__(size=facts.byte_size, **given)
        self.received = facts


class NoFilesHandler(FileUploadHandler):
    """Where no file is taken: each is read past, none is kept."""

    def new_file(self, *args: Any, **kwargs: Any) -> NoReturn:  # noqa: ARG002 -- Django's signature
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002 -- Django's signature
        return None

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 -- Django's signature
        return None


class ReceivingHandler(FileUploadHandler):
    """One part of the form after another, each through a `Reception` of its own."""

    chunk_size = 64 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._reception: receiving.Reception | None = None
        self._content: SpooledTemporaryFile[bytes] | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        receiving.require_safe(self.file_name or "")
        self._content = SpooledTemporaryFile(  # noqa: SIM115 -- the request's, which closes its files at its end
            max_size=settings.FILE_UPLOAD_MAX_MEMORY_SIZE, dir=settings.FILE_UPLOAD_TEMP_DIR
        )
        self._reception = receiving.Reception(content=self._content)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 -- Django's signature
        if self._reception is not None:
            self._reception.take(raw_data)

    def file_complete(self, file_size: int) -> ReceivedFile | None:
        if self._reception is None or self._content is None:
            return None
        declared = self.content_length
        if declared is not None and declared != file_size:
            raise InvalidInput(f"the file was declared with {declared} bytes and has {file_size}")
        facts = self._reception.finish()
        content, self._content, self._reception = self._content, None, None
        content.seek(0)
        return ReceivedFile(
            facts=facts,
            file=content,
            name=self.file_name,
            content_type=self.content_type,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        self.let_go()

    def let_go(self) -> None:
        """Of what a broken form left half received. Twice is as once."""
        if self._reception is not None:
            self._reception.abandon()
        if self._content is not None:
            self._content.close()
        self._reception = self._content = None
