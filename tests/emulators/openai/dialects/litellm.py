"""The LiteLLM proxy: passes a list of parameters on to OpenAI and refuses all others."""

from typing import ClassVar

from tests.emulators.openai.calls import Call
from tests.emulators.openai.dialects.base import Dialect
from tests.emulators.openai.dialects.text_servers import understand_open_chat
from tests.emulators.openai.image_rules import understand_edit, understand_generation
from tests.emulators.openai.models import IMAGE_MODELS, TEXT_MODELS
from tests.emulators.openai.orders import ImageOrder, TextOrder
from tests.emulators.openai.problems import ApiProblem
from tests.emulators.openai.state import State
from tests.emulators.openai.text_rules import understand_chat, understand_responses

_GENERATION = frozenset(
    """
    model prompt background moderation n output_compression output_format quality size user
    """.split()  # noqa: SIM905
)
_EDIT = _GENERATION | {"input_fidelity"}


def _generation(call: Call, state: State) -> ImageOrder:
    _refuse_others(call, _GENERATION)
    return understand_generation(call, state)


def _edit(call: Call, state: State) -> ImageOrder:
    if not call.is_form:
        raise ApiProblem(400, "litellm.BadRequestError: image edits need multipart/form-data", code="400", type_=None)
    if call.files_in("image") and call.files_in("image[]"):
        raise ApiProblem(400, "litellm.BadRequestError: send image or image[], not both", code="400", type_=None)
    _refuse_others(call, _EDIT)
    return understand_edit(call, state)


def _refuse_others(call: Call, known: frozenset[str]) -> None:
    for name in call.fields:
        if name not in known:
            text = (
                f"litellm.UnsupportedParamsError: Setting `{name}` is not supported by openai, "
                f"{call.fields.get('model')}. To drop it from the call, set `litellm.drop_params = True`."
            )
            raise ApiProblem(400, text, code="400", type_=None)


def _chat(call: Call, state: State) -> TextOrder:
    open_model = "gpt-oss" in state.serves.get(str(call.fields.get("model")), "")
    return understand_open_chat(call, state) if open_model else understand_chat(call, state)


class LiteLLM(Dialect):
    demands_key = True
    serves: ClassVar = {name: name for name in (*IMAGE_MODELS, *TEXT_MODELS, "gpt-oss-120b")}
    posts: ClassVar = {
        "/images/generations": _generation,
        "/images/edits": _edit,
        "/responses": understand_responses,
        "/chat/completions": _chat,
    }

    def refusal_body(self, problem: ApiProblem) -> object:
        return {"error": {**problem.error, "code": str(problem.error["code"] or problem.status)}}
