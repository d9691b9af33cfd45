"""What similar songs are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from clustering.analysis.features import feature_named
from clustering.web.components.forms import PlainForm

WEIGHT_CHOICES = (
    ("0", "does not matter"),
    ("0.5", "half"),
    ("1", "as usual"),
    ("2", "double"),
    ("4", "four times"),
)
EXPLICIT_CHOICES = (("", "Any"), ("no", "Not explicit"), ("yes", "Explicit only"))
CLUSTER_CHOICES = (("", "Any group"), ("same", "The same group"), ("other", "Another group"))
NUMBER = {"class": "form-control"}


class SimilarSongsForm(PlainForm):
    """How many, how different, which, and what counts."""

    count = forms.IntegerField(
        label="Songs", min_value=1, max_value=100, widget=forms.NumberInput(attrs=NUMBER)
    )
    diversity = forms.IntegerField(
        label="Diversity",
        min_value=0,
        max_value=100,
        help_text="Left: most similar. Right: more variety.",
        widget=forms.NumberInput(attrs={"type": "range", "class": "form-range", "step": 10}),
    )
    per_artist = forms.IntegerField(
        label="Max per artist", min_value=1, max_value=20, widget=forms.NumberInput(attrs=NUMBER)
    )
    genre = forms.CharField(
        label="Genre",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "form-control", "list": "genres", "autocomplete": "off"}),
    )
    year_from = forms.IntegerField(label="Year from", required=False, min_value=0, max_value=9999)
    year_to = forms.IntegerField(label="Year to", required=False, min_value=0, max_value=9999)
    tempo_from = forms.FloatField(label="BPM from", required=False, min_value=0, max_value=1000)
    tempo_to = forms.FloatField(label="BPM to", required=False, min_value=0, max_value=1000)
    popularity_from = forms.FloatField(label="Popularity from", required=False)
    popularity_to = forms.FloatField(label="Popularity to", required=False)
    explicit = forms.ChoiceField(label="Explicit", required=False, choices=EXPLICIT_CHOICES)
    cluster = forms.ChoiceField(label="Group", required=False, choices=CLUSTER_CHOICES)

    def __init__(self, features: Iterable[str], *args: Any, has_run: bool = True, **kwargs: Any) -> None:
        """Offer a weight for each feature that songs are compared on."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.features = list(features)
        for name in self.features:
            self.fields[f"weight_{name}"] = forms.ChoiceField(
                label=feature_named(name).label, choices=WEIGHT_CHOICES, required=False
            )
        if not has_run:
            del self.fields["cluster"]
        for field in self.fields.values():
            kind = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
            field.widget.attrs.setdefault("class", kind)

    @classmethod
    def defaults(cls, features: Sequence[str]) -> dict[str, Any]:
        """Return what is asked for where nobody chooses."""
        return {"count": 20, "diversity": 0, "per_artist": 2} | {f"weight_{name}": 1 for name in features}

    def clean(self) -> dict[str, Any]:
        """Refuse a range that ends before it begins."""
        data = super().clean() or {}
        for name in ("year", "tempo", "popularity"):
            low, high = data.get(f"{name}_from"), data.get(f"{name}_to")
            if low is not None and high is not None and low > high:
                self.add_error(
                    f"{name}_to", f"The range {low:g} to {high:g} is empty. Put the smaller number first."
                )
        return data

    @property
    def weights(self) -> dict[str, float]:
        """Return the chosen weights."""
        return {name: float(self.cleaned_data[f"weight_{name}"] or 1) for name in self.features}

    def weight_fields(self) -> list[forms.BoundField]:
        """Return the fields of the weights, for the template."""
        return [self[f"weight_{name}"] for name in self.features]
