"""People who use the site as it is meant to be used, and now and then as it is not, each by a seed of their own."""

from __future__ import annotations

import gzip
import json
import random
import re
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.browser import Browser, Form, Page, Unexpected, Value, name_of, state_of
from benchmarks.ledger import Ledger
from benchmarks.songs import write_songs

THINK = (1.0, 5.0)
"""Seconds between one page and the next."""
LOOKS = 1.0
"""Seconds after which the page of a job asks again how far it is."""
STAYS = 10
"""How often somebody lets it ask before they look at something else meanwhile."""
JOB_PATIENCE = 15 * 60.0
SONGS, FOR_LATER = 120_000, 20_000
LARGE = 50_000
LIMITS = {"LIMIT_DATASETS": "5", "LIMIT_MEGABYTES": "150", "LIMIT_SONGS": "200000", "LIMIT_JOBS": "6"}
ALGORITHMS = ("kmeans", "kmeans", "kmeans", "minibatch", "bisecting", "mixture", "ward", "hdbscan")
TABS = ("run_overview", "run_metrics", "run_visualizations", "run_insights")
TAKEN_AWAY = ("run_csv", "run_parquet", "run_profiles", "run_notebook", "run_script", "playlist_file")
WORDS = ("love", "night", "lantern", "river", "blue", "rock", "sol", "a", "nothing has this name")
BROKEN: tuple[tuple[str, bytes, str], ...] = (
    ("empty.csv", b"", "is empty"),
    ("header.csv", b"title,energy,valence\n", "no songs below it"),
    ("names.csv", b"title,artist\nOne,Ann\nTwo,Bob\nThree,Cy\n", "no audio features"),
    ("page.csv", b"<!DOCTYPE html><html><body>Not found</body></html>", "not a table of songs"),
    ("cut.csv.gz", gzip.compress(bytes(range(256)) * 4000)[:400], "damaged or was cut off"),
)
TOO_FEW = ("few.csv", b"title,energy,valence\nOne,0.5,0.5\n", "grouping needs at least")
NO_CROWDS = "HDBSCAN found"
MEANT_TO_FAIL = (TOO_FEW[2], NO_CROWDS)
"""What a job may end with: the one is asked for, the other is what HDBSCAN says of many songs."""


class TimeIsUp(Exception):  # noqa: N818 – the ordinary end
    """The hour is over."""


class Songs:
    """Invented songs, of which each file takes others."""

    def __init__(self, folder: Path) -> None:
        path = folder / "songs.csv"
        write_songs(path, SONGS)
        self._head, *self._rows = path.read_bytes().splitlines(keepends=True)
        self._later = 0
        self._lock = threading.Lock()

    def file(self, order: random.Random, count: int) -> bytes:
        """Return a file of so many songs, from anywhere, and one row that is no song."""
        first = order.randrange(SONGS - FOR_LATER - count)
        nothing = b"," * self._head.count(b",") + b"\n"
        return self._head + b"".join(self._rows[first : first + count]) + b"none" + nothing

    def more(self, count: int) -> bytes:
        """Return songs that no other file has, as long as there are any."""
        with self._lock:
            first = SONGS - FOR_LATER + self._later % (FOR_LATER - count)
            self._later += count
        return self._head + b"".join(self._rows[first : first + count])


@dataclass
class Town:
    """What people share: the site, the ledger, the songs, and where each one's things are."""

    port: int
    songs: Songs
    ledger: Ledger
    over: threading.Event
    things: dict[int, list[str]] = field(default_factory=dict)


