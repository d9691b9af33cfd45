"""The administration of every table: quick also at a million songs, and writing only through actions.

Nothing here counts or loads a whole table: songs are listed without a count, in the order
of an index, looked up by their ids, and read-only. `musicclust.urls` has Django import this package, and each module
registers its tables.
"""

import django_otp.plugins.otp_static.admin  # these two register what is taken out again below
import django_otp.plugins.otp_totp.admin  # noqa: F401 – for what it registers
from django.contrib import admin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from clustering.admin import audit, datasets, jobs, playlists, runs, sweeps, tokens, webhooks

__all__ = ["audit", "datasets", "jobs", "playlists", "runs", "sweeps", "tokens", "webhooks"]

admin.site.site_header = "MusicClust administration"
admin.site.site_title = "MusicClust"
admin.site.index_title = "Tables"
admin.site.site_url = "/"
# They would show everybody's secrets to each administrator, and let them be changed without an entry in the audit log.
admin.site.unregister((StaticDevice, TOTPDevice))
