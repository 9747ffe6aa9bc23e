"""Errors of the services that draw, such as OpenAI.

Args in this module: `label` is the model as people read it; `says` quotes the service in a sentence, None where it
said nothing.
"""

from collections.abc import Sequence
from typing import Final

from bot.errors import AdminError, BadCommand, BadPicture, OutcomeUnknown, Refused, Transient
from bot.texts.job_errors import NOT_REPEATED

_OTHER_WORDS: Final = "Change the wording and try again. A refusal does not count against you."
CHECK_MODELS: Final = "`easel models --check` lists the models that the service offers."
ANOTHER_TRY: Final = "Press Again to retry."


def says(words: str) -> str:
    """The hint on an error that quotes the service."""
    return f"The service says: {words}"


# The answer


def unreadable(label: str) -> Transient:
    return Transient(f"Easel cannot read the answer of {label}'s service.")


def unreadable_paid(label: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"Easel cannot read the answer of {label}'s service. It may have been charged.", hint=NOT_REPEATED
    )


def connection_lost(label: str) -> Transient:
    return Transient(f"The connection to {label}'s service broke while it was drawing.")


def connection_lost_paid(label: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        f"The connection to {label}'s service broke while it was drawing. The image may have been charged.",
        hint=NOT_REPEATED,
    )


def no_answer(label: str, *, waited: str) -> Transient:
    """Args: `waited`: with its unit, such as "5 minutes"."""
    return Transient(f"{label}'s service did not answer for {waited}.")


def not_finished(label: str, *, waited: str) -> Transient:
    """Args: `waited`: with its unit, such as "30 minutes"."""
    return Transient(f"{label}'s service did not finish within {waited}.")


def not_finished_paid(label: str, *, waited: str) -> OutcomeUnknown:
    """Args: `waited`: with its unit, such as "30 minutes"."""
    return OutcomeUnknown(
        f"{label}'s service did not finish within {waited}. The image may have been charged.", hint=NOT_REPEATED
    )


def overloaded(label: str, *, says: str | None, retry_after_s: float | None) -> Transient:
    return Transient(f"{label}'s service is overloaded.", hint=says, retry_after_s=retry_after_s)


def failed(label: str, status: int, *, says: str | None, retry_after_s: float | None) -> Transient:
    return Transient(f"{label}'s service has a problem ({status}).", hint=says, retry_after_s=retry_after_s)


def rate_limited(label: str, *, retry_after_s: float | None) -> Transient:
    return Transient(f"{label}'s service gets more requests than it allows.", retry_after_s=retry_after_s)


def asks_to_retry(label: str, *, retry_after_s: float | None) -> Transient:
    return Transient(f"{label}'s service cannot answer now.", retry_after_s=retry_after_s)


# What the person asked for


def refused(label: str, *, reasons: Sequence[str]) -> Refused:
    because = f": {', '.join(reasons)}" if reasons else ""
    return Refused(f"{label}'s safety system refused this{because}.", hint=_OTHER_WORDS)


def result_refused(label: str, *, reasons: Sequence[str]) -> Refused:
    because = f": {', '.join(reasons)}" if reasons else ""
    return Refused(f"{label}'s safety system blocked the finished image{because}.", hint=_OTHER_WORDS)


def declined(label: str) -> Refused:
    return Refused(f"{label} declined to draw this.", hint="Change the wording, or choose another --model.")


def image_not_accepted(label: str, *, says: str | None) -> BadPicture:
    return BadPicture(f"{label} cannot use an image that you sent.", hint=says)


def prompt_too_long(label: str) -> BadCommand:
    return BadCommand(f"The prompt is too long for {label}.", hint="Use fewer words.")


def prompt_not_accepted(label: str, *, says: str | None) -> BadCommand:
    return BadCommand(f"{label} cannot use this prompt.", hint=says)


def only_commands(label: str) -> BadCommand:
    """For a prompt of nothing but what a server would take as its own commands."""
    return BadCommand(f"{label} reads this whole prompt as commands.", hint="Describe the image in plain words.")


# Paid, but without an image: texts and hints of `PaidWithoutImage`


def no_usable_image(label: str) -> str:
    return f"{label} answered, but without an image that can be shown."


def no_usable_svg(label: str) -> str:
    return f"{label} wrote no SVG that can be shown."


def svg_cut_off(label: str) -> str:
    return f"{label} stopped before its SVG was complete."


USE_LESS: Final = "Use --quality low or a lower --effort, which need less room."
USE_MORE: Final = "Try other words, a higher --effort or another --model."
IMAGE_ELSEWHERE: Final = (
    "The service named an image on another server, and Easel downloads only from servers in its catalog. With "
    "send_response_format = true in the model's entry the service sends the image itself."
)

# What an admin has to correct


