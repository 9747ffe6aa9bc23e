"""Azure OpenAI v1: the same rules under deployment names, with fewer formats and its own keys."""

from typing import ClassVar

from tests.emulators.openai import problems
from tests.emulators.openai.calls import Call
from tests.emulators.openai.dialects.base import Dialect
from tests.emulators.openai.image_rules import understand_edit, understand_generation
from tests.emulators.openai.models import TEXT_MODELS
from tests.emulators.openai.orders import Work
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State
from tests.emulators.openai.text_rules import understand_chat, understand_responses


class Azure(Dialect):
    prefix = "/openai/v1"
    demands_key = True
    serves: ClassVar = {
        "gpt-image-2": "gpt-image-2",
        "my-gpt-image-2": "gpt-image-2",
        "gpt-image-2.5-sunburst": "gpt-image-2.5-sunburst",
        "gpt-image-1.5": "gpt-image-1.5",
        **{name: name for name in TEXT_MODELS},
    }
    posts: ClassVar = {
        "/images/generations": understand_generation,
        "/images/edits": understand_edit,
        "/responses": understand_responses,
        "/chat/completions": understand_chat,
    }

    def check_key(self, call: Call, state: State) -> None:
        """A resource's key in `api-key`, or a token of Entra as bearer."""
        if state.key not in (call.headers.get("api-key"), call.bearer):
            text = "Access denied due to invalid subscription key or wrong API endpoint."
            raise ApiProblem(401, text, code="401", type_=None)

    def understand(self, call: Call, state: State) -> Work:
        version = call.query.get("api-version", "preview")
        if version not in ("preview", "latest", "v1"):
            raise ApiProblem(400, "API version not supported", code="BadRequest", type_=None)
        if "/images/" in call.path:
            self._check_image(call)
        try:
            return super().understand(call, state)
        except ApiProblem as problem:
            if problem.error["code"] == "model_not_found":
                text = "The API deployment for this resource does not exist."
                raise ApiProblem(404, text, code="DeploymentNotFound", type_=None) from problem
            raise

    def _check_image(self, call: Call) -> None:
        format_ = call.fields.get("output_format", "png")
        if format_ not in ("png", "jpeg"):
            raise problems.invalid_value("output_format", format_, ("png", "jpeg"))
        if str(call.fields.get("partial_images", 1)) == "0":
            raise problems.too_small("partial_images", 1, 0)
