"""The kinds of servers that speak this interface, each with its quirks."""

from collections.abc import Mapping
from typing import Literal

from tests.emulators.openai.dialects.azure import Azure
from tests.emulators.openai.dialects.base import Dialect
from tests.emulators.openai.dialects.litellm import LiteLLM
from tests.emulators.openai.dialects.localai import LocalAI
from tests.emulators.openai.dialects.openai import OpenAI
from tests.emulators.openai.dialects.sdcpp import SdCpp
from tests.emulators.openai.dialects.sglang import SGLang
from tests.emulators.openai.dialects.text_servers import Ollama, Vllm
from tests.emulators.openai.dialects.vllm_omni import VllmOmni
from tests.emulators.openai.dialects.xinference import Xinference

DialectName = Literal[
    "openai", "azure", "litellm", "vllm_omni", "sglang", "sdcpp", "localai", "xinference", "vllm", "ollama"
]
DIALECTS: Mapping[DialectName, type[Dialect]] = {
    "openai": OpenAI,
    "azure": Azure,
    "litellm": LiteLLM,
    "vllm_omni": VllmOmni,
    "sglang": SGLang,
    "sdcpp": SdCpp,
    "localai": LocalAI,
    "xinference": Xinference,
    "vllm": Vllm,
    "ollama": Ollama,
}
