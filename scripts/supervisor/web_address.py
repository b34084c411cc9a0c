"""The web server's address: whether it is free, and whether the product behind it is ready."""

import errno
import http.client
import json
import socket

from scripts.supervisor.errors import CannotGoOn

READY_PATH = "/health/ready/"
LIVE_PATH = "/health/live/"


def require_free(host: str, port: int) -> None:
    """Raise CannotGoOn in one line where the web server could not listen there."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        with socket.socket(found[0], socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(found[4])
            trial.listen(1)
    except socket.gaierror:
        raise CannotGoOn(f"HOST={host} is not an address of this machine.") from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise CannotGoOn(
                f"Port {port} is already in use on {host}: stop what uses it, or set another PORT (and"
                " DATA_DIR)."
            ) from None
        raise CannotGoOn(f"Cannot listen on {host} port {port}: {error.strerror}.") from None


def local(host: str) -> str:
    """The host to call from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 (compared, not bound)


def url(host: str, port: int) -> str:
    name = local(host)
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


class Health:
    """Asks the product whether it is well; keeps the last answer for the person."""

    def __init__(self, *, host: str, port: int, path: str) -> None:
        self.path = path
        self._host = local(host)
        self._port = port
        self.last = "no answer"

    def __call__(self) -> bool:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=5)
        try:
            connection.request("GET", self.path, headers={"Accept": "application/json"})
            answer = connection.getresponse()
            self.last = f"{answer.status} {_one_line(answer.read())}"
            return answer.status == http.HTTPStatus.OK
        except (OSError, http.client.HTTPException) as error:
            self.last = f"no answer ({error})"
            return False
        finally:
            connection.close()


def _one_line(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body))[:2000]
    except ValueError:
        return " ".join(body.decode(errors="replace").split())[:300]
