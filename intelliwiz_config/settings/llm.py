"""Which provider serves llm, and what it charges. `embedded` needs no key and no network, and costs nothing."""

from __future__ import annotations

from dataclasses import dataclass

from intelliwiz_config.settings import env
from intelliwiz_config.settings.provider import ProviderSettings, read_provider


@dataclass(frozen=True)
class LlmPrices:
    """For 1,000 tokens each, in `currency`; both 0: not stated, so that nothing is said of money."""

    input_per_1000: float
    output_per_1000: float
    currency: str

    @property
    def are_stated(self) -> bool:
        return self.input_per_1000 > 0 or self.output_per_1000 > 0


LLM: ProviderSettings = read_provider("LLM")
LLM_PRICES = LlmPrices(
    input_per_1000=env.number("LLM_PRICE_INPUT_PER_1000", 0, high=1e6),
    output_per_1000=env.number("LLM_PRICE_OUTPUT_PER_1000", 0, high=1e6),
    currency=env.text("LLM_PRICE_CURRENCY", "USD"),
)
