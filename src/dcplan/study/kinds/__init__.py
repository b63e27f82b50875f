"""The kinds of study, by the name of their field."""

from collections.abc import Mapping

from dcplan.study.kinds import (
    alternatives,
    break_even,
    front,
    montecarlo,
    sweep,
    timeline,
    tornado,
)
from dcplan.study.kinds.base import Kind

KINDS: Mapping[str, Kind] = {
    "sweep": sweep.KIND,
    "front": front.KIND,
    "tornado": tornado.KIND,
    "montecarlo": montecarlo.KIND,
    "alternatives": alternatives.KIND,
    "break_even": break_even.KIND,
    "timeline": timeline.KIND,
}
