"""Every dialect of song files that people have, each as a small invented file."""

import json
import subprocess
import sys

import pytest

from clustering.songfiles import SongFileError
from clustering.songfiles.aliases import dialect_name, field_of, normal_name
from clustering.songfiles.cleaning import Cleaner
from clustering.songfiles.columns import ColumnMap, propose_columns
from clustering.songfiles.readers import read_batches, read_preview, sniff

FEATURES = (
    "danceability,energy,key,loudness,mode,speechiness,acousticness,instrumentalness,liveness,valence,tempo"
)
VALUES = [
    "0.7,0.8,1,-5.4,0,0.04,0.3,0.0,0.1,0.9,95.0",
    "0.4,0.9,0,-4.9,1,0.05,0.01,1.2e-05,0.6,0.7,148.7",
    "0.5,0.2,11,-12.0,1,0.9,0.95,0.85,0.12,0.3,71.5",
]


def file_of(header: str, rows: list[str]) -> str:
    """Put the usual feature columns where FEATURES and their values where VALUES stands."""
    lines = [row.replace("VALUES", VALUES[index % 3]) for index, row in enumerate(rows)]
    return "\n".join([header.replace("FEATURES", FEATURES), *lines]) + "\n"


DIALECTS: dict[str, tuple[str, str, dict[str, object], tuple[str, ...]]] = {
    "amazon": (
        "Single-genre artists (Amazon Music)",
        file_of(
            "id_songs,name_song,popularity_songs,duration_ms,explicit,id_artists,"
            "release_date,FEATURES,time_signature,"
            "followers,genres,name_artists,popularity_artists",
            [
                "a1,Le Lac,3,161427,0,z1,1922,VALUES,3,5078,['vintage chanson'],Mia,22",
                "a2,Bruma,0,223440,1,z1,03-05-1998,VALUES,4,5078,[],Mia,22",
                "a3,Sol,44,98000,0,z2,1998-05-03,VALUES,4,99,\"['pop', 'folk']\",Leo,50",
            ],
        ),
        {"external_id": "a1", "title": "Le Lac", "artist": "Mia", "genres": ["vintage chanson"],
         "popularity": 3.0, "release_year": 1922, "explicit": False, "duration_ms": 161427.0},
        ("followers", "popularity_artists"),
    ),
    "kaggle genres": (
        "Kaggle tracks with genres",
        file_of(
            ",track_id,artists,album_name,track_name,popularity,duration_ms,explicit,"
            "FEATURES,time_signature,track_genre",
            [f"{i},k{i},Ana;Ben,Albumin,Song {i},7{i},200000,False,VALUES,4,acoustic" for i in range(3)],
        ),
        {"external_id": "k0", "title": "Song 0", "artist": "Ana, Ben", "genres": ["acoustic"]},
        (),
    ),
    "kaggle years": (
        "Kaggle 1921–2020",
        file_of(
            "id,name,artists,duration_ms,release_date,year,FEATURES,explicit,popularity",
            [f"y{i},Name {i},\"['Ana', 'O\"\"Neil']\",180000,1921-02-03,1921,VALUES,0,4" for i in range(3)],
        ),
        {"external_id": "y0", "title": "Name 0", "artist": "Ana, O\"Neil", "release_year": 1921},
        (),
    ),
    "tidytuesday": (
        "TidyTuesday Spotify songs",
        file_of(
            "track_id,track_name,track_artist,track_popularity,track_album_id,track_album_name,"
            "track_album_release_date,playlist_name,playlist_id,playlist_genre,"
            "playlist_subgenre,FEATURES,duration_ms",
            [f"t{i},Name {i},Ana,66,b{i},Blue,2019-06-14,Mix,p1,pop,dance pop,VALUES,"
            f"194754" for i in range(3)],
        ),
        {"external_id": "t0", "artist": "Ana", "album": "Blue", "release_year": 2019, "genres": ["pop"],
         "popularity": 66.0},
        (),
    ),
    "hit predictor": (
        "Hit predictor",
        file_of(
            "track,artist,uri,FEATURES,duration_ms,time_signature,chorus_hit,sections,target,decade",
            [f"Name {i},Ana,spotify:track:{i},VALUES,173533,3,32.9{i},9,1,1960" for i in range(3)],
        ),
        {"external_id": "spotify:track:0", "title": "Name 0", "time_signature": 3.0, "release_year": 1960},
        ("chorus_hit", "sections", "target"),
    ),
    "top hits": (
        "Top hits",
        file_of(
            "artist,song,duration_ms,explicit,year,popularity,FEATURES,genre",
            ['Ana,One,211160,False,2000,77,VALUES,"rock, pop"', "Ben,Two,167066,True,1999,79,VALUES,set()",
             "Cy,Three,250546,False,1999,78,VALUES,pop"],
        ),
        {"external_id": None, "title": "One", "genres": ["rock", "pop"], "release_year": 2000},
        (),
    ),
    "exportify": (
        "Exportify",
        file_of(
            "Track URI,Track Name,Artist Name(s),Album Name,Album Release Date,Duration (ms),"
            "Popularity,Explicit,Added At,"
            "Genres,Danceability,Energy,Key,Loudness,Mode,Speechiness,Acousticness,"
            "Instrumentalness,Liveness,Valence,"
            "Tempo,Time Signature",
            [f'spotify:track:e{i},Name {i},Ana;Ben,Blue,2011-01-01,201000,50,true,'
            f'2024-01-01T00:00:00Z,"indie pop,folk",'
             "VALUES,4" for i in range(3)],
        ),
        {"external_id": "spotify:track:e0", "title": "Name 0", "artist": "Ana, Ben", "album": "Blue",
         "genres": ["indie pop", "folk"], "explicit": True, "duration_ms": 201000.0, "time_signature": 4.0},
        (),
    ),
    "exportify second form": (
        "Exportify",
        file_of(
            "Spotify ID,Artist IDs,Track Name,Album Name,Artist Name(s),Release Date,"
            "Duration (ms),Popularity,Added By,"
            "Added At,Genres,Danceability,Energy,Key,Loudness,Mode,Speechiness,Acousticness,"
            "Instrumentalness,Liveness,"
            "Valence,Tempo,Time Signature",
            [f'e{i},"x,y",Name {i},Blue,"Ana,Ben",2011,201000,50,me,2024-01-01,"indie pop,'
            f'folk",VALUES,4' for i in range(3)],
        ),
        {"external_id": "e0", "artist": "Ana,Ben", "genres": ["indie pop", "folk"], "release_year": 2011},
        (),
    ),
    "raw": (
        "Raw API dump",
        file_of(
            "FEATURES,type,id,uri,track_href,analysis_url,duration_ms,time_signature",
            [f"VALUES,audio_features,r{i},spotify:track:r{i},https://x/{i},https://y/{i},"
            f"214000,4" for i in range(3)],
        ),
        {"title": None, "external_id": "spotify:track:r0"},
        (),
    ),
    "streamed 2023": (
        "Most streamed songs of 2023",
        "track_name,artist(s)_name,artist_count,released_year,streams,bpm,key,mode,"
        "danceability_%,valence_%,energy_%,"
        "acousticness_%,instrumentalness_%,liveness_%,speechiness_%\n"
        "One,\"Ana, Ben\",2,2023,141381703,125,B,Major,80,89,83,31,0,8,4\n"
        "Two,Cy,1,2022,133716286,92,C#,Minor,71,61,74,7,0,10,4\n"
        "Three,Di,1,2021,BPM110KeyAMode,138,,Major,51,32,53,17,0,31,6\n",
        {"title": "One", "artist": "Ana, Ben", "release_year": 2023, "tempo": 125.0, "key": 11.0, "mode": 1.0,
         "danceability": 0.8, "instrumentalness": 0.0},
        ("artist_count",),
    ),
    "abbreviated": (
        "Abbreviated (Organize Your Music)",
        "title;artist;top genre;year;bpm;nrgy;dnce;dB;live;val;dur;acous;spch;pop\n"
        "Hey, You;Ana;neo mellow;2010;97;89;67;-4;8;80;217;19;4;83\n"
        "Love;Ben;detroit hip hop;2010;87;93;75;-5;52;64;263;24;23;82\n"
        "Tik;Cy;dance pop;2010;120;84;76;-3;29;71;200;10;14;80\n",
        {"title": "Hey, You", "energy": 0.89, "danceability": 0.67, "loudness": -4.0, "duration_ms": 217000.0,
         "valence": 0.8, "popularity": 83.0, "genres": ["neo mellow"]},
        (),
    ),
}  # fmt: skip


