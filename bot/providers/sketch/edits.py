"""The edit operations on pixels. Pictures are RGB or RGBA; transparency is preserved."""

from collections.abc import Callable, Sequence

from PIL import Image, ImageChops, ImageDraw, ImageEnhance, ImageFilter, ImageOps

from bot.imaging.pixels import map_values, resize
from bot.imaging.text import Label, render_labels
from bot.providers.sketch.palette import LIGHTS, Colour
from bot.providers.sketch.scene import Subject
from bot.providers.sketch.subjects import KINDS, cut_out


def greyscale(image: Image.Image) -> Image.Image:
    return _apply_to_colours(image, lambda colours: colours.convert("L").convert("RGB"))


def sepia(image: Image.Image) -> Image.Image:
    return _apply_to_colours(
        image, lambda colours: ImageOps.colorize(colours.convert("L"), (44, 26, 16), (255, 243, 220), (186, 140, 96))
    )


def invert(image: Image.Image) -> Image.Image:
    return _apply_to_colours(image, ImageChops.invert)


def brighter(image: Image.Image, strength: float) -> Image.Image:
    """Brightens by a gamma curve; negative strength darkens."""
    gamma = 1.6**-strength
    return _apply_to_colours(image, lambda colours: map_values(colours, lambda value: 255 * (value / 255) ** gamma))


def darker(image: Image.Image, strength: float) -> Image.Image:
    return brighter(image, -strength)


def warmer(image: Image.Image, strength: float) -> Image.Image:
    """Shifts colours towards red and yellow; negative strength towards blue."""

    def shift(colours: Image.Image) -> Image.Image:
        red, green, blue = colours.split()
        parts = (
            map_values(red, lambda value: value * (1 + 0.16 * strength)),
            map_values(green, lambda value: value * (1 + 0.02 * strength)),
            map_values(blue, lambda value: value * (1 - 0.2 * strength)),
        )
        return Image.merge("RGB", parts)

    return _apply_to_colours(image, shift)


def cooler(image: Image.Image, strength: float) -> Image.Image:
    return warmer(image, -strength)


def contrast(image: Image.Image, strength: float) -> Image.Image:
    return _apply_to_colours(image, lambda colours: ImageEnhance.Contrast(colours).enhance(1 + 0.4 * strength))


def colourful(image: Image.Image, strength: float) -> Image.Image:
    return _apply_to_colours(image, lambda colours: ImageEnhance.Color(colours).enhance(1 + 0.6 * strength))


def blur(image: Image.Image, strength: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(max(1.0, max(image.size) / 180 * strength)))


def sharpen(image: Image.Image, strength: float) -> Image.Image:
    sharper = ImageFilter.UnsharpMask(
        radius=max(1.5, max(image.size) / 700), percent=round(150 * strength), threshold=2
    )
    return _apply_to_colours(image, lambda colours: colours.filter(sharper))


def flip(image: Image.Image) -> Image.Image:
    return ImageOps.mirror(image)


def flip_vertically(image: Image.Image) -> Image.Image:
    return ImageOps.flip(image)


def rotate(image: Image.Image, clockwise_degrees: int) -> Image.Image:
    turns = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}
    return image.transpose(turns[clockwise_degrees]) if clockwise_degrees in turns else image.copy()


def crop_square(image: Image.Image) -> Image.Image:
    """Crops to the largest square in the middle."""
    edge = min(image.size)
    left, upper = (image.width - edge) // 2, (image.height - edge) // 2
    return image.crop((left, upper, left + edge, upper + edge))