class Person:
    """Somebody with an account."""

    def __init__(self, town: Town, number: int, name: str, password: str) -> None:
        self.town, self.number, self.name, self.password = town, number, name, password
        self.order = random.Random(number)
        self.browser = Browser(town.port, town.ledger)
        self.doing = ""
        self._begun = self._names = 0
        town.things[number] = []

    def live(self) -> None:
        """Sign in, bring the first songs, and do one thing after the other until the time is up."""
        try:
            self._try(self.sign_in)
            self._try(self.upload)
            while True:
                for activity in self._deck():
                    self._try(activity)
        except TimeIsUp:
            return

    def _deck(self) -> list[Callable[[], None]]:
        """Return everything that there is to do, as often as people do it, shuffled."""
        often = {
            self.browse: 6,
            self.upload: 2,
            self.start_run: 3,
            self.change_and_run_again: 2,
            self.look_for_songs: 3,
            self.explore: 2,
            self.take_away: 3,
            self.hang_up: 1,
            self.compare: 2,
            self.make_a_playlist: 2,
            self.share: 1,
            self.cancel_and_try_again: 2,
            self.rename: 1,
            self.add_songs: 1,
            self.ask_for_advice: 1,
            self.upload_something_broken: 1,
            self.ask_for_what_is_not_theirs: 1,
            self.reach_a_limit: 1,
            self.delete_a_run: 1,
            self.sign_out_and_in: 1,
        }
        deck = [activity for activity, times in often.items() for _ in range(times)]
        self.order.shuffle(deck)
        return deck

    def _try(self, activity: Callable[[], None]) -> None:
        self.doing = activity.__name__.replace("_", " ")
        try:
            activity()
        except Unexpected as fault:
            self.town.ledger.fault(self.name, self.doing, str(fault))
        except (LookupError, ValueError, StopIteration):  # a page was not as somebody took it to be
            self.town.ledger.fault(self.name, self.doing, traceback.format_exc())
        self._think()

    def _think(self, least: float = THINK[0], most: float = THINK[1]) -> None:
        if self.town.over.wait(self.order.uniform(least, most)):
            raise TimeIsUp

    # Getting about

    def _open(self, path: str, *, expect: Sequence[int] = (200,)) -> Page:
        page = self.browser.get(path, expect=expect)
        self._think()
        return page

    def _chance(self, share: float) -> bool:
        return self.order.random() < share

    def _a_name(self) -> str:
        self._names += 1
        return f"{self.name}’s songs, number {self._names}"

    def _datasets(self) -> list[str]:
        """Return the addresses of one's datasets, drafts too, from the first page."""
        links = self._open("/").links("dataset", "columns")
        return [link.removesuffix("columns/") for link in links]

    def _a_dataset(self) -> Page:
        """Open one with songs; bring some where there is none."""
        addresses = self._datasets()
        self.order.shuffle(addresses)
        for address in addresses:
            page = self._open(address)
            if page.links("run_new"):
                return page
        return self._bring()

    def _a_run(self) -> Page:
        """Open a finished run; make one where there is none."""
        page = self._a_dataset()
        if page.name == "run_overview":
            return page
        runs = page.links("run_overview")
        return self._open(self.order.choice(runs)) if runs else self._run(page, algorithm="kmeans")

    def _follow(self, page: Page, *, fails: str = "", may_fail: str = "") -> Page:
        """Watch a job until what it makes is there, or has failed with the sentence that it has to or may."""
        began, times = time.monotonic(), 0
        while _is_job(page):
            state = state_of(page)
            if state == "failed":
                return self._failed(page, fails or may_fail)
            if state == "cancelled":
                return page
            self._think(LOOKS, LOOKS)
            times += 1
            if times % STAYS == 0 and self._chance(0.5):
                self._wander("/", 2)
            answer = self.browser.get(page.path, live=True)
            if onward := answer.headers.get("HX-Redirect"):
                page = self.browser.get(onward)
            else:
                page = Page(page.path, 200, answer.headers, answer.body)
            if time.monotonic() - began > JOB_PATIENCE:
                raise Unexpected(f"{page.path} is {state} after {JOB_PATIENCE / 60:.0f} minutes")
        if fails:
            raise Unexpected(f"{page.path} was to say “{fails}”, and ended well")
        return page

    def _failed(self, page: Page, words: str) -> Page:
        if not words or words not in page.complaints:
            raise Unexpected(f"{page.path} failed: {page.complaints}")
        self.town.ledger.refuse(f"a job that says “{words}”")
        return page

    def _refused(self, page: Page, what: str, words: str) -> None:
        """Note a refusal that was asked for, if the page has its sentence."""
        if words not in page.complaints:
            raise Unexpected(f"{page.path} was to say “{words}”, and says: {page.complaints}")
        self.town.ledger.refuse(what)

    def _own(self, *paths: str) -> None:
        self.town.things[self.number].extend(urlsplit(path).path for path in paths)

    def _wander(self, path: str, steps: int) -> None:
        """Open a page and go on by its links, each kind of page as likely as the others."""
        for _ in range(steps):
            page = self._open(path)
            kinds = sorted({name_of(link) for link in page.links()} - {"", "sign_in", *TAKEN_AWAY})
            kinds = [kind for kind in kinds if not kind.startswith("admin:")]
            if not kinds:
                return
            path = self.order.choice(page.links(self.order.choice(kinds)))

    # What people do

    def sign_in(self) -> None:
        """By name and password, as the form asks."""
        page = self.browser.get("/accounts/login/")
        form = page.form("login")
        page = self.browser.submit(form, {"username": self.name, "password": self.password})
        if page.name == "login":
            raise Unexpected(f"{self.name} cannot sign in: {page.complaints}")
        for path in page.files:
            self.browser.get(path)
        self.town.ledger.did("sign-ins")

    def sign_out_and_in(self) -> None:
        """End the session and begin another, at times with a wrong password first."""
        page = self.browser.submit(self._open("/").form("logout"))
        if page.name != "login":
            raise Unexpected(f"signing out led to {page.path}")
        if self._chance(0.5):
            page = self.browser.submit(page.form("login"), {"username": self.name, "password": "wrong"})
            self._refused(page, "a wrong password", "correct username and password")
        if (page := self.browser.get("/")).name != "login":
            raise Unexpected(f"{page.path} was shown to somebody who had signed out")
        self.sign_in()

    def browse(self) -> None:
        """Look at pages, one after the other."""
        start = self.order.choice(("dataset", "run", "run", "anything"))
        if start == "anything":
            self._wander(self.order.choice(("/", "/jobs/", "/playlists/", "/activity/", "/account/")), 6)
        else:
            self._wander((self._a_dataset() if start == "dataset" else self._a_run()).path, 8)

    def upload(self) -> None:
        """Bring a file, and look at the groups that it has."""
        self._bring()

    def _bring(self) -> Page:
        """Make room, upload a file, confirm its columns, and wait for its groups."""
        self._make_room()
        large = self._begun > 0 and self._chance(0.08)
        count = LARGE if large else self.order.randint(500, 5_000)
        page = self._upload(f"songs-{count}.csv", self.town.songs.file(self.order, count))
        self._begun += 1
        self._own(page.path)
        if self._chance(0.15):
            page = self._choose_a_wrong_column(page)
        self._think()
        page = self.browser.submit(page.form("columns"), {"name": self._a_name()})
        self.town.ledger.did("uploads")
        page = self._follow(page)
        if page.name == "run_overview":
            self._own(page.path)
        return page

    def _upload(self, name: str, data: bytes, *, expect: Sequence[int] = (200,)) -> Page:
        form = self._open("/upload/").form("upload")
        return self.browser.submit(form, {"name": ""}, file=(name, data), expect=expect)

    def _choose_a_wrong_column(self, page: Page) -> Page:
        form = page.form("columns")
        first = next(name for name, value in form.sends if name.startswith("column-") and value == "title")
        wrong = self.browser.submit(form, {first: "energy", _column(form, "energy"): ""}, expect=(422,))
        self._refused(wrong, "a column of names as energy", "cannot be")
        return self.browser.get(page.path)

    def _make_room(self) -> None:
        """Delete the oldest dataset where no further one is allowed."""
        while len(datasets := self._datasets()) >= int(LIMITS["LIMIT_DATASETS"]):
            self._delete(datasets[-1])

    def _delete(self, address: str) -> None:
        page = self._open(address)
        page = self._follow(self.browser.submit(page.form("dataset_delete")))
        if page.name != "datasets":
            raise Unexpected(f"deleting {address} led to {page.path}")
        if self.browser.get(address, expect=(404,)):
            self.town.ledger.refuse("what one has deleted")
        self.town.ledger.did("datasets deleted")

    def upload_something_broken(self) -> None:
        """Bring a file that is none of songs, or one with too few of them."""
        self._make_room()
        name, data, words = self.order.choice((*BROKEN, TOO_FEW))
        if (name, data, words) != TOO_FEW:
            self._refused(self._upload(name, data, expect=(422,)), "a broken file", words)
            return
        columns = self._upload(name, data)
        page = self.browser.submit(columns.form("columns"))
        self._follow(page, fails=words)
        self._discard(columns.path)

    def _discard(self, columns: str) -> None:
        self._follow(self.browser.submit(self._open(columns).form("dataset_delete")))

    def start_run(self) -> None:
        """Group songs anew."""
        self._run(self._a_dataset_page())

    def change_and_run_again(self) -> None:
        """Change the settings of a run and start it again."""
        run = self._a_run()
        self._finish(self._send_settings(self._open(run.link("run_new"))))

    def _a_dataset_page(self) -> Page:
        page = self._a_dataset()
        return page if page.name == "dataset" else self._open(page.link("dataset"))

    def _run(self, dataset: Page, **fixed: Value) -> Page:
        return self._finish(self._send_settings(self._open(dataset.link("run_new")), **fixed))

    def _send_settings(self, page: Page, **fixed: Value) -> Page:
        form = page.form("run_new")
        values: dict[str, Value] = {
            "algorithm": self.order.choice(ALGORITHMS),
            "k": "" if self._chance(0.15) else str(self.order.randint(2, 12)),
            "min_cluster_size": "",
            "seed": str(self.order.randint(0, 10_000)),
            **fixed,
        }
        ticked = [value for name, value in form.sends if name == "features"]
        if self._chance(0.5) and len(ticked) > 5:
            values["features"] = sorted(self.order.sample(ticked, len(ticked) - 2))
            values[f"weight:{values['features'][0]}"] = "2"
        if self._chance(0.3):
            self.browser.post(page, f"{urlsplit(page.path).path}guards/", dict(form.filled(values)))
        answer = self.browser.submit(form, values, expect=(200, 422))
        if answer.status == 422 and values["algorithm"] == "hdbscan":
            self._refused(answer, "HDBSCAN of too many songs", "HDBSCAN")
            answer = self.browser.submit(form, values | {"algorithm": "kmeans", "k": "5"})
        elif answer.status == 422:
            raise Unexpected(f"422 from {page.path}: {answer.complaints}")
        return answer

    def _finish(self, page: Page) -> Page:
        page = self._follow(page, may_fail=NO_CROWDS)
        if page.name == "run_overview":
            self.town.ledger.did("runs")
            self._own(page.path)
        elif state_of(page) != "failed":
            raise Unexpected(f"a run led to {page.path}")
        return page

    def ask_for_advice(self) -> None:
        """Ask how many groups there are, within a few."""
        dataset = self._a_dataset_page()
        page = self._open(f"{urlsplit(dataset.path).path}sweeps/new/")
        page = self._follow(self.browser.submit(page.form("sweep_new"), {"k_low": "2", "k_high": "5"}))
        if page.name != "sweep":
            raise Unexpected(f"advice led to {page.path}")
        self.town.ledger.did("sweeps")
        if makes := page.forms("sweep_run"):
            self._finish(self.browser.submit(self.order.choice(makes)))

    def look_for_songs(self) -> None:
        """Search, open a song, and look for songs like it."""
        page = self._open(f"/search/?q={self.order.choice(WORDS).replace(' ', '+')}")
        for letters in ("l", "la", "lan"):
            self.browser.get(f"/search/?q={letters}", live=True)
        songs = page.links("song")
        if not songs:
            return
        page = self._open(self.order.choice(songs))
        self._own(page.path)
        for name in ("artist", "song_artist", "genre", "similar_songs"):
            if found := page.links(name):
                self._open(found[0])
        if found := page.links("similar_songs"):
            page = self._open(found[0])
            for form in page.forms("similar_songs"):
                self.browser.submit(form, {"diversity": "50", "count": "40", "tempo_from": "90"})

    def explore(self) -> None:
        """Load all songs of a run, color and filter them, look at the table, and take them away."""
        page = self._open(self._a_run().link("explore"))
        where = urlsplit(page.path)
        points = self.browser.get(f"{where.path}points?{where.query}")
        tag = points.headers["ETag"]
        self.browser.get(f"{where.path}points?{where.query}", headers={"If-None-Match": tag}, expect=(304,))
        for name in ("first_genre", "decade", self.order.choice(("energy", "tempo", "valence"))):
            self.browser.get(f"{where.path}column?{where.query}&name={name}")
            self._think()
        asked = f"{where.query}&energy=0.4..0.8"
        self.browser.get(f"{where.path}marks?{where.query}&q={self.order.choice(WORDS[:5])}")
        self.browser.get(f"{where.path}rows?{asked}&sort=-tempo")
        self.browser.get(f"{where.path}?{where.query}&no_such_column=1..2")
        if self._chance(0.5):
            self._whole(self.browser.get(f"{where.path}songs.csv?{asked}"))
        else:
            made = self.browser.submit(page.form("playlist_from_songs"), {"filter": "energy=0.4..0.8"})
            self._own(made.path)
        self.town.ledger.did("explorations")

    def take_away(self) -> None:
        """Download what there is of a run."""
        insights = self._open(self._a_run().link("run_insights"))
        for name in self.order.sample(TAKEN_AWAY[:5], 3):
            self._whole(self.browser.get(insights.link(name)))
            self._think()

    def _whole(self, page: Page) -> None:
        """See that a file is whole."""
        body = page.body
        match page.name:
            case "run_parquet":
                whole = body[:4] == body[-4:] == b"PAR1"
            case "run_profiles" | "run_notebook":
                whole = bool(json.loads(body))
            case _:
                whole = len(body.splitlines()) > 1 and body.endswith(b"\n")
        if not whole:
            raise Unexpected(f"{page.path} is not whole: {len(body)} bytes, the last {body[-80:]!r}")
        self.town.ledger.did("exports")

    def hang_up(self) -> None:
        """Begin a download and leave in the middle."""
        insights = self._open(self._a_run().link("run_insights"))
        path = insights.link(self.order.choice(("run_csv", "run_parquet")))
        self.browser.get(path, stop_after=self.order.choice((1, 20_000, 200_000)))
        self.town.ledger.did("downloads left in the middle")

    def compare(self) -> None:
        """Set two runs side by side, and look at the songs that moved."""
        dataset = self._a_dataset_page()
        page = self._open(dataset.link("dataset_runs"))
        forms = page.forms("compare_runs")
        runs = forms[0].choices.get("run", []) if forms else []
        if len(runs) < 2:
            self._run(dataset)
            return
        if self._chance(0.2):
            alone = self.browser.submit(forms[0], {"run": runs[:1]})
            if "Select two runs" not in alone.text:
                raise Unexpected(f"one run alone was compared: {alone.path}")
            self.town.ledger.refuse("one run to compare")
        page = self._follow(self.browser.submit(forms[0], {"run": self.order.sample(runs, 2)}))
        if page.name != "comparison":
            raise Unexpected(f"comparing led to {page.path}")
        self._own(page.path)
        self.town.ledger.did("comparisons")
        if moved := page.links("comparison_songs"):
            page = self._open(self.order.choice(moved))
            for path in page.links("comparison_csv"):
                self._whole(self.browser.get(path))

    def make_a_playlist(self) -> None:
        """Make a playlist by rules, change it, and take it away."""
        dataset = self._a_dataset_page()
        page = self._open(f"/playlists/new/?dataset={_number(dataset.path)}")
        form = page.form("playlist_new")
        low = round(self.order.uniform(0, 0.4), 2)
        rules: dict[str, Value] = {
            "name": self._a_name(),
            "rule-0-field": "energy",
            "rule-0-low": str(low),
            "length": str(self.order.choice((10, 30, 100))),
            "order": self.order.choice(form.choices["order"]),
        }
        if self._chance(0.3):
            wrong = self.browser.submit(form, rules | {"rule-0-high": "-1"}, expect=(422,))
            self._refused(wrong, "a rule that nothing can meet", "Nothing is at least")
        if self._chance(0.5):
            page = self.browser.submit(form, rules | {"do": "add:1"})
            form, more = page.form("playlist_new"), {"rule-1-field": "tempo", "rule-1-low": "60"}
            rules |= more
        self.browser.post(page, f"{urlsplit(dataset.path).path}playlists/count/", dict(form.filled(rules)))
        page = self.browser.submit(form, rules)
        self._own(page.path)
        self.town.ledger.did("playlists")
        for what in self.order.sample(page.form("playlist_edit").choices["do"], 3):
            page = self.browser.submit(page.form("playlist_edit"), {"do": what})
            self._think()
        page = self.browser.submit(page.form("playlist_undo"))
        orders = page.form("playlist_order").choices["order"]
        page = self.browser.submit(page.form("playlist_order"), {"order": self.order.choice(orders)})
        for path in page.links("playlist_file"):
            file = self.browser.get(path)
            self.town.ledger.did("exports")
        looking = self._open(f"{urlsplit(dataset.path).path}playlists/import/").form("playlist_import")
        self.browser.submit(looking, file=(path.rpartition("/")[2], file.body))
        page = self.browser.submit(page.form("playlist_remake"), {"length": "20"})
        page = self.browser.submit(page.form("playlist_rename"), {"name": self._a_name()})
        if self._chance(0.5):
            self.browser.submit(page.form("playlist_delete"))

    def share(self) -> None:
        """Make a link, open it as somebody without an account, and end it."""
        run = self._a_run()
        page = self._open(run.link("run_share"))
        page = self.browser.submit(page.form("run_share"), {"days": "1"})
        link = urlsplit(re.findall(r'value="(http[^"]+/shared/[^"]+)"', page.text)[0]).path
        visitor = Browser(self.town.port, self.town.ledger)
        shown = visitor.get(link)
        for tab in shown.links(*TABS):
            visitor.get(tab)
            self._think()
        if visitor.get(f"{urlsplit(run.path).path}songs.csv").name != "login":
            raise Unexpected("a link gave somebody the songs")
        for form in page.forms("run_share_end"):
            self.browser.submit(form)
        visitor.get(link, expect=(404,))
        self.town.ledger.refuse("a link that is ended")
        self.town.ledger.did("links shared")

    def cancel_and_try_again(self) -> None:
        """Stop a run after a moment, and perhaps let it go on after all."""
        dataset = self._a_dataset_page()
        page = self._open(dataset.link("run_new"))
        page = self._send_settings(page, algorithm="kmeans", k=self.order.choice(("", "", "12")))
        self._own(page.path)
        self._think(0, 3)
        page = self.browser.get(page.path)
        if not (forms := page.forms("job_cancel")):  # it was quicker
            self._follow(page)
            return
        page = self._follow(self.browser.submit(forms[0]))
        if not _is_job(page):
            return
        self.town.ledger.did("cancels")
        if self._chance(0.6) and (again := page.forms("job_retry")):
            self._finish(self.browser.submit(again[0]))
            self.town.ledger.did("jobs tried again")

    def rename(self) -> None:
        """Give a dataset and a group other names, and pin a run."""
        dataset = self._a_dataset_page()
        page = self.browser.submit(dataset.form("dataset_rename"), {"name": self._a_name()})
        page = self.browser.submit(page.form("dataset_rename"), {"name": ""})
        if "A dataset needs a name" not in page.text:
            raise Unexpected("a dataset lost its name")
        self.town.ledger.refuse("a dataset without a name")
        for form in page.forms("run_pin")[:1]:
            self.browser.submit(form)
        insights = self._open(self._a_run().link("run_insights"))
        for form in insights.forms("cluster_rename")[:1]:
            self.browser.submit(form, {"name": self._a_name()})
        self.town.ledger.did("new names")

    def add_songs(self) -> None:
        """Add a file to a dataset, and place its songs among the groups of a run."""
        run = self._a_run()
        dataset = self._open(run.link("dataset"))
        page = self._open(dataset.link("songs_add"))
        data = self.town.songs.more(self.order.randint(200, 800))
        page = self.browser.submit(page.form("songs_add"), file=("more.csv", data))
        self._think()
        page = self._follow(self.browser.submit(page.form("songs_add_columns")))
        self.town.ledger.did("songs added")
        page = self._open(f"{urlsplit(run.path).path}added/")
        for form in page.forms("run_place_added")[:1]:
            self._follow(self.browser.submit(form))

    def ask_for_what_is_not_theirs(self) -> None:
        """Try the addresses of others, by reading and by deleting."""
        others = [
            path for number, paths in self.town.things.items() if number != self.number for path in paths
        ]
        for path in self.order.sample(others, min(5, len(others))):
            self.browser.get(path, expect=(404,))
            self.town.ledger.refuse("what is not theirs")
            self._think()
        page = self._open("/")
        for path in [path for path in others if name_of(path) in ("run_overview", "playlist")][:1]:
            self.browser.post(page, f"{path}delete{'/' * (name_of(path) == 'playlist')}", {}, expect=(404,))
            self.town.ledger.refuse("deleting what is not theirs")

    def reach_a_limit(self) -> None:
        """Have as many datasets, or as many jobs, as are allowed, and try one more."""
        if self._chance(0.5):
            self._too_many_datasets()
        else:
            self._too_many_jobs()

    def _too_many_datasets(self) -> None:
        drafts = []
        while len(self._datasets()) < int(LIMITS["LIMIT_DATASETS"]):
            drafts.append(self._upload("draft.csv", self.town.songs.file(self.order, 500)).path)
        page = self._upload("draft.csv", self.town.songs.file(self.order, 500), expect=(422,))
        self._refused(page, "a dataset too many", "Datasets: you have")
        for draft in drafts:
            self._discard(draft)

    def _too_many_jobs(self) -> None:
        dataset = self._a_dataset_page()
        form = self._open(dataset.link("run_new")).form("run_new")
        begun: list[str] = []
        for seed in range(2 * int(LIMITS["LIMIT_JOBS"])):
            wanted = {"algorithm": "kmeans", "k": "", "seed": str(seed)}
            page = self.browser.submit(form, wanted, expect=(200, 422))
            if page.status == 422:
                self._refused(page, "a job too many", "Running and waiting jobs")
                break
            begun.append(page.path)
        for path in begun:
            page = self.browser.get(path)
            for stop in page.forms("job_cancel"):
                self.browser.submit(stop)
                self.town.ledger.did("cancels")
        for path in begun:
            self._follow(self.browser.get(path))

    def delete_a_run(self) -> None:
        """Delete a run, where there is another."""
        runs = self._a_dataset_page().links("run_overview")
        if len(runs) < 2:
            return
        page = self._open(self._open(runs[-1]).link("run_insights"))
        page = self.browser.submit(page.form("run_delete"))
        began = time.monotonic()
        while runs[-1] in page.links("run_overview"):
            self._think(LOOKS, LOOKS)
            page = self.browser.get(page.path)
            if time.monotonic() - began > JOB_PATIENCE:
                raise Unexpected(f"{runs[-1]} is still not deleted")
        self.town.ledger.did("runs deleted")


def _is_job(page: Page) -> bool:
    return 'id="job"' in page.text or 'id="sweep-progress"' in page.text


def _number(path: str) -> int:
    """Return the id in an address."""
    return int(re.findall(r"\d+", path)[0])


def _column(form: Form, meaning: str) -> str:
    """Return the field of the column that is taken for something."""
    return next(name for name, value in form.sends if name.startswith("column-") and value == meaning)