@pytest.mark.parametrize("which", DIALECTS)
def test_dialects_are_recognized_and_their_values_understood(tmp_path, which):
    title, text, first_song, extras = DIALECTS[which]
    path = tmp_path / "songs.csv"
    path.write_text(text, encoding="utf-8")
    dialect = sniff(path)
    column_map = propose_columns(read_preview(path, dialect))
    assert column_map.dialect_name == title
    assert column_map.numeric_extras == extras
    assert ColumnMap.from_dict(json.loads(json.dumps(column_map.to_dict()))) == column_map
    cleaner = Cleaner(column_map)
    (clean,) = [cleaner.clean(batch) for batch in read_batches(path, dialect)]
    assert clean.songs.num_rows == 3
    song = clean.songs.to_pylist()[0]
    for name, value in first_song.items():
        assert song[name] == (pytest.approx(value) if isinstance(value, float) else value), name
    matched = [match for match in column_map.matches if match.field]
    assert all(0.8 <= match.confidence <= 1 and match.examples for match in matched)
    assert "duration_ms" in column_map.features or which == "streamed 2023"


def table_of(tmp_path, text):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    return read_preview(path, sniff(path))


def units(column_map):
    return {match.field: match.unit for match in column_map.matches if match.field}


@pytest.mark.parametrize(
    ("column", "cells", "unit"),
    [
        ("duration_ms", "200000 180000", "milliseconds"),
        ("duration", "200 180", "seconds"),
        ("track_length", "3.5 4.25", "minutes"),
        ("dur", "3:41 12:05", "clock"),
        ("duration_s", "NA NA", "seconds"),
        ("length", "NA NA", "milliseconds"),
        ("time_signature", "4/4 3/4", "fraction"),
        ("mode", "major minor", "word"),
        ("key", "A#/Bb Gmin", "letter"),
        ("speechiness", "12% 3%", "percent"),
        ("acousticness", "0.1 0.99", ""),
        ("liveness", "57 0.1 0.3 0.5 0.2", ""),
        ("valence", "-1.5 0.5 2.5", ""),
        ("genres", "rock;pop folk", "semicolons"),
        ("genres", "NA NA", ""),
        ("year", "1960 1975", ""),
        ("decade", "1960 1970", "decade"),
        ("decade", "60s 00s", "decade"),
        ("release_date", "1960s 1970s", "decade"),
    ],
)
def test_units_are_found_by_name_and_values(tmp_path, column, cells, unit):
    rows = "\n".join(f"0.5\t{cell}" for cell in cells.split())
    found = units(propose_columns(table_of(tmp_path, f"energy\t{column}\n{rows}\n")))
    assert [found[field] for field in found if field != "energy"] == [unit]


