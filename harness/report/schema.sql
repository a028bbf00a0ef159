-- The store. docs/data.md explains every column; a change of this file raises SCHEMA_VERSION in store.py.

create table if not exists meta (
    key   varchar primary key,
    value varchar not null
);

-- one row per run: a verifier measured on a pool
create table if not exists runs (
    run_id               varchar primary key,  -- hash of everything that determines the numbers
    task                 varchar not null,
    task_version         integer not null,
    task_title           varchar not null,
    domain               varchar not null,
    problems             varchar not null,     -- 'task' or 'pool': where texts and right answers came from
    pool                 varchar not null,
    pool_digest          varchar not null,
    generator            varchar not null,
    slots                integer,              -- M; null where every problem has its own
    n_problems           integer not null,
    task_problems        integer,              -- of the whole task; null where the pool brings its own
    verifier             varchar not null,
    family               varchar not null,
    verifier_fingerprint varchar not null,
    verifier_config      json not null,
    spec                 varchar not null,     -- what --verifier was given; '' for a verifier made in Python
    control              varchar not null,     -- '' for a verifier; else majority, oracle, random, length
    headline_measure     varchar not null,     -- the rule and aggregation that stand on the board
    headline_aggregation varchar not null,
    options              json not null,
    ns                   integer[] not null,
    protocol             varchar not null,
    grader               varchar not null,
    code_version         varchar not null,
    libraries            json not null,
    started              varchar not null,     -- UTC, ISO 8601
    seconds              double not null,
    coverage             json not null,        -- counts: slots, missing, unanswered, undecided, unscored
    cost                 json not null,        -- tokens, flops, seconds, device, dtype, parameters
    notes                varchar[] not null,
    origin               varchar not null,     -- 'measured' here, or where a result card came from
    scores_path          varchar               -- Parquet of the scores, relative to the home; null for carried or none
);

-- what can be measured: selection rules and step measures, as the newest run that used each knew it
create table if not exists measures (
    measure          varchar primary key,
    label            varchar not null,         -- as a reader sees it
    kind             varchar not null,         -- 'rule'; 'steps', 'credit', 'calibration'; 'probe', 'optimisation'
    unit             varchar not null,         -- 'share', 'difference' of two, or 'deviations'
    higher_is_better boolean not null,
    about_verifiers  boolean not null,         -- false for a rule that needs no scores
    simulated        boolean not null,         -- with a Monte Carlo error
    position         integer not null          -- where it stands in lists
);

-- one row per reported number
create table if not exists results (
    run_id         varchar not null,
    measure        varchar not null,
    aggregation    varchar not null,           -- '' where there are no step scores, or they stay apart
    n              integer,                    -- null for a measure that draws nothing
    slice_kind     varchar not null,           -- all, quintile, subject, level, contamination; rewrite, n
    slice          varchar not null,
    value          double not null,            -- expected accuracy, 0 to 1; or in the measure's unit
    answering      double,                     -- of a rule: what a fair choice among the answered gains on the mean
    choosing       double,                     -- of a rule: what this choice gains on the fair one
    draw_deviation double,                     -- standard deviation of one random draw of n
    standard_error double,                     -- over problems
    low            double not null,            -- 95 % interval over problems
    high           double not null,
    n_problems     integer not null,
    estimator      varchar not null,           -- 'exact' or 'seeded permutations'
    mc_error       double not null             -- simulation error, 0 where exact
);

-- p_i of every problem that bears on the measure: what paired comparisons are made from
create table if not exists problem_results (
    run_id      varchar not null,
    measure     varchar not null,
    aggregation varchar not null,
    problem_id  varchar not null,
    p           double[] not null,             -- one value per entry of runs.ns; one alone where nothing is drawn
    primary key (run_id, measure, aggregation, problem_id)
);

-- the problems of each measured pool
create table if not exists problems (
    pool_digest varchar not null,
    position    integer not null,
    problem_id  varchar not null,
    subject     varchar,
    level       integer,
    slots       integer not null,
    samples     integer not null,
    primary key (pool_digest, problem_id)
);

-- how hard the problems of a run were: its own quintiles, by whatever set them
create table if not exists difficulty (
    run_id     varchar not null,
    problem_id varchar not null,
    quintile   varchar not null,               -- 1 = easiest; 1-4 saturated where ties join several
    pass_rate  double not null,                -- of the run's pool under its grader
    primary key (run_id, problem_id)
);

create table if not exists pools (
    pool_digest varchar primary key,
    name        varchar not null,
    path        varchar not null,
    grades_path varchar not null,
    manifest    json not null
);

-- numbers that others published; never mixed with measured ones
create table if not exists published (
    source      varchar not null,
    url         varchar not null,
    task        varchar not null,
    slice       varchar not null,
    verifier    varchar not null,
    kind        varchar not null,              -- orm, prm, majority, oracle
    measure     varchar not null,
    aggregation varchar not null,
    generator   varchar not null,
    n           integer not null,
    value       double not null,
    n_problems  integer,
    note        varchar not null
);
