"""Creates the intake, which turns events of all platforms into jobs and private answers."""

from adapters.app.platforms import Platforms
from adapters.app.store import Store
from bot.catalog.catalog import Catalog
from bot.grammar.talk_table import talk_table
from bot.intake.buttons import Buttons
from bot.intake.edit_questions import EditQuestions
from bot.intake.intake import Intake
from bot.intake.order_builder import OrderBuilder
from bot.intake.private_answers import PrivateAnswers
from bot.intake.text_files import TextFiles
from bot.intake.version_lookup import VersionLookup
from bot.ports import Clock, Jobs
from bot.presentation.capabilities import Support
from bot.settings.settings import Settings


def make_intake(
    settings: Settings, store: Store, catalog: Catalog, platforms: Platforms, jobs: Jobs, clock: Clock
) -> Intake:
    """Creates the intake with its components."""
    talk_table()  # loaded here, so that the first reply does not wait for it
    capabilities = {platform.name: platform.capabilities for platform in platforms.all}
    previews = {
        name: 0 if shown.previews is Support.NONE else settings.previews for name, shown in capabilities.items()
    }
    version_lookup = VersionLookup(store.threads, store.versions, store.rows, admins=frozenset(settings.admins))
    orders = OrderBuilder(catalog, store.preferences, clock, previews=previews)
    answers = PrivateAnswers(catalog, store.ledger, store.preferences, store.versions, clock, capabilities=capabilities)
    return Intake(
        jobs=jobs,
        version_lookup=version_lookup,
        orders=orders,
        answers=answers,
        buttons=Buttons(jobs=jobs, version_lookup=version_lookup, orders=orders, answers=answers),
        edit_questions=EditQuestions(store.questions, clock),
        text_files=TextFiles({platform.name: platform for platform in platforms.all}),
        threads=store.threads,
        model_words=catalog.known_names,
        mentions_only=settings.thread_replies == "mentions",
    )
