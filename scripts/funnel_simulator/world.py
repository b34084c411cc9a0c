"""What a simulated world is made of: hazards by stage, and what changes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import product

from apps.onboarding_api.services.statistics.experiments import assignment

STAGES = ("started", "engaged", "recommendations_generated", "approval_decision", "completed")
HOUR = 3600.0
DAY = 24 * HOUR


@dataclass(frozen=True)
class Step:
    """From one stage to the next: chances per hour to go on and to leave, and the share that goes on in no time."""

    advance: float
    leave: float
    instantly: float = 0.0


@dataclass(frozen=True)
class Factor:
    """A language, device, hour or variant: its share (in any unit), and what it multiplies the hazards by."""

    share: float = 1.0
    advance: float = 1.0
    leave: float = 1.0


@dataclass(frozen=True)
class Outage:
    """From `begin` up to `end`, seconds since the start of the world, hazards are multiplied for everybody."""

    begin: float
    end: float
    advance: float = 0.0
    leave: float = 3.0


@dataclass(frozen=True)
class Experiment:
    """Variants by name; their shares are weights in ten-thousandths. They change the hazards of one step (0 to 3)."""

    key: str
    variants: Mapping[str, Factor]
    step: int = 1

    @property
    def weights(self) -> dict[str, int]:
        return assignment.weights_from_shares({name: one.share for name, one in self.variants.items()})


def _hours() -> tuple[Factor, ...]:
    night = Factor(share=0.5, advance=0.85, leave=1.2)
    return tuple(
        night if hour < 6 else Factor(share=6.0) if 9 <= hour < 18 else Factor(share=2.0)
        for hour in range(24)
    )


@dataclass(frozen=True)
class World:
    """Sessions start over `days` days at the rates of the hours; who is silent for `silence` seconds counts as gone.

    `cancels` is the share of those who leave that says so, and is known to have left at once.
    """

    start: datetime = datetime(2026, 3, 2, tzinfo=UTC)
    days: int = 7
    steps: tuple[Step, Step, Step, Step] = (
        Step(advance=6.0, leave=1.1, instantly=0.1),
        Step(advance=0.5, leave=0.2),
        Step(advance=0.065, leave=0.026),
        Step(advance=0.095, leave=0.016),
    )
    languages: Mapping[str, Factor] = field(
        default_factory=lambda: {
            "en": Factor(share=0.5),
            "hi": Factor(share=0.3, advance=0.95, leave=1.15),
            "mr": Factor(share=0.2, advance=0.9, leave=1.3),
        }
    )
    devices: Mapping[str, Factor] = field(
        default_factory=lambda: {
            "phone": Factor(share=0.7, leave=1.1),
            "desktop": Factor(share=0.3, advance=1.1, leave=0.8),
        }
    )
    hours: tuple[Factor, ...] = field(default_factory=_hours)
    outages: tuple[Outage, ...] = ()
    experiment: Experiment | None = None
    silence: float = 1800.0
    cancels: float = 0.3

    def __post_init__(self) -> None:
        if len(self.hours) != 24 or self.days < 1:
            raise ValueError("a world has 24 hours and at least one day")
        if self.start.hour or self.start.minute or self.start.second or self.start.utcoffset() is None:
            raise ValueError("a world starts at midnight, and says in which zone")
        ends = [0.0, *(moment for one in self.outages for moment in (one.begin, one.end))]
        if ends != sorted(ends):
            raise ValueError("outages follow one another and do not overlap")
        hazards = [hazard for step in self.steps for hazard in (step.advance, step.leave)]
        if min(hazards) < 0 or any(not step.advance + step.leave for step in self.steps):
            raise ValueError("hazards are not negative, and every step has one: else nobody ever leaves it")

    def variants(self) -> Mapping[str, Factor]:
        return self.experiment.variants if self.experiment else {"": Factor()}

    def hazards(
        self, *, language: str, device: str, hour: int, variant: str
    ) -> tuple[tuple[float, float], ...]:
        """(advance, leave) per second for each step, outside of outages."""
        person = self.languages[language], self.devices[device], self.hours[hour]
        found = []
        for index, step in enumerate(self.steps):
            factors = [*person]
            if self.experiment and index == self.experiment.step:
                factors.append(self.experiment.variants[variant])
            advance, leave = step.advance / HOUR, step.leave / HOUR
            for factor in factors:
                advance, leave = advance * factor.advance, leave * factor.leave
            found.append((advance, leave))
        return tuple(found)

    def segments(self, **fixed: str | int) -> Iterator[tuple[float, tuple[tuple[float, float], ...]]]:
        """(share, hazards) of each combination of language, device, hour and variant; those of `fixed` only.

        Shares sum to 1. Variants have the shares of their exact weights.
        """
        weights = self.experiment.weights if self.experiment else {"": 1}
        tables: dict[str, dict[str | int, float]] = {
            "language": {name: one.share for name, one in self.languages.items()},
            "device": {name: one.share for name, one in self.devices.items()},
            "hour": {hour: one.share for hour, one in enumerate(self.hours)},
            "variant": {name: float(weight) for name, weight in weights.items()},
        }
        for name, value in fixed.items():
            tables[name] = {value: tables[name][value]}
        totals = {name: sum(table.values()) for name, table in tables.items()}
        for keys in product(*tables.values()):
            share = 1.0
            for name, key in zip(tables, keys, strict=True):
                share *= tables[name][key] / totals[name]
            language, device, hour, variant = keys
            yield (
                share,
                self.hazards(
                    language=str(language), device=str(device), hour=int(hour), variant=str(variant)
                ),
            )
