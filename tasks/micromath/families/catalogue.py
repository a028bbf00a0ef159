"""Every family of the world, in the order in which the tasks list their subjects."""

from tasks.micromath.builder import Family
from tasks.micromath.families import (
    algebra,
    calculus,
    contest,
    counting,
    geometry,
    intermediate_algebra,
    kinematics,
    number_theory,
    prealgebra,
    precalculus,
    stoichiometry,
)

IN_DISTRIBUTION: tuple[Family, ...] = (
    *prealgebra.FAMILIES,
    *algebra.FAMILIES,
    *number_theory.FAMILIES,
    *counting.FAMILIES,
    *geometry.FAMILIES,
    *intermediate_algebra.FAMILIES,
    *precalculus.FAMILIES,
)
OUT_OF_DISTRIBUTION: tuple[Family, ...] = (
    *kinematics.FAMILIES,
    *stoichiometry.FAMILIES,
    *calculus.FAMILIES,
    *contest.FAMILIES,
)