def no_service(label: str, *, seen: str) -> AdminError:
    """Args: `seen`: a sentence on what is there instead."""
    return AdminError(
        f"There is no service for {label} at its address.",
        hint=f"Correct its base_url, which usually ends in /v1. {seen}",
    )


WEB_PAGE_SEEN: Final = "It answered with a web page."


def status_seen(status: int) -> str:
    return f"It answered with {status}."


def unreachable(label: str, *, hint: str | None) -> Transient:
    return Transient(f"{label}'s service cannot be reached.", hint=hint)


def unknown_host(setting: str) -> str:
    return f"Its host name is unknown: check {setting}."


def check_proxy(variable: str) -> str:
    return f"Easel reaches it through the proxy in {variable}: check that, too."


def untrusted_certificate(label: str, *, variables: Sequence[str]) -> AdminError:
    where = f"{' or '.join(variables)} must name" if variables else "Set SSL_CERT_FILE to"
    return AdminError(
        f"The certificate of {label}'s service is not trusted here, so nothing was sent.",
        hint=f"{where} a file with the certificate of the authority that issued it, or of the proxy in between.",
    )


def proxy_needs_password(variable: str) -> AdminError:
    return AdminError(
        f"The proxy in {variable} requires a user and a password, so nothing was sent.",
        hint="Write them into the address: http://user:password@proxy.example:3128",
    )


def invalid_address(label: str, *, setting: str) -> AdminError:
    return AdminError(
        f"The address of {label}'s service is not valid, so nothing was sent.", hint=f"Correct {setting}."
    )


def request_not_written(label: str) -> AdminError:
    return AdminError(
        f"Easel could not write its request to {label}'s service, so nothing was sent.",
        hint="Check its key, its address and its entry in the catalog; Easel's log says more.",
    )


def no_credit(label: str, *, where: str) -> AdminError:
    return AdminError(
        f"The account that pays for {label} has no credit left.", hint=f"Add credit or raise its limit {where}."
    )


AT_ITS_SERVICE: Final = "at its service"
AT_OPENAI: Final = "at https://platform.openai.com/settings/organization/billing"


def key_required(label: str) -> AdminError:
    return AdminError(
        f"{label}'s service requires a key.", hint="Name the variable that holds it: api_key_env in its entry."
    )


def key_invalid(variable: str) -> AdminError:
    return AdminError(f"The key in {variable} is not valid.", hint="Replace it and start Easel again.")


def key_missing(variable: str, label: str) -> AdminError:
    return AdminError(f"{variable} is not set.", hint=f"{label} cannot be reached without it.")


def key_malformed(variable: str, reason: str, label: str) -> AdminError:
    """Args: `reason`: the end of the sentence."""
    return AdminError(f"{variable} {reason}.", hint=f"{label} cannot be reached with it.")


def not_verified(label: str) -> AdminError:
    return AdminError(
        f"Your organisation must be verified before it can use {label}.",
        hint="Verify it at https://platform.openai.com/settings/organization/general. It takes up to 15 minutes "
        "to take effect.",
    )


def not_permitted(label: str, *, variable: str | None, says: str | None) -> AdminError:
    key = f"The key in {variable}" if variable else "Easel"
    return AdminError(f"{key} is not allowed to use {label}.", hint=says)


def not_served(label: str, *, successor: str | None) -> AdminError:
    use = f"Use its successor: --model {successor}. " if successor else ""
    return AdminError(f"{label} is not available, or not for this account.", hint=f"{use}{CHECK_MODELS}")


def setting_not_accepted(label: str, *, setting: str | None, says: str | None) -> AdminError:
    what = f"a setting: {setting}" if setting else "the request"
    return AdminError(f"{label}'s service did not accept {what}.", hint=says or CHECK_MODELS)


# Certificates and proxies in the environment


def certificate_directory_missing(*, hint: str) -> AdminError:
    return AdminError("SSL_CERT_DIR names a directory that does not exist, or that Easel may not read.", hint=hint)


def no_certificates(variable: str | None, *, hint: str) -> AdminError:
    return AdminError(f"{variable or 'The system'} names a file that holds no certificates.", hint=hint)


def certificate_file_missing(variable: str | None, *, hint: str) -> AdminError:
    return AdminError(
        f"{variable or 'The system'} names a file that does not exist, or that Easel may not read.", hint=hint
    )


def certificate_hint(variable: str | None) -> str:
    if variable is None:
        return "Install its package ca-certificates, or set SSL_CERT_FILE."
    return f"Correct {variable}, or remove it to use the system's certificates."


def socks_missing(variable: str) -> AdminError:
    return AdminError(
        f"{variable} names a SOCKS proxy, and the library for it is not installed.",
        hint="Install socksio beside Easel (its extra socks), or name an HTTP proxy.",
    )


def proxy_invalid(variable: str) -> AdminError:
    return AdminError(
        f"{variable} is not the address of a proxy.",
        hint=f"For example: {variable}=http://proxy.example:3128. Or remove {variable}.",
    )
