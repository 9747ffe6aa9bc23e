"""HTML without a template engine: elements as functions, every text escaped."""

from html import escape

Html = str


def el(tag: str, *inner: Html, **attributes: object) -> Html:
    """An element; `class_` is the attribute `class`. Texts within it go through `text` first."""
    named = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items() if value
    )
    return f"<{tag}{named}>{''.join(inner)}</{tag}>"


def text(words: str) -> Html:
    return escape(words, quote=False).replace("\n", "<br>")


def page(title: str, style: str, figures: list[tuple[str, Html]]) -> Html:
    """Every figure twice: as wide as on a desktop, and as a phone of 360 px shows it."""
    rows = [
        el(
            "section",
            el("h2", text(name)),
            el("div", el("div", figure, class_="desktop"), el("div", figure, class_="phone"), class_="pair"),
            id=name.replace(" ", "-").replace(",", "").replace(":", ""),
        )
        for name, figure in figures
    ]
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_FRAME}{style}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{el('h1', text(title))}{''.join(rows)}</body></html>"


_FRAME = """
body { margin: 24px; background: #ececec; font-family: system-ui, sans-serif; }
h2 { font-size: 13px; color: #777; font-weight: 500; margin: 28px 0 6px; }
.pair { display: flex; gap: 24px; align-items: flex-start; }
.desktop { width: 760px; flex: none; }
.phone { width: 360px; flex: none; }
.desktop, .phone { background: #fff; border: 1px solid #d5d5d5; border-radius: 8px; overflow: hidden; }
"""
