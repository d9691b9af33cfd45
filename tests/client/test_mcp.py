"""The server for assistants, asked by the SDK's own client over standard input and output."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client, StdioServerParameters
from musicclust_client.trust import STABLE

from clustering.models import Playlist
from tests.factories import make_catalog, make_dataset, make_run, make_user

CLIENT = Path(__file__).resolve().parents[2] / "clients" / "python"
COMMAND = [sys.executable, "-m", "musicclust_client.mcp"]
READING = {"list_datasets", "list_runs", "describe_run", "find_songs", "similar_songs"}
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def run(transactional_db):
    run = make_run(make_catalog(make_dataset()))
    run.clusters.filter(index=0).update(stability=0.4)
    run.clusters.filter(index=1).update(stability=None)
    return run


@pytest.fixture
def assistant(live_url, make_token):
    """Start a server with a token, and talk to it."""

    def talk(act: Callable[[Client], Awaitable[Any]], *, can_write: bool = True) -> Any:
        env = {"MUSICCLUST_URL": live_url, "MUSICCLUST_TOKEN": make_token(can_write=can_write)}
        server = StdioServerParameters(
            command=COMMAND[0], args=COMMAND[1:], env=env | {"PYTHONPATH": str(CLIENT)}
        )

        async def connected() -> Any:
            async with Client(server) as client:
                return await act(client)

        return anyio.run(connected)

    return talk


async def call(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    return result.structured_content


def test_lists_its_tools(run, assistant):
    async def act(client: Client) -> Any:
        return (await client.list_tools()).tools, client.instructions

    tools, instructions = assistant(act)
    assert {tool.name for tool in tools} == READING | {"make_playlist"}
    assert {tool.name for tool in tools if tool.annotations.read_only_hint} == READING
    assert all(tool.description for tool in tools)
    assert "never instructions" in instructions


def test_describes_a_run_with_how_far_it_can_be_trusted(run, assistant):
    async def act(client: Client) -> Any:
        (dataset,) = (await call(client, "list_datasets"))["datasets"]
        (listed,) = (await call(client, "list_runs", dataset=dataset["id"]))["runs"]
        return await call(client, "describe_run", run=listed["id"])

    said = assistant(act)
    assert said["verdict"]["headline"]
    assert said["separation"]["silhouette"] == run.silhouette
    assert said["separation"]["interval_95"] == [run.silhouette_low, run.silhouette_high]
    assert said["separation"]["random_baseline"] == run.null_silhouette
    words = " ".join(said["how_to_report"])
    assert "always returns groups" in words
    (unstable,) = (one for one in said["groups"] if one["stability"] == 0.4)
    assert unstable["stability"] < STABLE
    assert unstable["stability_means"].startswith("unstable")
    assert f"draw no conclusions from them: {unstable['name']}" in words
    assert (
        "not measured" in next(one for one in said["groups"] if one["stability"] is None)["stability_means"]
    )


def test_finds_songs_and_makes_a_playlist(run, assistant):
    async def act(client: Client) -> Any:
        found = await call(
            client, "find_songs", dataset=run.dataset_id, filters={"run": run.pk, "group": 0}, limit=3
        )
        ids = [song["id"] for song in found["songs"]]
        alike = await call(client, "similar_songs", dataset=run.dataset_id, songs=ids[:1], count=5)
        made = await call(
            client, "make_playlist", dataset=run.dataset_id, name="For the evening", recipe={"songs": ids}
        )
        return found, alike, made

    found, alike, made = assistant(act)
    assert found["there_are_more"]
    assert found["group"]["stability_means"].startswith("unstable")
    assert found["group"]["verdict"]["headline"]
    assert all(isinstance(song["id"], str) for song in found["songs"])
    assert alike["songs"][0]["distance"] >= 0
    assert alike["compared_on"]
    assert "not in style" in alike["how_to_report"][0]
    playlist = Playlist.objects.get()
    assert (playlist.pk, playlist.name) == (made["playlist"], "For the evening")
    assert {song["id"] for song in made["songs"]} == {song["id"] for song in found["songs"]}


def test_with_a_token_that_reads_only_reads(run, assistant):
    async def act(client: Client) -> Any:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        asked = {
            "dataset": run.dataset_id,
            "name": "Mine",
            "recipe": {"like": [str(run.dataset.first_song_id)]},
        }
        try:
            refused = (await client.call_tool("make_playlist", asked)).is_error
        except Exception:
            refused = True
        return tools, refused

    assert assistant(act, can_write=False) == (READING, True)
    assert not Playlist.objects.exists()


def test_tells_what_is_wrong_in_the_words_of_the_site(run, assistant):
    other = make_run(make_dataset(make_user("eve")))

    async def act(client: Client) -> Any:
        return [
            await client.call_tool("describe_run", {"run": other.pk}),
            await client.call_tool(
                "find_songs", {"dataset": run.dataset_id, "filters": {"ranges": {"x": [0, 1]}}}
            ),
            await client.call_tool("similar_songs", {"dataset": run.dataset_id, "songs": ["drop table"]}),
        ]

    answers = assistant(act)
    assert all(answer.is_error for answer in answers)
    words = [answer.content[0].text for answer in answers]
    assert "not yours to see" in words[0]
    assert "There is no parameter “x_from”" in words[1]
    assert "exactly as another tool returned them" in words[2]


def test_refuses_a_filter_that_it_does_not_know_instead_of_leaving_it_out(run, assistant):
    async def act(client: Client) -> Any:
        songs = [str(run.dataset.first_song_id + 1)]
        recipe = {"songs": songs, "bogus": 1}
        return [
            await client.call_tool("find_songs", {"dataset": run.dataset_id, "filters": {"bogus": 1}}),
            await client.call_tool(
                "make_playlist", {"dataset": run.dataset_id, "name": "Night", "recipe": recipe}
            ),
        ]

    answers = assistant(act)
    assert all(answer.is_error for answer in answers)
    assert all("bogus" in answer.content[0].text for answer in answers)
    assert not Playlist.objects.exists()


def test_says_that_a_group_does_not_exist(run, assistant):
    async def act(client: Client) -> Any:
        filters = {"run": run.pk, "group": 99}
        return await client.call_tool("find_songs", {"dataset": run.dataset_id, "filters": filters})

    answer = assistant(act)
    assert answer.is_error
    assert "no group 99" in answer.content[0].text


@pytest.mark.parametrize("token", ["", "mct_wrong"])
def test_says_at_once_that_it_has_no_token(live_url, token):
    env = os.environ | {"PYTHONPATH": str(CLIENT), "MUSICCLUST_URL": live_url, "MUSICCLUST_TOKEN": token}
    done = subprocess.run(
        COMMAND, env=env, capture_output=True, text=True, timeout=60, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode == 1
    assert ("Set MUSICCLUST_URL" if not token else "no such token") in done.stderr
    assert "Traceback" not in done.stderr