def tint(image: Image.Image, colour: Colour) -> Image.Image:
    """Tints the picture with the colour; black and white stay."""

    def dye(colours: Image.Image) -> Image.Image:
        dark = (colour[0] // 6, colour[1] // 6, colour[2] // 6)
        light = (255 - (255 - colour[0]) // 8, 255 - (255 - colour[1]) // 8, 255 - (255 - colour[2]) // 8)
        return Image.blend(colours, ImageOps.colorize(colours.convert("L"), dark, light, colour), 0.82)

    return _apply_to_colours(image, dye)


def night(image: Image.Image) -> Image.Image:
    def dim(colours: Image.Image) -> Image.Image:
        return ImageChops.multiply(darker(colours, 0.25), Image.new("RGB", colours.size, (116, 136, 200)))

    return _apply_to_colours(image, dim)


def border(image: Image.Image, colour: Colour) -> Image.Image:
    """Draws a border of a twentieth of the shorter edge over the picture; its size stays."""
    framed = image.copy()
    width_px = max(2, min(image.size) // 20)
    area = (0, 0, image.width - 1, image.height - 1)
    ImageDraw.Draw(framed).rectangle(area, outline=_fill_colour(image, colour), width=width_px)
    return framed


def caption(image: Image.Image, text: str) -> Image.Image:
    """Writes white text on a dark band at the lower edge, at most three lines. No band if nothing can be drawn."""
    captioned = image.copy()
    height_px = max(10, round(min(image.size) / 13))
    room_px = max(1, round(image.width * 0.9))
    line_px = round(height_px * 1.4)
    (ink,) = render_labels([Label(text, height_px, line_px, room_px, max_lines=3, bold=True, centred=True)])
    if ink is None:
        return captioned
    band_px = min(image.height, max(height_px, ink.mask.height) + round(height_px * 1.1))
    area = (0, image.height - band_px, image.width, image.height)
    shade = Image.new(image.mode, (image.width, band_px), _fill_colour(image, (12, 12, 20)))
    captioned.paste(Image.blend(captioned.crop(area), shade, 0.72), area)
    at = ((image.width - room_px) // 2 + ink.left_px, area[1] + (band_px - ink.mask.height) // 2)
    captioned.paste("white", at, ink.mask)
    return captioned


def place(image: Image.Image, other: Image.Image, where: str) -> Image.Image:
    """Pastes the other picture at a third of the size at the named side or corner."""
    factor = min(image.width * 0.34 / other.width, image.height * 0.34 / other.height)
    small = resize(other.convert("RGBA"), (max(1, round(other.width * factor)), max(1, round(other.height * factor))))
    margin = round(min(image.size) * 0.04)
    room_x, room_y = image.width - small.width, image.height - small.height
    left = margin if "left" in where else room_x - margin if "right" in where else room_x // 2
    is_high, is_low = where.startswith(("top", "upper")), where.startswith(("bottom", "lower"))
    upper = margin if is_high else room_y - margin if is_low else room_y // 2
    placed = image.copy()
    placed.paste(small, (left, upper), small)
    return placed


def add_subjects(image: Image.Image, subjects: Sequence[Subject]) -> Image.Image:
    """Pastes subjects along the lower third; flying ones in the upper half."""
    added = image.copy()
    copies = [subject for subject in subjects for _ in range(subject.count)]
    for index, subject in enumerate(copies):
        kind = KINDS[subject.name]
        height_px = min(image.height * kind.height * 0.72, image.width * 0.8 / len(copies) / kind.aspect)
        tile = cut_out(subject, LIGHTS["day"], round(height_px * 2), flip=index % 2 == 1)
        tile = resize(tile, (max(1, tile.width // 2), max(1, tile.height // 2)))
        middle = image.width * (index + 1) / (len(copies) + 1) if len(copies) > 1 else image.width * 0.32
        foot = image.height * (0.5 if kind.stand == "air" else 0.9)
        added.paste(tile, (round(middle - tile.width / 2), round(foot - tile.height)), tile)
    return added


def _apply_to_colours(image: Image.Image, change: Callable[[Image.Image], Image.Image]) -> Image.Image:
    if image.mode != "RGBA":
        return change(image)
    changed = change(image.convert("RGB")).convert("RGBA")
    changed.putalpha(image.getchannel("A"))
    return changed


def _fill_colour(image: Image.Image, colour: Colour) -> tuple[int, ...]:
    return (*colour, 255) if image.mode == "RGBA" else colour
