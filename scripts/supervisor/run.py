"""scripts/run: the whole product, or with --only-servers the two servers around one command."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping

from scripts.supervisor import (
    data_folder,
    data_lock,
    env_file,
    environment,
    local_secrets,
    prepared,
    program,
    programs,
    record,
    screen,
    servers,
    socket_dir,
    web_address,
)
from scripts.supervisor.errors import CannotGoOn
from scripts.supervisor.layout import Layout
from scripts.supervisor.options import Options
from scripts.supervisor.signals import WakeUp
from scripts.supervisor.stack import Stack, StopRequested

READY_SECONDS = 120
STAGES = (("web", "beat"), ("worker-conversation", "worker-media"), ("keeper",), ("prepare",))
COMMAND_SECONDS = 10


def say(text: str) -> None:
    """Tell the person; a terminal that is gone must not keep anything from being stopped."""
    with contextlib.suppress(OSError):
        print(text, flush=True)


def main(options: Options, *, began: float) -> int:
    """Do what was asked until it ends or somebody stops it. `began` is on the monotonic clock."""
    try:
        with _opened(options) as (stack, children):
            if options.only_servers:
                return _around_command(stack, options, children)
            _start(stack, options, children, began=began)
            while True:
                stack.watch(5)
    except StopRequested:
        return 0


@contextlib.contextmanager
def _opened(options: Options) -> Iterator[tuple[Stack, dict[str, str]]]:
    """A stack with its servers running, and the environment for what uses them; everything stops at the
    end.
    """
    layout = options.layout
    data_folder.ensure(layout)
    lock = data_lock.hold(layout)
    wake_up = WakeUp()
    left = record.end_everything(layout.record)
    if left:
        say(f"Ended what a killed run had left: {', '.join(left)}")
    secrets = local_secrets.ensure(layout)
    stack = Stack(layout, lock=lock, wake_up=wake_up, say=say)
    try:
        wanted = environment.embedded()
        if wanted:
            say(f"Starting {screen.server_names(wanted)}")
        addresses, notes = servers.start(stack, options, wanted=wanted)
        for note in notes:
            say(note)
        children = environment.build(options, secrets=secrets, addresses=addresses)
        env_file.write(
            layout.environment, environment.shared(children), heading="The running copy's addresses."
        )
        yield stack, children
    except StopRequested:
        say("Stopping")
        raise
    finally:
        layout.environment.unlink(missing_ok=True)
        stack.close(stages=STAGES)
        socket_dir.remove(layout)
        os.close(lock)


def _around_command(stack: Stack, options: Options, children: Mapping[str, str]) -> int:
    """Run the command in the foreground, with the terminal; returns its exit code as a shell would."""
    process = subprocess.Popen(
        options.command,
        env={**children, record.MARK: stack.run_id},
        preexec_fn=program.dies_with_parent(signal.SIGKILL),  # noqa: PLW1509 (the supervisor has one thread)
    )
    # Ctrl-C reaches the command too, which may live on (a shell, a debugger): the servers stay as long as
    # it does.
    signal.signal(signal.SIGINT, lambda _number, _frame: None)
    try:
        while process.poll() is None:
            stack.watch(1)
    except StopRequested:
        process.terminate()
    finally:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(COMMAND_SECONDS)
        process.kill()
        process.wait()
    return process.returncode if process.returncode >= 0 else 128 - process.returncode


def _start(stack: Stack, options: Options, children: Mapping[str, str], *, began: float) -> None:
    layout = options.layout
    _prepare(stack, layout, children)
    say("Starting the web server" + (", the workers, the keeper and beat" if options.workers else ""))
    web_address.require_free(options.host, options.port)
    schedule = layout.run / "beat-schedule"
    background = programs.background(suffix=str(options.port), schedule=schedule) if options.workers else ()
    # Beat is no part of readiness: it starts afterwards, so that it takes no time from the others.
    first = [each for each in background if each.name != "beat"]
    for each in (*first, programs.web(host=options.host, port=options.port)):
        stack.start(each, children)
    # Without workers the product cannot be ready before somebody else starts them.
    path = web_address.READY_PATH if options.workers else web_address.LIVE_PATH
    health = web_address.Health(host=options.host, port=options.port, path=path)
    try:
        stack.wait_for(health, seconds=READY_SECONDS, what="The product", every=0.1)
    except CannotGoOn as error:
        prepared.forget(layout)
        raise CannotGoOn(f"{error}\nLast answer of {path}: {health.last}") from None
    for each in background:
        if each not in first:
            stack.start(each, children)
    stack.is_ready = True
    say(screen.ready(options, children, seconds=time.monotonic() - began))


def _prepare(stack: Stack, layout: Layout, children: Mapping[str, str]) -> None:
    """Check, migrate, flows and demo tenant, unless nothing changed since they were last done in this DATA_DIR."""
    wanted = prepared.fingerprint(layout, children)
    if "postgres" in environment.embedded() and prepared.is_current(layout, wanted):
        return
    say("Preparing the database")
    prepared.forget(layout)
    layout.log("prepare").unlink(missing_ok=True)  # only this run's words explain this run's failure
    if stack.run_once(programs.prepare(), children) != 0:
        raise CannotGoOn(f"{program.last_lines(layout.log('prepare'), 40)}\nPreparing the database failed.")
    prepared.remember(layout, wanted)
