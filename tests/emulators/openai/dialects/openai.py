"""OpenAI itself."""

from typing import ClassVar

from tests.emulators.openai.dialects.base import Dialect
from tests.emulators.openai.image_rules import understand_edit, understand_generation
from tests.emulators.openai.models import IMAGE_MODELS, TEXT_MODELS
from tests.emulators.openai.text_rules import understand_chat, understand_responses


class OpenAI(Dialect):
    demands_key = True
    serves: ClassVar = {name: name for name in (*IMAGE_MODELS, *TEXT_MODELS)}
    posts: ClassVar = {
        "/images/generations": understand_generation,
        "/images/edits": understand_edit,
        "/responses": understand_responses,
        "/chat/completions": understand_chat,
    }
