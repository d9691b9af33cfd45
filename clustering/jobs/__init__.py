"""Background jobs: the queue, the runner and one class per kind of job."""
