"""What a person would write instead: the plain script that the application is measured against.

pandas, scikit-learn and files, the way notebooks and blog posts cluster songs; nothing is stored but the results.

    python benchmarks/plain.py SONGS.csv OUT_FOLDER K
"""

import json
import pickle
import sys
import time
from pathlib import Path

import pandas as pd
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import davies_bouldin_score, silhouette_score
from sklearn.preprocessing import StandardScaler

FEATURES = [
    "danceability",
    "energy",
    "loudness",
    "speechiness",
    "acousticness",
    "instrumentalness",
    "liveness",
    "valence",
    "tempo",
    "duration_ms",
]


def main(source: Path, folder: Path, k: int) -> None:
    """Cluster one file, and print the seconds of each step as JSON."""
    seconds = {}
    begun = clock = time.perf_counter()

    def lap(step: str) -> None:
        nonlocal clock
        seconds[step] = round(time.perf_counter() - clock, 3)
        clock = time.perf_counter()

    songs = pd.read_csv(source)
    lap("read")
    songs = songs.dropna(subset=FEATURES).reset_index(drop=True)
    scaler = StandardScaler()
    scaled = scaler.fit_transform(songs[FEATURES])
    lap("scale")
    pca = PCA(2)
    songs[["pca_1", "pca_2"]] = pca.fit_transform(scaled)
    lap("project")
    model = KMeans(k, n_init=10, random_state=42).fit(scaled)
    songs["cluster"] = model.labels_
    lap("fit")
    silhouette = silhouette_score(scaled, model.labels_, sample_size=10_000, random_state=42)
    davies_bouldin = davies_bouldin_score(scaled, model.labels_)
    means = songs.groupby("cluster")[FEATURES].mean()
    lap("measure")
    songs.to_csv(folder / "plain.csv", index=False)
    lap("to_csv")
    with (folder / "plain.pickle").open("wb") as file:
        pickle.dump({"scaler": scaler, "pca": pca, "model": model, "means": means}, file)
    lap("pickle")
    seconds["total"] = round(time.perf_counter() - begun, 3)
    scores = {"silhouette": float(silhouette), "davies_bouldin": float(davies_bouldin)}
    print(json.dumps({"seconds": seconds, "inertia": float(model.inertia_)} | scores))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
