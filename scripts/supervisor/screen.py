"""What the person sees when everything is ready: one screen."""

from collections.abc import Collection, Mapping

from scripts.supervisor import web_address
from scripts.supervisor.options import Options

DEMO_PASSWORD = "demo-password"  # noqa: S105 (the documented default of the local demo accounts)
SERVERS = {"postgres": "PostgreSQL", "redis": "Redis"}


def server_names(wanted: Collection[str]) -> str:
    return " and ".join(label for name, label in SERVERS.items() if name in wanted)


def ready(options: Options, environment: Mapping[str, str], *, seconds: float) -> str:
    """The addresses, the demo accounts and how to stop."""
    site = web_address.url(options.host, options.port)
    password = environment.get("DEMO_PASSWORD") or DEMO_PASSWORD
    state = "is ready" if options.workers else "runs without workers: scripts/celery_workers.sh start"
    lines = [
        "",
        f"  IntelliWiz Onboarding {state} ({seconds:.1f} s)",
        "",
        f"  Site       {site}/",
        f"  API        {site}/api/docs/",
        f"  Admin      {site}/admin/",
        f"  Health     {site}{web_address.READY_PATH}",
        f"  Metrics    {site}/metrics",
        "",
        f"  Manager    manager@demo.example   {password}",
        f"  Admin      admin@demo.example     {password}",
        "",
        f"  Data       {options.layout.data}",
        f"  Logs       {options.layout.logs}",
        "",
        "  Try it with scripts/demo. Ctrl-C stops everything.",
        "",
    ]
    return "\n".join(lines)
