"""Files and viruses: clamd is asked while a form is read, infected files are refused and put away.

Under WSGI that is while the file arrives; under ASGI Django has spooled the whole body before.

`UPLOAD_ANTIVIRUS` says what happens without the scanner: `required` takes nothing (503), `optional` takes the file,
marks it `not_scanned` and scans it later, `off` asks nobody.
"""

from apps.onboarding_api.services.antivirus.errors import InfectedFile, ScannerUnavailable
from apps.onboarding_api.services.antivirus.scanning import Scan, answers, is_on, scan, state_of

__all__ = ["InfectedFile", "Scan", "ScannerUnavailable", "answers", "is_on", "scan", "state_of"]
