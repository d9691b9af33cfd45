"""Lines that belong together, and that nobody can forge."""

import json
import logging

from musicclust.logs import JsonFormatter, belonging_to


def record(message, *args, error=None):
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("clustering.jobs", logging.INFO, __file__, 1, message, args, info)


class TestJsonFormatter:
    def test_names_request_and_job(self):
        with belonging_to(request="r1", job="7"):
            line = json.loads(JsonFormatter().format(record("job %s begins", 7)))
        assert (line["request_id"], line["job_id"], line["message"]) == ("r1", "7", "job 7 begins")
        assert "request_id" not in json.loads(JsonFormatter().format(record("later")))

    def test_is_one_line_whatever_is_in_it(self):
        text = JsonFormatter().format(record('a\nb\r\u2028{"level": "ERROR"}'))
        assert len(text.splitlines()) == 1
        assert json.loads(text)["level"] == "INFO"

    def test_keeps_the_traceback(self):
        try:
            raise ValueError("no")
        except ValueError as error:
            line = json.loads(JsonFormatter().format(record("failed", error=error)))
        assert "ValueError: no" in line["exception"]
