"""The leaderboard: ``app`` navigates, ``queries`` holds the SQL, ``charts`` draws, ``views`` are the pages."""

import bonbench

bonbench.check()
