"""The form field for a polygon drawn on the map of a run."""

from __future__ import annotations

import json
import math
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from clustering.analysis.polygon import Corner

MIN_CORNERS, MAX_CORNERS = 3, 2_000
NO_OUTLINE = "Draw an outline around some songs first."


class PolygonField(forms.CharField):
    """A list of [x, y] as JSON, in the coordinates of a run's map."""

    widget = forms.HiddenInput
    default_error_messages = {"required": NO_OUTLINE}

    def clean(self, value: Any) -> list[Corner]:
        """Return the corners."""
        try:
            corners = [(float(x), float(y)) for x, y in json.loads(super().clean(value))]
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise ValidationError(NO_OUTLINE) from error
        if not MIN_CORNERS <= len(corners) <= MAX_CORNERS:
            raise ValidationError(f"An outline has {MIN_CORNERS} to {MAX_CORNERS:,} corners. Draw it again.")
        if not all(math.isfinite(number) for corner in corners for number in corner):
            raise ValidationError(NO_OUTLINE)
        return corners


class PolygonForm(forms.Form):
    """A polygon, whose songs a view looks up."""

    polygon = PolygonField()
