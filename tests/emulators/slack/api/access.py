"""auth.*, apps.* and oauth.*: who one is, how to listen, and how to get in."""

from tests.emulators.slack.api.asked import Asked
from tests.emulators.slack.problems import SlackError
from tests.emulators.slack.things import Json


async def test(asked: Asked) -> Json:
    team = asked.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.bot_name,
        "team_id": team.id,
        "user_id": team.bot_user_id,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


async def test_api(asked: Asked) -> Json:
    """Answers anybody, without a token."""
    return {"args": {}}


async def revoke(asked: Asked) -> Json:
    if not asked.arguments.flag("test"):
        asked.state.uninstall(asked.team)
        asked.happenings.uninstalled(asked.team)
    return {"revoked": not asked.arguments.flag("test")}


async def open_connection(asked: Asked) -> Json:
    return {"url": asked.new_socket_url()}


async def oauth_access(asked: Asked) -> Json:
    """Exchanges the code that a person's consent has made, once."""
    state, arguments = asked.state, asked.arguments
    given = asked.call.basic_auth or (arguments.text("client_id"), arguments.text("client_secret"))
    if given[0] != state.client_id:
        raise SlackError("invalid_client_id")
    if given[1] != state.client_secret:
        raise SlackError("bad_client_secret")
    consent = state.consents.pop(arguments.text("code"), None)
    if consent is None:
        raise SlackError("invalid_code")
    if arguments.given("redirect_uri") != consent.redirect_uri:
        raise SlackError("bad_redirect_uri")
    team = consent.team
    state.admit(team, consent.scopes)
    return {
        "app_id": state.app_id,
        "authed_user": {"id": consent.person},
        "scope": ",".join(sorted(team.scopes)),
        "token_type": "bot",
        "access_token": team.bot_token,
        "bot_user_id": team.bot_user_id,
        "team": {"id": team.id, "name": team.name},
        "enterprise": None,
        "is_enterprise_install": False,
    }
