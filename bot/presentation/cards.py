"""Builds the cards that Easel posts. All their texts are here, none in adapters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.events import Action
from bot.domain.ids import JobId, PictureId
from bot.domain.jobs import Version
from bot.domain.money import UsdMicros, format_usd
from bot.domain.pictures import Picture
from bot.domain.requests import Order, Request, VersionName
from bot.domain.text import shorten
from bot.errors import EaselError
from bot.presentation.card import Button, Card, CardFile, CardPicture, Field, Preview, ResultData
from bot.texts import command_errors

EVERYONE = "Everyone here"
"""The name of the line of `/imagine usage` for all people of a workspace or server."""
_KEPT_BACK = "The original is too large for a message here. Easel keeps it, and edits start from it."


@dataclass(frozen=True, slots=True)
class UsageLine:
    """One line of `/imagine usage`: `name` is a person or a model; `unknown` jobs reported no usage."""

    name: str
    pictures: int
    cost: UsdMicros
    unknown: int = 0


def queued(order: Order, *, model_label: str, place: int) -> Card:
    """The status card of a waiting job. `place` is its position in the queue, from 1."""
    title = "Next in the queue" if place <= 1 else f"Number {place} in the queue"
    return _status_card(order, title, model_label)


def waiting_for_base(order: Order, *, model_label: str) -> Card:
    return _status_card(order, "Waiting for the image to edit", model_label)


def drawing(
    order: Order,
    *,
    model_label: str,
    since: datetime,
    elapsed_s: float,
    done: int = 0,
    fraction: float | None = None,
    preview: Preview | None = None,
) -> Card:
    """The status card of a job that is drawing. `done` of `order.request.n` pictures are finished."""
    n = order.request.n
    title = f"Drawing {_format_elapsed(elapsed_s)}" + (f" · image {min(done + 1, n)} of {n}" if n > 1 else "")
    return _status_card(order, title, model_label, since=since, progress=fraction, preview=preview)


@dataclass(frozen=True, slots=True)
class DeliveredImages:
    """The pictures of a version as a platform can show them, in order: original, or converted with a note.

    `kept_back` are the originals that are too large to be attached.
    """

    pictures: tuple[Picture, ...]
    notes: tuple[str, ...] = ()
    kept_back: frozenset[PictureId] = frozenset()


def result(version: Version, *, model_label: str, parent: str | None, shown: DeliveredImages, private: bool) -> Card:
    """The result of a job. `parent` is the name of the version that was edited, None for a new picture.

    Originals of converted pictures are attached as files if they fit.
    """
    made = f"{version.name} from {parent}" if parent else version.name
    title = f"{made} for {version.author.name}" + (" · only you can see this" if private else "")
    buttons = [_button("again", "Again", version.job), _button("edit", "Edit…", version.job, style="primary")]
    buttons += [_button("share", "Share", version.job)] if private else []
    buttons += [_button("details", "Details", version.job)]
    buttons += [_button("svg", "SVG", version.job)] if _has_svg(version) else []
    buttons += [_delete_button(version)]
    return Card(
        tone="done",
        title=title,
        quote=version.typed,
        fields=_result_fields(version, model_label),
        notes=version.notes + shown.notes + ((_KEPT_BACK,) if shown.kept_back else ()),
        pictures=_pictures(version, shown),
        files=_originals(version, shown),
        buttons=tuple(buttons),
        data=ResultData(
            version.number, version.request.model, _quality(version), round(version.seconds, 3), version.cost
        ),
    )


def failed(order: Order, error_text: str, hint: str | None, *, again: bool) -> Card:
    """The card of a failed job. `again` adds buttons to repeat it."""
    buttons = (_button("again", "Again", order.job), _button("edit", "Edit…", order.job)) if again else ()
    return Card(tone="error", title=error_text, text=hint or "", quote=order.typed, buttons=buttons)


def delivered_privately(version: Version, reason: str) -> Card:
    """Posted in the original place if the result could only be sent to the asker directly."""
    title = f"{version.name} is in a direct message to {version.author.name}"
    return Card(tone="info", title=title, text=reason, quote=version.typed)


def cancelled(order: Order) -> Card:
    return Card(tone="info", title="Cancelled", quote=order.typed, buttons=(_button("again", "Again", order.job),))


def deleted(version: Version, by: str) -> Card:
    return Card(tone="info", title=f"{version.name} was deleted by {by}")


def error(problem: EaselError) -> Card:
    """The private answer for an error."""
    advice = problem.hint or ("Try again in a moment." if problem.retryable else "")
    return Card(tone="error", title=problem.text, text=advice)


def internal_error() -> Card:
    """The answer for an unexpected error; details are only logged."""
    return Card(
        tone="error",
        title="Something went wrong inside Easel.",
        text="Nothing was lost. Try again, and tell an admin if it happens again.",
    )


def moved_head(version: Version, shown: DeliveredImages) -> Card:
    """Confirms `undo` and `back to v2`."""
    return Card(
        tone="info",
        title=f"Back at {version.name}. The next edit starts from it.",
        quote=version.typed,
        pictures=_pictures(version, shown),
        buttons=(_button("edit", "Edit…", version.job),),
    )


def tree(picture: Picture, names: Sequence[str], head: str | None) -> Card:
    start = f" The next edit starts from {head}." if head else ""
    count = "1 version" if len(names) == 1 else f"{len(names)} versions"
    return Card(
        tone="info",
        title=f"{count} in this thread.{start}",
        pictures=(CardPicture(picture, "versions", f"A tree of {count}: {', '.join(names)}."),),
    )


def tree_with_deleted_versions(deleted: Version) -> Card:
    return Card(tone="info", title=f"This showed {deleted.name}, which was deleted. Type “tree” to see the others.")


def details(version: Version, *, model_label: str, command: str) -> Card:
    """All details of a version, and the command that repeats it."""
    request, applied = version.request, version.applied
    formats = sorted({picture.format for picture in version.pictures})
    fields = (
        *_result_fields(version, model_label),
        Field("Format", ", ".join(formats) + (", drawn as SVG" if _has_svg(version) else "")),
        Field("Background", applied.background or request.background),
        Field("Images", str(len(version.pictures))),
        Field("Drawn", f"{version.created_at:%Y-%m-%d %H:%M} UTC"),
        Field("By", version.author.name),
    )
    return Card(
        tone="info",
        title=f"Details of {version.name}",
        quote=request.prompt,
        fields=fields,
        notes=version.notes,
        code=command,
    )


def drawings(version: Version) -> Card:
    """The SVG files of a version, for download. Raises NotFound if it has none."""
    files = tuple(
        CardFile(picture.svg, f"easel-{picture_name(version, index)}.svg")
        for index, picture in enumerate(version.pictures)
        if picture.svg is not None
    )
    if not files:
        raise command_errors.not_an_svg(version.name)
    return Card(tone="info", title=f"{version.name} as SVG, to edit in a drawing program", files=files)


def could_not_accept(name: str) -> Card:
    """The answer to a message whose content the platform hides from us. `name` is our name there."""
    return Card(
        tone="info",
        title="Easel cannot read your message",
        text="Here it sees only messages that mention it. "
        f"Reply to one of its images with the mention on, or start your message with @{name}.",
    )


def help_card(flags: Sequence[Field], subcommands: Sequence[Field], *, commands_in_threads: bool = True) -> Card:
    note = "Commands do not work in threads here. Reply, mention Easel, or use the message's menu."
    return Card(
        tone="info",
        title="Type /imagine and describe the image",
        text="Reply in an image's thread to edit it: with words, an image, or both. "
        "“v2: darker” and “make v2 darker” edit v2 instead of the newest version. “undo”, “redo”, “back to v2” and "
        "“tree” work there too. Easel ignores thanks and other talk, and lines that start with //.",
        fields=(*flags, *subcommands),
        notes=() if commands_in_threads else (note,),
        code="/imagine a lighthouse at dusk --size 1536x1024 --quality high",
    )


def models(rows: Sequence[Field], default: str) -> Card:
    return Card(tone="info", title=f"Choose a model with --model. The default is {default}.", fields=tuple(rows))


def usage(month: str, mine: Sequence[UsageLine], team: UsageLine | None) -> Card:
    """`month` is text such as "November 2026"; `mine` is by model; `team` the sum of all people, None to omit it."""
    mine_fields = tuple(Field(spent.name, _format_usage(spent)) for spent in mine)
    everyone = (Field(EVERYONE, _format_usage(team)),) if team is not None else ()
    return Card(
        tone="info",
        title=f"Your images in {month}",
        text="" if mine else "None yet.",
        fields=(*mine_fields, *everyone),
    )


def defaults(saved: Sequence[Field], *, changed: bool) -> Card:
    """The person's saved defaults."""
    if not saved:
        title = "Your defaults are cleared" if changed else "You have no defaults"
        return Card(tone="info", title=title, code="/imagine defaults --quality high --size landscape")
    title = "Saved. Your commands use this unless they say otherwise." if changed else "Your defaults"
    return Card(tone="info", title=title, fields=tuple(saved), code="/imagine defaults clear")


