"""The table of flags, used by the parser, the help, completion on all platforms, and docs/commands.md."""

from dataclasses import dataclass
from typing import Literal

from bot.grammar.characters import CROSS

COMMAND = "/imagine"

FlagName = Literal[
    "model", "size", "ar", "quality", "effort", "n", "background", "format", "compression", "no", "on", "private"
]


_NEVER = r"(?!)"
_SIZE = rf"\d+\s*[{CROSS}]\s*\d+|\d+\s*:\s*\d+|square|portrait|landscape|auto"


@dataclass(frozen=True, slots=True)
class Flag:
    """One flag.

    Attributes:
        aliases: other spellings, without dashes. A single letter may follow a single dash.
        value: the placeholder of the value in the help; empty for a switch.
        legal: the legal values in words, for help and error messages.
        minimum, maximum: the bounds of a whole number.
        sure: a pattern of values that never occur in prose. Before such a value, the flag counts even within a word.
    """

    name: FlagName
    aliases: tuple[str, ...]
    value: str
    legal: str
    example: str
    summary: str
    minimum: int | None = None
    maximum: int | None = None
    sure: str = _NEVER


@dataclass(frozen=True, slots=True)
class UnsupportedFlag:
    """A flag of other image bots that is not supported here: the reason, and what to do instead."""

    names: tuple[str, ...]
    reason: str
    instead: str


FLAGS: tuple[Flag, ...] = (
    Flag(
        "model",
        ("m",),
        "MODEL",
        "a model from /imagine models",
        "--model sketch",
        "Which model draws",
    ),
    Flag(
        "size",
        ("s",),
        "WxH",
        "WxH in pixels such as 1536x1024, or square, portrait, landscape, auto",
        "--size 1536x1024",
        "Width and height in pixels, or a shape",
        sure=_SIZE,
    ),
    Flag(
        "ar",
        ("aspect",),
        "W:H",
        "W:H such as 16:9",
        "--ar 16:9",
        "The ratio of width to height, with about the model's usual number of pixels",
        sure=rf"\d+(?:\.\d+)?\s*[:/{CROSS}]\s*\d+",
    ),
    Flag(
        "quality",
        ("q",),
        "QUALITY",
        "low, medium, high, xhigh, max or auto, depending on the model",
        "--quality high",
        "How good the image is; higher costs more",
        sure="low|medium|high|xhigh|max|auto",
    ),
    Flag(
        "effort",
        ("think", "reasoning"),
        "EFFORT",
        "none, low, medium, high, xhigh or max, depending on the model",
        "--effort high",
        "How long the model thinks before it draws; higher takes longer",
        sure="none|low|medium|high|xhigh|max",
    ),
    Flag("n", (), "COUNT", "1 to 10", "--n 4", "How many images", minimum=1, maximum=10, sure=r"\d{1,2}"),
    Flag(
        "background",
        ("bg",),
        "BACKGROUND",
        "auto, opaque or transparent",
        "--background transparent",
        "What is behind the subject",
        sure="auto|opaque|transparent",
    ),
    Flag(
        "format",
        ("f",),
        "FORMAT",
        "png, webp or jpeg; gif or svg if the model supports it",
        "--format webp",
        "The file format",
        sure="png|webp|jpe?g|gif|svg",
    ),
    Flag(
        "compression",
        (),
        "PERCENT",
        "0 to 100",
        "--compression 80",
        "For webp and jpeg: 100 keeps most detail, lower makes smaller files",
        minimum=0,
        maximum=100,
        sure=r"\d{1,3}",
    ),
    Flag(
        "no",
        (),
        "THINGS",
        'words up to the next flag, a single dash or the end; use quotes to stop earlier: "red hat, dog"',
        "--no red hat, dog",
        "What to leave out; it is added to the prompt as a sentence",
    ),
    Flag(
        "on",
        (),
        "VERSION",
        "a version of this thread such as v2, or v2b for its second image",
        "--on v2",
        "Which version of the thread to edit",
        sure=r"v\d+[a-z]?",
    ),
    Flag("private", (), "", "no value", "--private", "Only you see the result, with a button to share it"),
)

ABSENT: tuple[UnsupportedFlag, ...] = (
    UnsupportedFlag(
        ("seed", "sameseed"),
        "models here take no seed, so an image cannot be repeated exactly",
        "Reply to an image to change only what you name.",
    ),
    UnsupportedFlag(
        ("stylize", "chaos", "c", "weird", "w", "exp"),
        "the models have no setting for style or variety",
        'Say it in words, such as "in a bold, surreal style".',
    ),
    UnsupportedFlag(
        ("style", "raw", "niji"),
        "there are no built-in styles, and your prompt is never rewritten",
        'Describe the style in words, such as "as a plain photograph".',
    ),
    UnsupportedFlag(
        ("v", "version"),
        "models are chosen by name here",
        "Choose one with --model; /imagine models lists them. --on names a version of a thread.",
    ),
    UnsupportedFlag(
        ("sref", "cref", "oref", "iw", "sw", "cw", "ow"),
        "references are attached images, without weights",
        'Attach the image and say what it is for: "in the style of image 2".',
    ),
    UnsupportedFlag(
        ("tile",), "the models cannot promise seamless edges", 'Ask for it in words: "a seamless repeating pattern".'
    ),
    UnsupportedFlag(("repeat", "r"), "one command draws one set of images", "Ask for several with --n, up to 10."),
)

WEIGHTS = UnsupportedFlag(
    ("::",),
    "the models read the prompt as one text and take no weights",
    'Say in words what matters most: "above all the lighthouse, with a little fog".',
)

FLAGS_BY_WORD: dict[str, Flag] = {word: flag for flag in FLAGS for word in (flag.name, *flag.aliases)}
ABSENT_BY_WORD: dict[str, UnsupportedFlag] = {word: absent for absent in ABSENT for word in absent.names}
