"""What an app posts stands in the emulated channels as people would see it, and where."""

from typing import Any

import pytest

from tests.emulators.slack.person import Person
from tests.emulators.slack.server import SlackEmulator
from tests.emulators.slack.tests.workspace import a_client, refused
from tests.emulators.slack.things import Channel, Ping


@pytest.fixture
def bob(slack: SlackEmulator) -> Person:
    return slack.add_person("Bob")


@pytest.fixture
def studio(slack: SlackEmulator, ada: Person, bob: Person) -> Channel:
    return slack.add_channel("studio", members=[ada, bob])


def texts(person: Person, channel: Channel) -> list[str]:
    return [message.text for message in person.sees(channel)]


async def test_people_see_what_is_posted(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """A message and its reply stand in the channel, and those outside see nothing of a private one."""
    client = a_client(slack)
    root = await client.chat_postMessage(channel=studio.id, text="root")
    await client.chat_postMessage(channel=studio.id, text="reply", thread_ts=root["ts"])
    assert [(message.text, message.thread_ts) for message in ada.sees(studio)] == [
        ("root", None),
        ("reply", root["ts"]),
    ]
    closet = slack.add_channel("closet", is_private=True)
    with pytest.raises(LookupError):
        ada.sees(closet)


async def test_a_user_id_is_a_conversation(slack: SlackEmulator, ada: Person, bob: Person) -> None:
    """What is posted to a person's id stands in that person's conversation with the app."""
    response = await a_client(slack).chat_postMessage(channel=ada.id, text="psst")
    assert response["channel"] == ada.dm.id
    assert texts(ada, ada.dm) == ["psst"]
    assert bob.sees_everywhere() == []


async def test_ephemeral_messages_are_for_one(slack: SlackEmulator, ada: Person, bob: Person, studio: Channel) -> None:
    """Only the person who is meant sees it, and the Web API finds it nowhere."""
    client = a_client(slack)
    posted = await client.chat_postEphemeral(channel=studio.id, user=ada.id, text="psst")
    assert (texts(ada, studio), texts(bob, studio)) == (["psst"], [])
    updating = client.chat_update(channel=studio.id, ts=posted["message_ts"], text="x")
    assert (await refused(slack, updating))["error"] == "message_not_found"
    assert (await client.conversations_history(channel=studio.id))["messages"] == []
    stranger = slack.add_person("Eve")
    posting = client.chat_postEphemeral(channel=studio.id, user=stranger.id, text="psst")
    assert (await refused(slack, posting))["error"] == "user_not_in_channel"


async def test_ephemeral_replies_need_an_active_thread(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """In a thread without replies no client shows them, though Slack says ok."""
    client = a_client(slack)
    root = await ada.say(studio, "root")
    posting = {"channel": studio.id, "user": ada.id, "thread_ts": root}
    await client.chat_postEphemeral(**posting, text="unseen")
    await ada.say(studio, "reply", thread_ts=root)
    await client.chat_postEphemeral(**posting, text="seen")
    assert texts(ada, studio) == ["root", "reply", "seen"]


@pytest.mark.parametrize(("case", "faults"), [("none", 0), ("reply", 1), ("deleted", 0)])
async def test_threads_hang_on_their_root(
    slack: SlackEmulator, ada: Person, studio: Channel, case: str, faults: int
) -> None:
    """A thread's ts is that of its root: not of a reply, of nothing, or of a message that is gone."""
    root = await ada.say(studio, "root")
    ts = root
    if case == "reply":
        ts = await ada.say(studio, "reply", thread_ts=root)
    if case == "deleted":
        slack.delete_message(studio, root)
    if case == "none":
        ts = "1700000000.000100"
    posting = a_client(slack).chat_postMessage(channel=studio.id, text="x", thread_ts=ts)
    assert (await refused(slack, posting, faults=faults))["error"] == "thread_not_found"


async def test_a_channel_is_closed_to_the_app(slack: SlackEmulator, studio: Channel) -> None:
    """Once it is kicked out it cannot write, and in an archived channel it cannot change what it wrote."""
    client = a_client(slack)
    posted = await client.chat_postMessage(channel=studio.id, text="1")
    slack.kick_bot(studio)
    posting = client.chat_postMessage(channel=studio.id, text="2")
    assert (await refused(slack, posting))["error"] == "not_in_channel"
    slack.invite_bot(studio)
    slack.archive(studio)
    updating = client.chat_update(channel=studio.id, ts=posted["ts"], text="2")
    assert (await refused(slack, updating))["error"] == "is_inactive"


async def test_an_update_replaces_everything(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Blocks that are not given again are gone, and only an update without blocks says that it was edited."""
    client = a_client(slack)
    posted = await client.chat_postMessage(channel=studio.id, text="1", blocks=[{"type": "divider"}])
    where = {"channel": studio.id, "ts": posted["ts"]}
    await client.chat_update(**where, text="2", blocks=[{"type": "divider"}, {"type": "divider"}])
    (message,) = ada.sees(studio)
    assert (message.text, len(message.blocks), message.edited) == ("2", 2, None)
    await client.chat_update(**where, text="3")
    assert (message.text, message.blocks, message.edited is not None) == ("3", [], True)


async def test_updates_have_limits(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Another's message, a message that is gone and a text that is too long are refused."""
    client = a_client(slack)
    posted = await client.chat_postMessage(channel=studio.id, text="1")
    foreign = await ada.say(studio, "hers")
    updating = client.chat_update(channel=studio.id, ts=foreign, text="mine")
    assert (await refused(slack, updating))["error"] == "cant_update_message"
    updating = client.chat_update(channel=studio.id, ts=posted["ts"], text="x" * 4001)
    assert (await refused(slack, updating, faults=1))["error"] == "msg_too_long"
    await client.chat_delete(channel=studio.id, ts=posted["ts"])
    updating = client.chat_update(channel=studio.id, ts=posted["ts"], text="2")
    assert (await refused(slack, updating))["error"] == "message_not_found"
    deleting = client.chat_delete(channel=studio.id, ts=foreign)
    assert (await refused(slack, deleting))["error"] == "cant_delete_message"


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        ({"text": ""}, 1),
        ({"blocks": []}, 1),
        ({"text": "x" * 40_001}, 1),
        ({"text": "x", "metadata": {"event_type": "e", "event_payload": {"x": "y" * 9000}}}, 1),
        ({"text": "x", "metadata": {"kind": "e"}}, 1),
    ],
)
async def test_messages_have_limits(slack: SlackEmulator, studio: Channel, asked: dict[str, Any], faults: int) -> None:
    """Messages without words, with too many, or with metadata of another form are refused."""
    call = a_client(slack).api_call("chat.postMessage", json={"channel": studio.id, **asked})
    await refused(slack, call, faults=faults)
    assert studio.messages == []


async def test_blocks_need_a_text(slack: SlackEmulator, studio: Channel) -> None:
    """Slack takes blocks without a text, but those who hear or get notified have nothing then."""
    body = {"channel": studio.id, "blocks": [{"type": "divider"}]}
    await a_client(slack).api_call("chat.postMessage", json=body)
    assert len(slack.problems) == 1
    slack.forgive()


async def test_metadata_is_kept(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """An app finds its message again by the metadata that history tells on request."""
    metadata = {"event_type": "card", "event_payload": {"key": "7"}}
    client = a_client(slack)
    posted = await client.chat_postMessage(channel=studio.id, text="root", metadata=metadata)
    await client.chat_postMessage(channel=studio.id, text="reply", thread_ts=posted["ts"], metadata=metadata)
    (root,) = (await client.conversations_history(channel=studio.id, include_all_metadata=True))["messages"]
    assert (root["metadata"], root["reply_count"]) == (metadata, 1)
    thread = await client.conversations_replies(channel=studio.id, ts=posted["ts"], include_all_metadata=True)
    assert [each["metadata"] for each in thread["messages"]] == [metadata, metadata]
    (plain,) = (await client.conversations_history(channel=studio.id))["messages"]
    assert "metadata" not in plain


async def test_history_is_read_in_pages(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """The newest come first, within the times asked for, and a cursor leads to the rest."""
    stamps = [await ada.say(studio, str(index)) for index in range(5)]
    client = a_client(slack)
    page = await client.conversations_history(channel=studio.id, limit=2)
    assert ([each["text"] for each in page["messages"]], page["has_more"]) == (["4", "3"], True)
    cursor = page["response_metadata"]["next_cursor"]
    page = await client.conversations_history(channel=studio.id, limit=2, cursor=cursor)
    assert [each["text"] for each in page["messages"]] == ["2", "1"]
    page = await client.conversations_history(channel=studio.id, oldest=stamps[1], latest=stamps[3])
    assert [each["text"] for each in page["messages"]] == ["2"]
    page = await client.conversations_history(channel=studio.id, oldest=stamps[3], inclusive=True)
    assert [each["text"] for each in page["messages"]] == ["4", "3"]


async def test_history_needs_scope_and_membership(slack: SlackEmulator, ada: Person) -> None:
    """Each kind of conversation has a scope of its own, and outside the bot reads nothing."""
    outside = slack.add_channel("outside", with_bot=False)
    client = a_client(slack)
    assert (await refused(slack, client.conversations_history(channel=outside.id)))["error"] == "not_in_channel"
    slack.team.scopes.discard("im:history")
    response = await refused(slack, client.conversations_history(channel=ada.dm.id))
    assert response["needed"] == "im:history"


async def test_pings_are_noticed(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Whoever an unescaped mention would ring up is remembered; escaped and plain ones ring nobody up."""
    client = a_client(slack)
    plain = {"type": "section", "text": {"type": "plain_text", "text": "<!channel>"}}
    quiet = {"type": "rich_text", "elements": [_rich({"type": "text", "text": "<!here>"})]}
    await client.chat_postMessage(channel=studio.id, text="&lt;!channel&gt; @here", blocks=[plain, quiet])
    assert slack.pings == []
    loud = {"type": "section", "text": {"type": "mrkdwn", "text": f"<@{ada.id}> <!here|here>"}}
    named = {"type": "rich_text", "elements": [_rich({"type": "broadcast", "range": "everyone"})]}
    await client.chat_postMessage(channel=studio.id, text="<!channel>", blocks=[loud, named])
    assert [ping.who for ping in slack.pings] == ["channel", ada.id, "here", "everyone"]
    slack.pings.clear()
    await client.chat_postMessage(channel=studio.id, text="hello @ada and @channel", link_names=True)
    assert slack.pings == [Ping(who, "chat.postMessage", "hello @ada and @channel") for who in (ada.id, "channel")]


def _rich(element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": [element]}


async def test_a_status_goes_away(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """It lasts until the app posts in the thread, takes it back, or says nothing for two minutes."""
    root = await ada.say(studio, "root")
    client = a_client(slack)
    asked: dict[str, Any] = {"channel_id": studio.id, "thread_ts": root}

    async def set_status(text: str) -> None:
        await client.assistant_threads_setStatus(**asked, status=text, loading_messages=["Mixing colours"])

    await set_status("is drawing")
    status = slack.status_of(studio.id, root)
    assert status is not None
    assert (status.text, status.loading_messages) == ("is drawing", ("Mixing colours",))
    await set_status("")
    assert slack.status_of(studio.id, root) is None
    await set_status("is drawing")
    await client.chat_postMessage(channel=studio.id, thread_ts=root, text="done")
    assert slack.status_of(studio.id, root) is None
    await set_status("is drawing")
    slack.clock.advance(121)
    assert slack.status_of(studio.id, root) is None
    eleven = client.assistant_threads_setStatus(**asked, status="x", loading_messages=["x"] * 11)
    assert (await refused(slack, eleven, faults=1))["error"] == "invalid_arguments"


async def test_small_signs(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """Reactions are added once, permalinks name channel and message, and a conversation can be opened."""
    slack.team.scopes |= {"reactions:write", "im:write", "channels:read"}
    client = a_client(slack)
    ts = await ada.say(studio, "root")
    await client.reactions_add(channel=studio.id, name="eyes", timestamp=ts)
    assert ada.sees(studio)[0].reactions == {"eyes": [slack.team.bot_user_id]}
    again = client.reactions_add(channel=studio.id, name="eyes", timestamp=ts)
    assert (await refused(slack, again))["error"] == "already_reacted"
    link = (await client.chat_getPermalink(channel=studio.id, message_ts=ts))["permalink"]
    assert link.endswith(f"/archives/{studio.id}/p{ts.replace('.', '')}")
    assert (await client.conversations_open(users=[ada.id]))["channel"]["id"] == ada.dm.id
    assert (await client.conversations_info(channel=studio.id))["channel"]["is_member"] is True


async def test_a_deleted_root_leaves_a_tombstone(slack: SlackEmulator, ada: Person, studio: Channel) -> None:
    """As long as its thread has replies: it takes further ones, and whoever asks for it gets them."""
    client = a_client(slack)
    root = await ada.say(studio, "root")
    reply = await ada.say(studio, "reply", thread_ts=root)
    slack.delete_message(studio, root)
    found = (await client.conversations_replies(channel=studio.id, ts=root))["messages"]
    assert [(each["ts"], each.get("subtype"), each["user"]) for each in found] == [
        (root, "tombstone", "USLACKBOT"),
        (reply, None, ada.id),
    ]
    assert found[1]["parent_user_id"] == "USLACKBOT"
    await client.chat_postMessage(channel=studio.id, text="answer", thread_ts=root)
    for ts in [each.ts for each in studio.replies(root)]:
        slack.delete_message(studio, ts)
    asking = client.conversations_replies(channel=studio.id, ts=root)
    assert (await refused(slack, asking))["error"] == "thread_not_found"


async def test_answers_tell_the_emulated_time(slack: SlackEmulator) -> None:
    """Their `Date` is that of everything else that happens there, and not the real one."""
    slack.clock.advance(86_400)
    before = slack.clock.http_date()
    answer = await a_client(slack).auth_test()
    assert answer.headers["Date"] in (before, slack.clock.http_date())
