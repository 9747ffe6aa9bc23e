"""Creates and caches one OpenAI client per endpoint. The SDK's retries are off: `jobs/provider_calls` retries."""

from collections.abc import Callable, Mapping
from ssl import SSLContext
from typing import Final, NamedTuple

from httpx2 import InvalidURL, Request
from openai import DEFAULT_CONNECTION_LIMITS, AsyncOpenAI, Timeout
from openai._models import FinalRequestOptions

from bot.catalog.model import Model
from bot.domain.connection_settings import key_problem
from bot.providers.openai_api.bounds import BoundedClient
from bot.providers.openai_api.errors import RequestNotSent, invalid_address
from bot.providers.openai_api.network import check_proxies, trusted_certificates
from bot.texts import service_errors

OPENAI_URL: Final = "https://api.openai.com/v1"
_CONNECT_S: Final = 10.0


class OpenAIClients:
    """A cache of clients. They are created on first use and keep their connections until `close`.

    Args:
        key: returns the value of the variable that an entry names; None if it is not set.
        base_url: the address for entries without one; None for OpenAI itself.

    Raises:
        AdminError: certificates or a proxy from the environment cannot be used.
    """

    def __init__(self, key: Callable[[str], str | None], *, base_url: str | None) -> None:
        self._key = key
        self._base_url = base_url or OPENAI_URL
        self._trust = trusted_certificates()
        check_proxies()
        self._clients: dict[_Endpoint, _Client] = {}

    def for_model(self, model: Model) -> AsyncOpenAI:
        """The client for `model`.

        Raises:
            AdminError: its key is not set or not valid, or its address is not valid.
        """
        endpoint = _Endpoint(
            self.base_url_of(model),
            model.api_key_env,
            model.api_key_header,
            tuple(model.query.items()),
            model.timeout_s,
            model.total_timeout_s,
        )
        client = self._clients.get(endpoint)
        if client is None:
            client = self._clients[endpoint] = self._create(endpoint, model)
        return client

    def base_url_of(self, model: Model) -> str:
        return model.base_url or self._base_url

    async def close(self) -> None:
        clients = tuple(self._clients.values())
        self._clients.clear()
        for client in clients:
            await client.close()

    def _create(self, endpoint: "_Endpoint", model: Model) -> "_Client":
        key = self._key_for(model)
        try:
            return _Client(endpoint, key, self._trust)
        except (InvalidURL, ValueError) as error:
            raise invalid_address(model) from error

    def _key_for(self, model: Model) -> str | None:
        """The API key; None if the entry needs none. Raises AdminError if it is not set or not valid."""
        if model.api_key_env is None:
            return None
        key = self._key(model.api_key_env)
        if not key:
            raise service_errors.key_missing(model.api_key_env, model.label)
        if reason := key_problem(key):
            raise service_errors.key_malformed(model.api_key_env, reason, model.label)
        return key


class _Endpoint(NamedTuple):
    base_url: str
    api_key_env: str | None
    api_key_header: str
    query: tuple[tuple[str, str], ...]
    timeout_s: float
    total_timeout_s: float


class _Client(AsyncOpenAI):
    """An SDK client that uses only what it is given explicitly.

    The SDK would read OPENAI_ORG_ID, OPENAI_PROJECT_ID, OPENAI_ADMIN_KEY and OPENAI_CUSTOM_HEADERS from the environment
    and send them to every compatible server. Proxies (HTTPS_PROXY) still apply.
    """

    def __init__(self, endpoint: _Endpoint, key: str | None, trust: SSLContext) -> None:
        # A redirect would send the `api-key` header to another host.
        http_client = BoundedClient(follow_redirects=False, verify=trust, limits=DEFAULT_CONNECTION_LIMITS)
        http_client.total_s = endpoint.total_timeout_s
        super().__init__(
            # Set so that the SDK does not read the environment; replaced below.
            api_key="unused",
            base_url=endpoint.base_url,
            timeout=Timeout(endpoint.timeout_s, connect=_CONNECT_S),
            max_retries=0,
            default_query=dict(endpoint.query),
            http_client=http_client,
        )
        self.api_key = ""
        self.admin_api_key = None
        self.webhook_secret = None
        self.organization = None
        self.project = None
        self._custom_headers = _auth_headers(endpoint.api_key_header, key)

    def _build_request(self, options: FinalRequestOptions, *, retries_taken: int = 0) -> Request:
        """As the SDK's, but every error becomes `RequestNotSent`: nothing has been sent yet."""
        try:
            return super()._build_request(options, retries_taken=retries_taken)
        except Exception as error:
            raise RequestNotSent from error

    def _validate_headers(self, headers: Mapping[str, object], custom_headers: Mapping[str, object]) -> None:
        """Overrides the SDK's check for a key, which local servers do not need."""


def _auth_headers(header: str, key: str | None) -> dict[str, str]:
    if key is None:
        return {}
    return {"api-key": key} if header == "api-key" else {"Authorization": f"Bearer {key}"}