def inputs_note(labels: Sequence[str]) -> str:
    """Lists the input pictures by the names a prompt can use: "image 1: v2 · image 2: logo.png"."""
    return " · ".join(f"image {position}: {label}" for position, label in enumerate(labels, start=1))


def picture_name(version: Version, index: int) -> str:
    """`v2`, or `v2b` if the version has several pictures."""
    return str(VersionName(version.number, index if len(version.pictures) > 1 else None))


def alt_text(words: str, index: int, count: int) -> str:
    """The alt text of one of `count` pictures with this prompt. Discord allows 1024 characters; 200 are enough."""
    # Alt texts are capped at 1024 characters by Discord and are read aloud whole: 200 say enough.
    which = "Image" if count == 1 else f"Image {index + 1} of {count}"
    return f"{which}: {shorten(words, 200)}"


# Private


def _status_card(
    order: Order,
    title: str,
    model_label: str,
    *,
    since: datetime | None = None,
    progress: float | None = None,
    preview: Preview | None = None,
) -> Card:
    return Card(
        tone="working",
        title=title,
        quote=order.typed,
        fields=(
            Field("Model", model_label),
            Field("Size", str(order.request.size)),
            *_quality_fields(order.request, order.request.quality),
            Field("Estimate", format_usd(order.estimate)),
        ),
        notes=order.notes,
        since=since,
        progress=progress,
        preview=preview,
        buttons=(_button("cancel", "Cancel", order.job),),
    )


