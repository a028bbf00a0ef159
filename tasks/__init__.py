"""One file per task, each defining ``TASK`` (or ``TASKS``): what it is, its records, how it is graded.

math               MATH: the 5,000 test problems
math500            the 500 of *Let's Verify Step by Step*
gsm8k              grade-school word problems
aime24             AIME 2024
aime25             AIME 2025
amc23              AMC 12 of 2023
college_math       exercises from nine open textbooks
gaokao2023en       Gaokao 2023, translated
olympiadbench_math OlympiadBench: English, open-ended mathematics
imo_answerbench    IMO-AnswerBench
sat_math           SAT mathematics
agieval            AGIEval's mathematics with options
ocw                MIT OpenCourseWare (the Minerva paper)
theoremqa          TheoremQA
scibench           SciBench: college textbooks of physics, chemistry and mathematics
jeebench           JEEBench: IIT JEE Advanced
gpqa_diamond       GPQA Diamond
mmlu_stem          MMLU, its STEM subjects
mmlu_pro_stem      MMLU-Pro, science and engineering
micromath_tasks    micromath: the bundled world as tasks
micromath          that world itself: its problems, its checker, its pools
reference          real pools that ship without their texts, and the standard made of them
lm_eval_task       any task of lm-eval that generates text
groups             tasks that are reported together
"""

import bonbench

bonbench.check()
