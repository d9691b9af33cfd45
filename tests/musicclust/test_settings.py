"""The settings: listed, and refused where they make no sense."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
ELSEWHERE = {
    "DATABASE_URL": "postgresql://someone:secret@db.example:5433/songs",
    "REDIS_URL": "redis://q:1/0",
}


def load(expression="None", **env):
    """Read the settings in a fresh interpreter with this environment alone."""
    code = f"from musicclust import settings as s; print(({expression}))"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={"PATH": os.environ["PATH"], **env},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


class TestEnvironment:
    SETTINGS = (ROOT / "musicclust" / "settings.py").read_text()
    READ = frozenset(re.findall(r'(?:env\.\w+|number|switch)\(\s*"([A-Z_0-9]+)"', SETTINGS))
    OTHERS = frozenset({"PORT", "POSTGRES_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"})
    """What is read elsewhere: by `serve`, by compose, by boto3."""
    COMPOSE = (ROOT / "docker-compose.yml").read_text()
    PASSED = yaml.safe_load(COMPOSE)["x-app"]["environment"]

    def test_is_read_in_one_place(self):
        assert len(self.READ) > 20
        assert not re.findall(r'environ(?:\.get\(|\[)"([A-Z_]+)"', self.SETTINGS)
        commands = (ROOT / "clustering" / "management" / "commands" / "serve.py").read_text()
        assert set(re.findall(r'environ\.get\("([A-Z_]+)"', commands)) == {"PORT"}

    def test_stands_in_the_example(self):
        listed = re.findall(r"^# ([A-Z_0-9]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)
        assert sorted(listed) == sorted(self.READ | self.OTHERS)

    def test_stands_in_the_readme(self):
        rows = re.findall(r"^\| (`[A-Z_0-9`, ]+`) \|", (ROOT / "README.md").read_text(), re.MULTILINE)
        assert {name for row in rows for name in re.findall("[A-Z_0-9]+", row)} == self.READ | self.OTHERS

    def test_is_passed_on_by_compose(self):
        """But for DEBUG, which a deployment refuses."""
        passed = self.READ - {"DEBUG"} | {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}
        assert set(self.PASSED) == passed
        for name, value in self.PASSED.items():
            for asked in re.findall(r"\$\{([A-Z_0-9]+)", str(value)):
                assert asked in {name, "POSTGRES_PASSWORD"}

    def test_has_the_same_defaults_in_compose(self, tmp_path):
        """Those that compose writes down are those of a deployment."""
        defaults = {n: found[1] for n, v in self.PASSED.items() if (found := re.search(r":-(.*)\}", str(v)))}
        given = {name: value for name, value in defaults.items() if name != "HTTPS"}
        what = "{n: repr(v) for n, v in vars(s).items() if n.isupper() and n not in ('BASE_DIR', 'SERVERS')}"
        plain = load(what, SECRET_KEY="x", DATA_DIR=str(tmp_path), **ELSEWHERE)
        composed = load(what, SECRET_KEY="x", DATA_DIR=str(tmp_path), **ELSEWHERE, **given)
        assert plain.stdout == composed.stdout, composed.stderr

    def test_that_is_blank_has_its_default(self, tmp_path):
        blank = dict.fromkeys(self.READ - {"DATA_DIR"}, "")
        done = load("s.HTTPS, s.WORKER_CONCURRENCY > 0, s.MEDIA_ROOT.name, s.LOG_FORMAT, s.TIME_ZONE",
                    DATA_DIR=str(tmp_path), **blank)  # fmt: skip
        assert done.stdout.strip() == "(False, True, 'uploads', 'line', 'UTC')", done.stderr

    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("JOB_HOURS", "six", "a whole number"),
            ("LIMIT_JOBS", "-1", "a whole number"),
            ("HTTPS", "ja", "true or false"),
        ],
    )
    def test_that_makes_no_sense_is_refused(self, tmp_path, name, value, words):
        done = load(DATA_DIR=str(tmp_path), **{name: value})
        assert f"{name} must be {words}, and not “{value}”" in done.stderr


class TestDeployment:
    def test_reads_addresses(self, tmp_path):
        done = load(
            "s.DATABASES['default']['HOST'], s.DATABASES['default']['PORT'], s.CELERY_BROKER_URL, s.HTTPS",
            SECRET_KEY="x", DATA_DIR=str(tmp_path), **ELSEWHERE,
        )  # fmt: skip
        assert done.stdout.strip() == "('db.example', 5433, 'redis://q:1/0', True)", done.stderr

    def test_without_a_secret_key_is_refused(self, tmp_path):
        done = load(DATA_DIR=str(tmp_path), **ELSEWHERE)
        assert "Set SECRET_KEY to a long random text" in done.stderr

    def test_on_another_database_is_refused(self, tmp_path):
        done = load(DATA_DIR=str(tmp_path), SECRET_KEY="x", DATABASE_URL="mysql://host/name")
        assert "DATABASE_URL must be a PostgreSQL address" in done.stderr

    def test_with_another_word_for_two_factor_sign_in_is_refused(self, tmp_path):
        done = load(DATA_DIR=str(tmp_path), STAFF_TWO_FACTOR="true")
        assert "STAFF_TWO_FACTOR is either left out or: required" in done.stderr

    def test_notices_a_host_that_was_cut_off(self, tmp_path):
        done = load(
            "s.DATABASES['default']['OPTIONS']['tcp_user_timeout']",
            SECRET_KEY="x", DATA_DIR=str(tmp_path), **ELSEWHERE,
        )  # fmt: skip
        assert done.stdout.strip() == "20000", done.stderr

    def test_keeps_uploads_in_a_bucket(self, tmp_path):
        done = load("s.STORAGES['default']", DATA_DIR=str(tmp_path), S3_BUCKET="songs")
        assert "S3Storage" in done.stdout
        assert "'bucket_name': 'songs'" in done.stdout, done.stderr

    def test_gives_up_a_bucket_that_does_not_answer(self, tmp_path):
        config = "s.STORAGES['default']['OPTIONS']['client_config']"
        words = f"{config}.connect_timeout, {config}.read_timeout, {config}.retries"
        done = load(words, DATA_DIR=str(tmp_path), S3_BUCKET="songs")
        connect, read, retries = ast.literal_eval(done.stdout)
        assert (connect + read) * retries["total_max_attempts"] < 90


class TestLocal:
    def test_keeps_its_key_where_only_its_owner_reads_it(self, tmp_path):
        keys = {load("s.SECRET_KEY", DATA_DIR=str(tmp_path)).stdout for _ in range(2)}
        assert [len(key) > 50 for key in keys] == [True]
        assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0

    def test_starts_nothing(self, tmp_path):
        load(DATA_DIR=str(tmp_path))
        assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]

    def test_gives_a_message_more_time_than_a_job(self):
        expression = (
            "s.CELERY_TASK_TIME_LIMIT, s.CELERY_VISIBILITY_TIMEOUT, "
            "s.CELERY_BROKER_TRANSPORT_OPTIONS, s.CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS"
        )
        done = load(expression, DATA_DIR=str(ROOT / ".data-test"), SECRET_KEY="x", JOB_HOURS="2")
        limit, seconds, broker, results = eval(done.stdout)  # noqa: S307
        assert limit == 7200 < seconds
        assert broker["visibility_timeout"] == results["visibility_timeout"] == seconds


class TestSafety:
    def deployment(self, tmp_path, *command, **env):
        values = {"SECRET_KEY": "k3y" + "abcdefgh" * 8, "DATA_DIR": str(tmp_path), **ELSEWHERE, **env}
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env={"PATH": os.environ["PATH"], **values},
            capture_output=True, text=True, check=False,
        )  # fmt: skip

    def test_of_a_deployment_has_nothing_that_django_warns_of(self, tmp_path):
        done = self.deployment(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "INFO")
        assert done.returncode == 0, done.stderr
        assert "no issues" in done.stdout

    def test_knows_no_debugging_in_a_deployment(self, tmp_path):
        done = self.deployment(tmp_path, "manage.py", "check", DEBUG="true")
        assert "DEBUG shows code" in done.stderr

    def test_is_off_where_nobody_says_otherwise(self, tmp_path):
        assert load("s.DEBUG", DATA_DIR=str(tmp_path)).stdout.strip() == "False"

    def test_prints_no_secret_when_something_fails(self, tmp_path):
        url = "postgresql://someone:hunter2@127.0.0.1:1/songs"
        for command in (("migrate",), ("check", "--database", "default"), ("sign_in_link",)):
            done = self.deployment(tmp_path, "manage.py", *command, DATABASE_URL=url)
            assert "hunter2" not in done.stdout + done.stderr
            assert "k3y" not in done.stdout + done.stderr

    def test_binds_the_cookies_of_a_deployment_to_its_host(self, tmp_path):
        done = load(
            "s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_AGE",
            SECRET_KEY="x", DATA_DIR=str(tmp_path), **ELSEWHERE,
        )  # fmt: skip
        assert done.stdout.strip() == "('__Host-sessionid', '__Host-csrftoken', True, 43200)"

    def test_tells_sentry_where_an_address_is_given(self, tmp_path):
        said = "s.__dict__.get('sentry_sdk') and s.sentry_sdk.is_initialized()"
        assert load(said, DATA_DIR=str(tmp_path)).stdout.strip() == "None"
        done = load(
            said, DATA_DIR=str(tmp_path), SENTRY_DSN="http://key@127.0.0.1:1/1", PYTHONWARNINGS="error"
        )
        assert done.stdout.strip() == "True", done.stderr
