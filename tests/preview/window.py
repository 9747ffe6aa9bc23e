"""What the windows of both chat clients have in common: Easel's icon, people's initials, and the page around them."""

import base64
from pathlib import Path

from tests.preview.page import Html, el, text

WIDTH_PX = 1040
HEIGHT_PX = 720
TIMES = ("11:52", "11:58", "12:03", "12:05", "12:06")
"""When two colleagues wrote, the first picture came, the reply was written, and its picture came."""

_ICON = Path(__file__).parents[2] / "adapters/web/static/icon.svg"


def icon() -> Html:
    """Easel's icon, as the app's picture in a chat shows it."""
    data = base64.b64encode(_ICON.read_bytes()).decode()
    return f'<img class="avatar" alt="" src="data:image/svg+xml;base64,{data}">'


def initial(name: str, colour: str) -> Html:
    """A person's avatar."""
    return el("div", text(name[0]), class_="avatar", style=f"background: {colour}")


def window(title: str, style: str, *parts: Html) -> Html:
    """A page that is nothing but a client's window."""
    head = f'<meta charset="utf-8"><title>{title}</title><style>{_FRAME}{style}</style>'
    return f"<!doctype html><html><head>{head}</head><body>{el('main', *parts, class_='desktop')}</body></html>"


_FRAME = f"""
* {{ box-sizing: border-box; }}
body {{ margin: 0; }}
main.desktop {{ width: {WIDTH_PX}px; height: {HEIGHT_PX}px; border: 0; border-radius: 0; overflow: hidden;
  display: grid; }}
.log {{ overflow: hidden; flex: 1; display: flex; flex-direction: column; justify-content: flex-end; }}
.avatar {{ flex: none; color: #fff; font-weight: 700; display: flex; align-items: center; justify-content: center; }}
"""
