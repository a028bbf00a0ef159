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
    verifier             varchar not null,
    family               varchar not null,
    verifier_fingerprint varchar not null,
    verifier_config      json not null,
    spec                 varchar not null,     -- what --verifier was given; '' for a verifier made in Python
    headline_rule        varchar not null,     -- the rule and aggregation that stand on the board
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

-- one row per reported number
create table if not exists results (
    run_id         varchar not null,
    rule           varchar not null,
    aggregation    varchar not null,           -- '' where there are no step scores
    n              integer not null,
    slice_kind     varchar not null,           -- all, quintile, subject, level, contamination
    slice          varchar not null,
    value          double not null,            -- expected accuracy, 0 to 1
    draw_deviation double not null,            -- standard deviation of one random draw of n
    standard_error double,                     -- over problems
    low            double not null,            -- 95 % interval over problems
    high           double not null,
    n_problems     integer not null,
    estimator      varchar not null,           -- 'exact' or 'seeded permutations'
    mc_error       double not null,            -- simulation error, 0 where exact
    primary key (run_id, rule, aggregation, slice_kind, slice, n)
);

-- p_i of every problem at every n of runs.ns: what paired comparisons are made from
create table if not exists problem_results (
    run_id      varchar not null,
    rule        varchar not null,
    aggregation varchar not null,
    problem_id  varchar not null,
    p           double[] not null,             -- one value per entry of runs.ns
    primary key (run_id, rule, aggregation, problem_id)
);

-- the problems of each measured pool
create table if not exists problems (
    pool_digest varchar not null,
    position    integer not null,
    problem_id  varchar not null,
    subject     varchar,
    level       integer,
    quintile    integer not null,              -- 1 = easiest, by this pool's own pass rates
    pass_rate   double not null,
    slots       integer not null,
    samples     integer not null,
    primary key (pool_digest, problem_id)
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
    rule        varchar not null,
    aggregation varchar not null,
    generator   varchar not null,
    n           integer not null,
    value       double not null,
    n_problems  integer,
    note        varchar not null
);