def _result_fields(version: Version, model_label: str) -> tuple[Field, ...]:
    size = version.pictures[0].size if version.pictures else version.request.size
    return (
        Field("Model", model_label),
        Field("Size", str(size)),
        *_quality_fields(version.request, _quality(version)),
        Field("Took", f"{version.seconds:.1f} s"),
        Field("Cost", format_usd(version.cost)),
    )


def _quality(version: Version) -> str:
    return version.applied.quality or version.request.quality


def _quality_fields(request: Request, quality: str) -> tuple[Field, ...]:
    """The fields for quality, and for effort if it differs from the quality."""
    effort = () if request.effort in (None, quality) else (Field("Effort", request.effort),)
    return (Field("Quality", quality), *effort)


def _has_svg(version: Version) -> bool:
    return any(picture.svg is not None for picture in version.pictures)


def _pictures(version: Version, shown: DeliveredImages) -> tuple[CardPicture, ...]:
    count = len(shown.pictures)
    return tuple(
        CardPicture(picture, picture_name(version, index), alt_text(version.typed, index, count))
        for index, picture in enumerate(shown.pictures)
    )


def _originals(version: Version, shown: DeliveredImages) -> tuple[CardFile, ...]:
    return tuple(
        CardFile(original.id, f"easel-{picture_name(version, index)}.{original.format}")
        for index, (original, picture) in enumerate(zip(version.pictures, shown.pictures, strict=False))
        if original.id != picture.id and original.id not in shown.kept_back
    )


def _button(action: Action, label: str, job: JobId, style: str = "plain") -> Button:
    return Button(action, label, job, "primary" if style == "primary" else "plain")


def _delete_button(version: Version) -> Button:
    question = f"Delete {version.name} for everyone? This cannot be undone."
    return Button("delete", "Delete", version.job, "danger", question)


def _format_usage(spent: UsageLine) -> str:
    images = "1 image" if spent.pictures == 1 else f"{spent.pictures} images"
    unknown = f" + {spent.unknown} of unknown cost" if spent.unknown else ""
    return f"{images}, {format_usd(spent.cost)}{unknown}"


def _format_elapsed(elapsed_s: float) -> str:
    minutes, seconds = divmod(int(elapsed_s), 60)
    return f"{minutes:02}:{seconds:02}"
