"""Prints, as JSON, the top names of every module that the web process imports with all its routes.

Run in a process of its own: python -m scripts.benches.web_imports
"""

import json
import sys

from django.urls import get_resolver


def main() -> None:
    from intelliwiz_config.asgi import application  # as uvicorn does

    assert callable(application)
    resolver = get_resolver()
    assert resolver.url_patterns  # imports the URL configuration, and with it every view and service
    print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))


if __name__ == "__main__":
    main()
