"""What the Images API accepts, model by model; facts of the official client and of published error messages."""

from dataclasses import replace
from typing import cast

from tests.emulators.openai import problems
from tests.emulators.openai.calls import Call
from tests.emulators.openai.fields import Fields
from tests.emulators.openai.models import IMAGE_MODELS, TEXT_MODELS, ImageModel
from tests.emulators.openai.orders import ImageOrder, PictureFormat
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.sizes import gif_size_of, size_of
from tests.emulators.openai.state import State
from tests.emulators.openai.uploads import Inputs, read_inputs

MAX_PROMPT_CHARS = 32_000
MAX_IDENTIFIER_CHARS = 128
BOTH = frozenset(
    """
    prompt model n size quality background output_format output_compression complexity frame_count
    frame_duration_ms svg moderation stream partial_images safety_identifier user
    """.split()  # noqa: SIM905
)
EDIT_ONLY = frozenset({"input_fidelity", "svg[model]", "svg[reasoning][effort]"})


def understand_generation(call: Call, state: State) -> ImageOrder:
    """Raises: ApiProblem: what the real API would answer."""
    _demand_content(call, "application/json")
    fields = Fields(call)
    fields.refuse_others(BOTH)
    return _order(call, fields, state, Inputs())


def understand_edit(call: Call, state: State) -> ImageOrder:
    """Raises: ApiProblem: what the real API would answer."""
    _demand_content(call, "multipart/form-data")
    fields = Fields(call)
    fields.refuse_others((BOTH | EDIT_ONLY) - {"svg"})
    _, model = _model(fields, state)
    inputs = read_inputs(call, state, model=model)
    _check_fidelity(fields, model)
    return replace(_order(call, fields, state, inputs), is_edit=True)


def _demand_content(call: Call, wanted: str) -> None:
    sent = call.headers.get("Content-Type", "").partition(";")[0]
    if sent != wanted:
        text = f"Unsupported content type: '{sent}'. This API method only accepts '{wanted}' requests."
        raise ApiProblem(400, text)


def _model(fields: Fields, state: State) -> tuple[str, ImageModel]:
    name = fields.required("model")
    known = IMAGE_MODELS.get(state.serves.get(name, ""))
    if known is None or state.is_shut(name):
        raise problems.no_model(name)
    return name, known


def _order(call: Call, fields: Fields, state: State, inputs: Inputs) -> ImageOrder:
    name, model = _model(fields, state)
    format_ = _format(fields, model, state)
    stream = fields.flag("stream")
    fields.choice("moderation", ("low", "auto"))
    _check_complexity(fields, name, model)
    order = ImageOrder(
        prompt=fields.required("prompt", most_chars=MAX_PROMPT_CHARS),
        spec=model,
        n=fields.integer("n", 1, 10) or 1,
        quality=_quality(fields, name, model),
        background=_background(fields, model, state, format_),
        format=format_,
        compression=_compression(fields, format_),
        stream=stream,
        partials=_partials(fields, stream=stream),
        inputs=inputs.pictures,
        area=inputs.area,
        safety_identifier=fields.text("safety_identifier", most_chars=MAX_IDENTIFIER_CHARS) or fields.text("user"),
    )
    if stream and order.n > 1:
        state.note(call, "a stream of several pictures cannot tell them apart")
    order = _with_frames(fields, order, marked=inputs.area is not None)
    order = _with_author(fields, order, state)
    width, height = _canvas(fields.text("size"), order, inputs)
    return replace(order, width=width, height=height)


def _canvas(size: str | None, order: ImageOrder, inputs: Inputs) -> tuple[int, int]:
    assert order.spec is not None
    return (
        gif_size_of(size, order.frames) if order.format == "gif" else size_of(size, order.spec, base=inputs.base_size)
    )


def _format(fields: Fields, model: ImageModel, state: State) -> PictureFormat:
    allowed = ("png", "webp", "jpeg", "gif", "svg") if model.plans else ("png", "webp", "jpeg")
    format_ = fields.choice("output_format", allowed) or "png"
    if format_ in ("gif", "svg") and not state.preview_access:
        raise ApiProblem(403, f"Your project does not have access to {format_.upper()} output.", param="output_format")
    return cast("PictureFormat", format_)


