"""The files of an edit: what the Images API says about each."""

import io
from dataclasses import dataclass

from PIL import Image

from tests.emulators.openai import problems
from tests.emulators.openai.calls import Call, Upload
from tests.emulators.openai.models import ImageModel
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State

MAX_IMAGES = 16
MAX_MASK_BYTES = 4_000_000
MIMES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}


@dataclass(frozen=True, slots=True)
class Inputs:
    pictures: tuple[bytes, ...] = ()
    area: bytes | None = None
    base_size: tuple[int, int] | None = None


def read_inputs(call: Call, state: State, *, model: ImageModel | None) -> Inputs:
    """The checked files of a form; `model` is None where any can take any.

    Raises:
        ApiProblem: what the real API would answer.
    """
    _check_fields(call)
    images = call.files_in("image", "image[]")
    for upload in images:
        _check_image(call, upload, state)
    mask, markup = _only(call, "mask"), _only(call, "markup")
    if mask and markup:
        raise problems.invalid("markup", "'markup' cannot be combined with 'mask'.")
    base_size = _upright_size(images[0].data)
    if mask:
        _check_mask(mask, base_size)
    if markup:
        if model is not None and not model.markup:
            raise problems.unsupported("markup", "'markup' is not supported for this model.")
        _check_markup(markup, base_size)
    return Inputs(tuple(upload.data for upload in images), mask.data if mask else None, base_size)


def _check_fields(call: Call) -> None:
    for upload in call.files:
        if upload.field not in ("image", "image[]", "mask", "markup"):
            raise problems.unknown(upload.field)
    plain, listed = call.files_in("image"), call.files_in("image[]")
    if len(plain) > 1 or (plain and listed):
        text = (
            "Duplicate parameter: 'image'. You provided multiple values for this parameter, whereas only one is "
            "allowed. If you are trying to provide a list of values, use the array syntax instead e.g. "
            "'image[]=<value>'."
        )
        raise ApiProblem(400, text, param="image", code="duplicate_parameter")
    if not plain and not listed:
        raise problems.missing("image")
    if len(listed) > MAX_IMAGES:
        text = (
            f"Invalid 'image': array too long. Expected an array with maximum length {MAX_IMAGES}, "
            f"but got an array with length {len(listed)} instead."
        )
        raise ApiProblem(400, text, param="image", code="array_above_max_length")


def _only(call: Call, field: str) -> Upload | None:
    found = call.files_in(field)
    if len(found) > 1:
        raise ApiProblem(400, f"Duplicate parameter: '{field}'.", param=field, code="duplicate_parameter")
    return found[0] if found else None


def _check_image(call: Call, upload: Upload, state: State) -> None:
    if upload.mime not in MIMES:
        raise _bad_mime(upload, "'image/jpeg', 'image/png', and 'image/webp'")
    if len(upload.data) >= state.max_upload_bytes:
        text = f"Invalid file '{upload.field}': the file is too large. Each image must be less than 50MB."
        raise ApiProblem(400, text, param="image", code="image_too_large")
    if _opened(upload.data).format != MIMES[upload.mime]:
        state.note(call, f"{upload.name} is not {upload.mime}")


def _check_mask(mask: Upload, base_size: tuple[int, int]) -> None:
    if len(mask.data) >= MAX_MASK_BYTES:
        raise problems.invalid("mask", "Invalid mask image: the mask must be a PNG file less than 4MB.")
    opened = _overlay(mask)
    if opened.size != base_size:
        raise problems.invalid("mask", "Invalid mask image format - mask size does not match image size")


def _check_markup(markup: Upload, base_size: tuple[int, int]) -> None:
    opened = _overlay(markup)
    if opened.size != base_size:
        raise problems.invalid("markup", "Invalid markup image: its dimensions do not match the first image.")
    if opened.getchannel("A").getextrema()[0] == 255:
        raise problems.invalid("markup", "Invalid markup image: it must contain transparent pixels.")


def _overlay(upload: Upload) -> Image.Image:
    """A PNG with an alpha channel."""
    if upload.mime != "image/png":
        raise _bad_mime(upload, "'image/png'")
    opened = _opened(upload.data, field=upload.field)
    if opened.format != "PNG":
        raise problems.invalid(upload.field, f"Invalid {upload.field} image format - expected a PNG file")
    if opened.mode not in ("RGBA", "LA"):
        raise problems.invalid(
            upload.field, f"Invalid {upload.field} image format - {upload.field} image missing alpha channel"
        )
    opened.load()
    return opened


def _upright_size(data: bytes) -> tuple[int, int]:
    opened = _opened(data)
    turned = opened.getexif().get(0x0112, 1) >= 5
    width, height = opened.size
    return (height, width) if turned else (width, height)


def _opened(data: bytes, *, field: str = "image") -> Image.Image:
    try:
        return Image.open(io.BytesIO(data))
    except (OSError, ValueError) as error:
        text = "Invalid image file or mode for image 1, please check your image file."
        raise ApiProblem(400, text, param=field, code="invalid_image_file") from error


def _bad_mime(upload: Upload, allowed: str) -> ApiProblem:
    text = (
        f"Invalid file '{upload.field}': unsupported mimetype ('{upload.mime}'). Supported file formats are {allowed}."
    )
    return ApiProblem(400, text, param=upload.field.removesuffix("[]"), code="unsupported_file_mimetype")
