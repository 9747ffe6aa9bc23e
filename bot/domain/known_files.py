"""A table of file types: the name that people use, the advice to give, and how a file of the type is recognised.

Used for declared types and names (`files`), and for first bytes (`file_kinds`).
"""

from typing import Final, NamedTuple

from bot.texts.image_errors import (
    AS_JPEG,
    AS_PNG,
    AS_PNG_OR_JPEG,
    EXPORT_AS_PNG,
    EXPORT_PAGE,
    EXPORT_PHOTO,
    SEND_IMAGE,
    SEND_IMAGE_IN_IT,
    SEND_SCREENSHOT,
)

RAW: Final = "a camera raw file"
TIFF: Final = "a TIFF"
VIDEO: Final = "a video"
SOUND: Final = "a sound file"

ADVICE_FOR_NON_PICTURES: Final = frozenset({SEND_SCREENSHOT, SEND_IMAGE_IN_IT, EXPORT_PAGE, SEND_IMAGE})
"""Given only for files that are certainly no pictures."""


class KnownFile(NamedTuple):
    """One file type.

    Attributes:
        name: such as "a PDF".
        advice: how to send a picture instead; only for types that are recognised by their bytes.
        types: its MIME types, separated by spaces; one that ends with "/", such as `video/`, is a prefix.
        endings: its file extensions, separated by spaces.
        starts: the bytes that files of this type may begin with.
    """

    name: str
    advice: str = ""
    types: str = ""
    endings: str = ""
    starts: tuple[bytes, ...] = ()


KNOWN_FILES: Final = (
    KnownFile("a PDF", EXPORT_PAGE, "application/pdf", "pdf", (b"%PDF-",)),
    KnownFile(
        VIDEO,
        SEND_SCREENSHOT,
        "video/",
        "mp4 mov m4v webm mkv avi wmv mpg mpeg 3gp",
        (b"\x1a\x45\xdf\xa3", b"\0\0\1\xba", b"FLV\1"),
    ),
    KnownFile(SOUND, SEND_IMAGE, "audio/", "mp3 m4a wav ogg oga opus flac aac wma aiff", (b"ID3", b"fLaC")),
    KnownFile("a sound or video file", SEND_SCREENSHOT, starts=(b"OggS",)),
    KnownFile("a ZIP archive", types="application/zip application/x-zip-compressed"),
    KnownFile("a ZIP archive or an office document", SEND_IMAGE_IN_IT, starts=(b"PK\3\4",)),
    KnownFile("a RAR archive", SEND_IMAGE_IN_IT, starts=(b"Rar!",)),
    KnownFile("a 7-Zip archive", SEND_IMAGE_IN_IT, starts=(b"7z\xbc\xaf\x27\x1c",)),
    KnownFile("a gzip archive", SEND_IMAGE_IN_IT, starts=(b"\x1f\x8b",)),
    KnownFile("an archive", endings="zip 7z rar tar gz tgz bz2 xz"),
    KnownFile(
        "an office document",
        SEND_IMAGE_IN_IT,
        endings="doc docx odt rtf pages xls xlsx ods numbers ppt pptx odp key",
        starts=(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    ),
    KnownFile("a Slack canvas", types="application/vnd.slack-docs"),
    KnownFile("a web page", types="text/html", endings="html htm"),
    KnownFile("a program", endings="exe msi dmg apk jar sh bat"),
    KnownFile("a font", types="font/", endings="ttf otf woff woff2"),
    # Pictures in formats that are not accepted. Their declared types are not used: the bytes decide.
    KnownFile("a BMP", AS_PNG, starts=(b"BM",)),
    KnownFile("a Photoshop file", EXPORT_AS_PNG, starts=(b"8BPS",)),
    KnownFile("a GIMP file", EXPORT_AS_PNG, starts=(b"gimp xcf",)),
    KnownFile("an icon (ICO)", AS_PNG, starts=(b"\0\0\1\0",)),
    KnownFile("a cursor (CUR)", AS_PNG, starts=(b"\0\0\2\0",)),
    KnownFile("an icon (ICNS)", AS_PNG, starts=(b"icns",)),
    KnownFile("a PostScript file", EXPORT_AS_PNG, starts=(b"%!PS",)),
    KnownFile("a PostScript file (EPS)", EXPORT_AS_PNG, starts=(b"\xc5\xd0\xd3\xc6",)),
    KnownFile("a JPEG XL", AS_JPEG, starts=(b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")),
    KnownFile("a JPEG 2000", AS_JPEG, starts=(b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51")),
    KnownFile("a JPEG XR", AS_JPEG, starts=(b"II\xbc",)),
    KnownFile(f"{RAW} (ORF)", EXPORT_PHOTO, starts=(b"IIRO", b"IIRS", b"MMOR")),
    KnownFile(f"{RAW} (RW2)", EXPORT_PHOTO, starts=(b"IIU\0",)),
    KnownFile(f"{RAW} (RAF)", EXPORT_PHOTO, starts=(b"FUJIFILMCCD-RAW",)),
    KnownFile(f"{RAW} (X3F)", EXPORT_PHOTO, starts=(b"FOVb",)),
    KnownFile(f"{RAW} (MRW)", EXPORT_PHOTO, starts=(b"\0MRM",)),
    KnownFile(f"{RAW} (CRW)", EXPORT_PHOTO, starts=(b"II\x1a\0\0\0HEAPCCDR",)),
    KnownFile(TIFF, AS_PNG_OR_JPEG, starts=(b"II+\0", b"MM\0+")),
    KnownFile("an OpenEXR file", AS_PNG, starts=(b"v/1\x01",)),
    KnownFile("a Radiance HDR file", AS_PNG, starts=(b"#?R",)),
    KnownFile("a DDS texture", AS_PNG, starts=(b"DDS ",)),
    KnownFile("a QOI", AS_PNG, starts=(b"qoif",)),
    KnownFile("a BPG", AS_PNG, starts=(b"BPG\xfb",)),
    KnownFile("a FLIF", AS_PNG, starts=(b"FLIF",)),
    KnownFile("an MNG animation", AS_PNG, starts=(b"\x8aMNG",)),
    KnownFile("a Windows metafile (WMF)", AS_PNG, starts=(b"\xd7\xcd\xc6\x9a",)),
    KnownFile("a Windows metafile (EMF)", AS_PNG, starts=(b"\x01\0\0\0\x6c\0\0\0",)),
)


def known_by_type(mime: str) -> KnownFile | None:
    """Args: `mime`: a MIME type without parameters, in lower case."""
    return next(
        (each for each in KNOWN_FILES for kind in each.types.split() if mime == kind or _is_family(kind, mime)), None
    )


def known_by_ending(ending: str) -> KnownFile | None:
    """Args: `ending`: a file extension without the dot, in lower case."""
    return next((each for each in KNOWN_FILES if ending in each.endings.split()), None)


def known_by_bytes(data: bytes) -> KnownFile | None:
    return next((each for each in KNOWN_FILES if data.startswith(each.starts)), None)


def _is_family(kind: str, mime: str) -> bool:
    return kind.endswith("/") and mime.startswith(kind)
