"""``bonbench serve``: a verifier behind HTTP."""

from typing import Annotated

import typer


def serve(
    verifier: Annotated[str, typer.Argument(help="NAME or ./file.py:NAME, with options as key=value.")],
    host: Annotated[str, typer.Option(help="The address to listen at; by default this machine alone.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes any that is free.")] = 8800,
    workers: Annotated[int, typer.Option(min=1, help="Processes that score, each with its own model.")] = 1,
    batch: Annotated[int, typer.Option(min=1, help="Solutions that a worker is given at once.")] = 512,
    linger: Annotated[float, typer.Option(min=0, help="Seconds that a batch waits for more requests.")] = 0.005,
    waiting: Annotated[int, typer.Option(min=1, help="Solutions that may wait; more are refused with 503.")] = 4096,
    body: Annotated[float, typer.Option(min=0.001, help="Most megabytes of a request.")] = 8.0,
    key_env: Annotated[str, typer.Option(help="Environment variable with the key that every request must bear.")] = "",
    without_key: Annotated[bool, typer.Option("--without-key", help="Other machines may ask without a key.")] = False,
    verifier_timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="End a worker after this long on one batch.", min=0.001)
    ] = None,
) -> None:
    """Serve a verifier over HTTP: /score, vLLM's /pooling, /health, /metrics, and /client.py for trainers.

    The numbers are those of 'bonbench run'. Ctrl-C or a termination signal ends it once what is under way is answered.
    """
    import signal

    from harness import packages, registry
    from harness.cli import show

    packages.need("serve", "serve a verifier")
    from harness.serve.crew import Limits
    from harness.serve.running import Place, Server

    place = Place(host, port, key_env, without_key)
    limits = Limits(batch, linger, waiting, verifier_timeout)
    made = registry.verifier(verifier)
    show.say(f"Making {made.name} ...")
    server = Server(made, place, workers, limits, int(body * 2**20))
    signal.signal(
        signal.SIGTERM, signal.default_int_handler
    )  # it ends as Ctrl-C does: uvicorn raises both once it is done
    server.run(lambda url: show.say(f"{made.name} is served at {url}; curl -O {url}/client.py fetches its client."))
    show.say("Stopped; what was under way was answered.")
