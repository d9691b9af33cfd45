"""What people type and choose: plain forms that check the shape; actions check the meaning."""

from clustering.forms.datasets import DatasetNameForm, VisibilityForm
from clustering.forms.playlists import OrderForm, PlaylistFileForm, PlaylistNameForm, WishesForm
from clustering.forms.polygon import PolygonForm
from clustering.forms.runs import RunForm
from clustering.forms.sharing import ShareLinkForm
from clustering.forms.sweeps import SweepForm, SweepRunForm
from clustering.forms.two_factor import CodeForm
from clustering.forms.uploads import ColumnsForm, UploadForm

__all__ = [
    "CodeForm",
    "ColumnsForm",
    "DatasetNameForm",
    "OrderForm",
    "PlaylistFileForm",
    "PlaylistNameForm",
    "PolygonForm",
    "RunForm",
    "ShareLinkForm",
    "SweepForm",
    "SweepRunForm",
    "UploadForm",
    "VisibilityForm",
    "WishesForm",
]