def _quality(fields: Fields, name: str, model: ImageModel) -> str:
    quality = fields.choice("quality", ("low", "medium", "high", "xhigh", "max", "auto")) or "auto"
    if quality == "auto":
        return model.auto_quality
    if quality not in model.qualities:
        raise problems.unsupported("quality", f"The model '{name}' does not support quality '{quality}'")
    return quality


def _background(fields: Fields, model: ImageModel, state: State, format_: PictureFormat) -> str:
    background = fields.choice("background", ("transparent", "opaque", "auto")) or "auto"
    if background == "transparent":
        if model.transparent == "preview" and not state.transparent_preview:
            raise problems.invalid("background", "Transparent background is not supported for this model.")
        if format_ in ("jpeg", "gif"):
            text = f"Transparent background is not supported for {format_.upper()} output format."
            raise problems.invalid("background", text)
    return "transparent" if background == "transparent" else "opaque"


def _partials(fields: Fields, *, stream: bool) -> int:
    partials = fields.integer("partial_images", 0, 3) or 0
    if partials and not stream:
        raise problems.invalid("partial_images", "'partial_images' is only supported when 'stream' is true.")
    return partials


def _compression(fields: Fields, format_: PictureFormat) -> int:
    compression = fields.integer("output_compression", 0, 100)
    if compression is None:
        return 100
    if format_ in ("gif", "svg"):
        raise problems.invalid(
            "output_compression", f"Compression is not supported for {format_.upper()} output format."
        )
    if format_ == "png" and compression < 100:
        text = "Compression less than 100 is not supported for PNG output format."
        raise problems.invalid("output_compression", text)
    return compression


def _check_complexity(fields: Fields, name: str, model: ImageModel) -> None:
    if fields.has("complexity") and not model.plans:
        raise problems.unsupported("complexity", f"The model '{name}' does not support complexity.")
    fields.choice("complexity", ("low", "medium", "high"))


def _check_fidelity(fields: Fields, model: ImageModel) -> None:
    fidelity = fields.choice("input_fidelity", ("high", "low"))
    if fidelity is not None and fidelity not in model.fidelities:
        raise problems.unsupported("input_fidelity", f"'input_fidelity' {fidelity!r} is not supported for this model.")


def _with_frames(fields: Fields, order: ImageOrder, *, marked: bool) -> ImageOrder:
    if order.format != "gif":
        for name in ("frame_count", "frame_duration_ms"):
            if fields.has(name):
                raise problems.invalid(name, f"'{name}' is only supported with output_format=gif.")
        return order
    if order.stream or marked:
        raise problems.invalid("output_format", "GIF output does not support streaming, partial images or masks.")
    frames = fields.integer("frame_count", 2, 16) or 9
    frame_ms = fields.integer("frame_duration_ms", 1, 10_000_000) or 200
    return replace(order, frames=frames, frame_ms=min(655_350, max(10, round(frame_ms, -1))))


def _with_author(fields: Fields, order: ImageOrder, state: State) -> ImageOrder:
    svg = fields.nested("svg")
    if order.format != "svg":
        if svg is not None:
            raise problems.invalid("svg", "'svg' requires output_format=svg.")
        return order
    if order.n != 1 or order.stream:
        raise problems.invalid("output_format", "SVG generation requires n=1 and does not support streaming.")
    if not state.svg_selection:
        if svg is not None:
            raise problems.invalid("svg", "SVG model selection is not enabled for this project.")
        return replace(order, author="gpt-6-luna")
    author = (svg or {}).get("model")
    if not isinstance(author, str):
        raise ApiProblem(
            400, "SVG generation requires 'svg.model'.", param="svg.model", code="missing_required_parameter"
        )
    known = TEXT_MODELS.get(author)
    if known is None:
        raise problems.no_model(author)
    reasoning = (svg or {}).get("reasoning")
    effort = reasoning.get("effort") if isinstance(reasoning, dict) else None
    if effort is not None and effort not in known.efforts:
        raise problems.invalid_value("svg.reasoning.effort", effort, known.efforts)
    return replace(order, author=author)
