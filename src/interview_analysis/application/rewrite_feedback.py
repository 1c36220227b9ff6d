"""Write the words of a finished analysis once more."""

from __future__ import annotations

from typing import Protocol

from interview_analysis.application.ports import AnalysisStore, CommentStore, FeedbackStore, FeedbackWriter
from interview_analysis.application.write_comment import LanguageModel, feedback_request, write_comment
from interview_analysis.domain.feedback import Feedback, FeedbackSource, Language


class RewritePorts(Protocol):
    @property
    def analyses(self) -> AnalysisStore: ...

    @property
    def feedback(self) -> FeedbackStore: ...

    @property
    def writer(self) -> FeedbackWriter: ...

    @property
    def comments(self) -> CommentStore: ...

    @property
    def language_model(self) -> LanguageModel | None: ...


async def rewrite_feedback(analysis_id: str, language: Language, ports: RewritePorts) -> Feedback:
    """By the language model where there is one and it can, now; else its earlier words stay, and without those the rules write.

    Raises ``NotFound``, and ``Conflict`` (``not_finished``) for an analysis without a result.
    """
    request = feedback_request(await ports.analyses.get(analysis_id), language)
    if ports.language_model is not None:
        written = await _ask_now(analysis_id, language, ports, ports.language_model)
        if written is not None:
            return written
    feedback = await ports.writer.write(request)
    await ports.feedback.save(analysis_id, feedback)
    return feedback


async def _ask_now(analysis_id: str, language: Language, ports: RewritePorts, model: LanguageModel) -> Feedback | None:
    """What the model has written, now or before; whatever there is where another attempt is going on, so that its words are not
    replaced; else ``None``."""
    wish = await ports.comments.claim(analysis_id, model.retries.lease_seconds)
    written = None if wish is None else await write_comment(wish, language, ports, model)
    if written is not None:
        return written
    stored = await ports.feedback.get(analysis_id)
    stays = stored is not None and (wish is None or stored.source is FeedbackSource.OPENAI)
    return stored if stays else None
