"""Rasa's server and the action server, each as one process of ours."""

from __future__ import annotations

import os
from contextlib import suppress
from functools import partial
from typing import Any

from bot import logs, supervisor
from bot.settings import ROOT, settings


def serve(action_port: int) -> None:
    """Run Rasa with our channels until stopped; actions are asked for at `action_port` on this machine."""
    supervisor.follow_parent()
    logs.configure()
    os.chdir(ROOT)
    from rasa.core import run
    from rasa.core.utils import AvailableEndpoints
    from rasa.utils.endpoints import EndpointConfig

    from bot import service
    from bot.training import model_file

    service.people()  # A wrong key or database is said before anything else.
    _ask_actions_fast()
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    endpoints.action = EndpointConfig(f"http://127.0.0.1:{action_port}/webhook")
    channels = run.create_http_input_channels(None, str(ROOT / "bot" / "credentials.yml"))
    app = run.configure_app(channels, enable_api=False, endpoints=endpoints, port=settings().port)
    app.register_listener(
        partial(run.load_agent_on_start, str(model_file(settings().models)), endpoints, None),
        "before_server_start",
    )
    app.register_listener(_open, "before_server_start")
    app.register_listener(run.close_resources, "after_server_stop")
    app.run(host=settings().host, port=settings().port, workers=1, access_log=False)


def serve_actions(port: int) -> None:
    """Run the action server on `port` of this machine until stopped."""
    supervisor.follow_parent()
    logs.configure()
    os.chdir(ROOT)
    from rasa_sdk.endpoint import create_app

    from knowledge import store
    from knowledge.dates import today
    from nlu.vectors import keep_in

    keep_in(settings().data_folder)
    store.use(settings().database)
    with suppress(store.NothingLoaded):
        store.current().schemes(today())  # So that the first question is answered as fast as the next.
    app = create_app("actions", cors_origins="")
    logs.people_may_write()
    app.run(host="127.0.0.1", port=port, workers=1, access_log=False)


async def _open(app: Any, _loop: Any) -> None:
    """The last step before people may write: our tracker store alone, without Rasa's wrapper around it.

    The wrapper would keep a conversation in memory where ours could not save it; a turn that cannot be saved must
    fail instead, so that the door works it again.
    """
    from bot.tracker_store import SealedTrackerStore

    agent = app.ctx.agent
    ours = getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)
    if not isinstance(ours, SealedTrackerStore):
        raise RuntimeError("Rasa did not take our tracker store; conversations would be kept in the open.")
    agent.tracker_store = ours
    if agent.processor:
        agent.processor.tracker_store = ours
    logs.people_may_write()


def _ask_actions_fast() -> None:
    """Mend two costs of Rasa's calls to the action server.

    It checks jsonschema's own schema again at each call (more than half of the CPU time of a turn with an action):
    we check with a validator made once. And it waits five minutes for an action that hangs: we wait ten seconds.
    """
    import jsonschema
    from rasa.core.actions import action

    validator = jsonschema.Draft7Validator(action.RemoteAction.action_response_format_spec())

    def is_valid(_self: action.RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    action.RemoteAction._validate_action_result = is_valid  # type: ignore[method-assign]
    action.DEFAULT_REQUEST_TIMEOUT = 10