def test_a_zero_column_is_percent_where_the_others_are(tmp_path):
    table = table_of(tmp_path, "energy,valence,liveness\n80,70,0\n75,60,1\n")
    assert set(units(propose_columns(table)).values()) == {"percent"}


def test_no_audio_features_are_a_list_of_songs(tmp_path):
    column_map = propose_columns(table_of(tmp_path, "track_name,length\nA,3.5\n"))
    assert column_map.is_list
    assert "imported as a list of songs" in column_map.notes[0]
    with pytest.raises(SongFileError, match=r"(?s)track_name, length.*November 2024"):
        column_map.require_features()


def test_features_without_a_value_are_a_list_of_songs(tmp_path):
    assert propose_columns(table_of(tmp_path, "title,energy,tempo\nA,,\nB,,\n")).is_list
    assert not propose_columns(table_of(tmp_path, "energy,tempo\n,\n,\n")).is_list


def test_a_wrong_type_behind_a_right_name_is_said(tmp_path):
    column_map = propose_columns(table_of(tmp_path, "title,energy\nA,high\nB,low\n"))
    assert "“energy” holds “high”" in column_map.notes[0]


def test_changes_move_fields_and_find_units_again(tmp_path):
    table = table_of(tmp_path, "name,e,tempo,extra\nA,80,120,7\nB,40,100,8\n")
    column_map = propose_columns(table)
    assert column_map.numeric_extras == ("e", "extra")
    changed = column_map.with_changes({"e": "energy", "tempo": "", "name": "title"})
    assert units(changed) == {"title": "", "energy": "percent"}
    assert changed.numeric_extras == ("tempo", "extra")
    assert changed.by_field["energy"].confidence == 1.0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"e": "tempo"}, "Tempo is chosen for two columns, “e” and “tempo”"),
        ({"nowhere": "tempo"}, "no column “nowhere”"),
        ({"e": "beauty"}, "“beauty” .* is not a field"),
        ({"e": "energy:miles"}, "“miles” .* is not a unit. Choose one of: as is, tenths, percent"),
        ({"e": "energy::x"}, "“x” .* is not a decimal mark"),
        ({"name": "energy"}, "“name” cannot be Energy: it holds “A”"),
        ({"tempo": "", "name": ""}, "no audio features"),
    ],
)
def test_impossible_changes_are_refused(tmp_path, changes, sentence):
    column_map = propose_columns(table_of(tmp_path, "name,e,tempo\nA,80,120\nB,40,100\n"))
    with pytest.raises(SongFileError, match=sentence):
        column_map.with_changes(changes)


def test_names_are_compared_without_their_dress():
    assert normal_name(" Artist Name(s)") == "artist_name_s"
    assert field_of("danceability_%") == ("danceability", 0)
    assert field_of("timeSignature") == ("time_signature", 0)
    assert field_of("nonsense") is None
    assert dialect_name(["energy"]) == "Song table"


def test_the_web_process_needs_no_pandas_for_the_preview(tmp_path):
    path = tmp_path / "songs.csv"
    path.write_text(DIALECTS["amazon"][1], encoding="utf-8")
    code = (
        "import sys; from clustering.songfiles.readers import read_preview, sniff\n"
        "from clustering.songfiles.columns import propose_columns\n"
        f"d = sniff({str(path)!r}); propose_columns(read_preview({str(path)!r}, d))\n"
        "assert not {'pandas', 'sklearn', 'scipy', 'django'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
