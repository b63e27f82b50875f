"""How long dcplan takes, beside plain HiGHS and SCIP on the same model: `python -m benchmarks`."""
