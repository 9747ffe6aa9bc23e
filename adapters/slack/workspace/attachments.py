"""Downloads files that people attached in Slack: `files.info` by id, then the bytes, with the token for Slack alone."""

from typing import Final

from yarl import URL

from adapters.shared.download import DownloadRules, download
from adapters.slack import errors
from adapters.slack.addresses import SlackAddresses
from adapters.slack.installations.workspaces import Workspaces
from adapters.slack.payloads.files import File
from adapters.slack.payloads.web_api import parse_files_info
from adapters.slack.web_api.client import SlackApi
from bot.ports import Clock
from bot.texts import image_errors

_MAX_REDIRECTS: Final = 3
_ADDRESS_WAIT_S: Final = (0.5, 1.0, 2.0)
"""Pauses between attempts: a file that was uploaded a moment ago may not have its address yet."""


class AttachmentDownloads:
    """Args: `addresses`: which of them get the token."""

    def __init__(
        self, api: SlackApi, workspaces: Workspaces, clock: Clock, *, api_url: str, addresses: SlackAddresses
    ) -> None:
        self._api = api
        self._workspaces = workspaces
        self._clock = clock
        is_encrypted = URL(api_url).scheme == "https"
        self._rules = DownloadRules(
            "Slack",
            is_allowed=lambda address: address.scheme == "https" or not is_encrypted,
            blocked=errors.too_many_redirects,
            gets_headers=addresses.is_slack,
            max_redirects=_MAX_REDIRECTS,
        )

    async def fetch(self, team: str, file: str, *, max_bytes: int) -> bytes:
        """The bytes of a file by its id, never by an address from a message.

        `files.info` is called first: events may hold only a stub of the file (Slack Connect), or an old address.

        Raises:
            BadPicture: gone, stored elsewhere, or longer than `max_bytes`.
            AdminError: the app may not read files.
            Transient: Slack cannot be reached.
        """
        info = await self._info(team, file)
        if info.size is not None and info.size > max_bytes:
            raise image_errors.attachment_too_large(max_bytes)
        address = info.url_private_download or info.url_private
        if not address:
            raise errors.no_address()
        headers = {"Authorization": f"Bearer {await self._workspaces.token(team)}"}
        data = await download(self._api.session, URL(address), self._rules, max_bytes=max_bytes, headers=headers)
        if data is None:
            raise image_errors.attachment_gone()
        if _is_login_page(data, info.size):
            raise errors.login_page()
        return data

    async def _info(self, team: str, file: str) -> File:
        info = File()
        for wait_s in (*_ADDRESS_WAIT_S, 0.0):
            info = parse_files_info(await self._api.call(team, "files.info", file=file)).file
            mode = "external" if info.is_external else info.mode
            if mode in errors.UNREADABLE_MODES:
                raise errors.unreadable_file(mode)
            if info.url_private_download or info.url_private:
                return info
            await self._clock.sleep(wait_s)
        return info


def _is_login_page(data: bytes, bytes_count: int | None) -> bool:
    """Slack answers 200 and its login page where the token does not open the file."""
    is_page = data[:512].lstrip().lower().startswith((b"<!doctype html", b"<html"))
    # Somebody may have sent a web page: that one is as long as Slack says, and is for the core to explain.
    return is_page and len(data) != bytes_count
