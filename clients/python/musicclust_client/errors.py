"""What can go wrong, each with a sentence for people and, where there is one, a code for programs."""

from __future__ import annotations

from typing import Any

import httpx

from musicclust_client.shapes import InvalidField, Job

PROBLEM = "application/problem+json"


class MusicClustError(Exception):
    """Any error of this package."""


class NoAnswerError(MusicClustError):
    """The site could not be reached, or broke off."""


class ApiError(MusicClustError):
    """The site refused. Its text says what is wrong and what to do; `code` never changes its meaning."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(problem.get("detail", ""))
        self.status = status
        self.code: str = problem.get("code", "")
        """Empty where it was not MusicClust that answered."""
        self.title: str = problem.get("title", "")
        self.reason: str | None = problem.get("reason")
        """Of code "refused": what more is known."""
        self.errors: list[InvalidField] = problem.get("errors", [])
        """Of code "invalid": each field that does not fit."""

    @classmethod
    def of(cls, response: httpx.Response) -> ApiError:
        """Read an answer that is no success."""
        if response.headers.get("content-type", "").partition(";")[0] == PROBLEM:
            return cls(response.status_code, response.json())
        words = f"{response.url} answered {response.status_code}, and not as MusicClust does."
        if response.is_redirect:
            words += f" It leads to {response.headers.get('location')}: use that address."
        return cls(response.status_code, {"detail": words})


class JobError(MusicClustError):
    """A job failed or was cancelled. Its text says why and what to do."""

    def __init__(self, job: Job) -> None:
        super().__init__(job["error"] or f"{job['title']}: {job['status']}.")
        self.job = job
        self.code = job["error_code"]


class StillRunningError(MusicClustError, TimeoutError):
    """A job was not over in the time that somebody was ready to wait; it goes on."""

    def __init__(self, job: Job, seconds: float) -> None:
        super().__init__(
            f"{job['title']} is not over after {seconds:.0f} s. It goes on; wait again, or cancel it."
        )
        self.job = job
