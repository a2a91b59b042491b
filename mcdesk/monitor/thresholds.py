"""From where on something is excellent, good or degraded."""

EXCELLENT_PROGRESS_MILLISECONDS = 100.0
GOOD_PROGRESS_MILLISECONDS = 500.0
EXCELLENT_ERROR_SHARE = 0.01
GOOD_ERROR_SHARE = 0.05
# of fewer chunks that were shown nothing is said about how soon they are
LEAST_PROGRESS_SAMPLES = 20
LEAST_SUCCESS_SHARE = 0.95
