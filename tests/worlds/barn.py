"""Three invented problems whose words are counted by hand."""

from harness.records import Problem

FARM = (
    "A farmer keeps 12 brown hens and 7 white hens in a barn by the river. Every hen lays 3 eggs a week. "
    "How many eggs does the farmer collect in 4 weeks?"
)
SHORT = "What is $2 + 3$?"
LEAGUE = (
    "In a league of 9 teams each team plays every other team exactly twice during the season. How many games are "
    "played in the whole season if two of them are called off because of rain?"
)
PROBLEMS = [Problem("farm", FARM, "228"), Problem("short", SHORT, "5"), Problem("league", LEAGUE, "70")]
