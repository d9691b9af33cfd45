"""What the web server answers by itself."""

import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def gunicorn_url():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    command = [sys.executable, "-m", "gunicorn", "wsgiref.simple_server:demo_app", "--bind", address]
    options = ["--worker-class", "musicclust.web.Worker", "--threads", "2", "--no-control-socket"]
    with subprocess.Popen([*command, *options], cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 60
        while "Booting worker" not in process.stderr.readline():
            assert time.monotonic() < end
        yield f"http://{address}/"
        process.terminate()


class TestWorker:
    def test_answers(self, gunicorn_url):
        with urllib.request.urlopen(gunicorn_url, timeout=30) as answer:  # noqa: S310
            assert answer.read().startswith(b"Hello world!")

    def test_says_what_to_do_where_an_address_is_too_long(self, gunicorn_url):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{gunicorn_url}?{'seed=12345678901234567&' * 500}", timeout=30)  # noqa: S310
        with refused.value as answer:
            assert answer.code == 414
            assert "Go back and choose fewer" in answer.read().decode()

    def test_answers_as_before_what_is_wrong_otherwise(self, gunicorn_url):
        with socket.create_connection(gunicorn_url[7:-1].split(":"), timeout=30) as line:
            line.sendall(b"GET\r\n\r\n")
            assert line.recv(100).startswith(b"HTTP/1.1 400")
