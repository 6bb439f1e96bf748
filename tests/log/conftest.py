"""Properties of this ring are searched without a clock: a busy machine is not a counterexample."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
