"""What a row that keeps a picture of party building has."""

from django.db import models


class Kept(models.Model):
    """A picture, re-encoded by `wangguan.photos` and served behind a permission."""

    image = models.FileField(upload_to="party/%Y/%m/%d")
    thumbnail = models.FileField(upload_to="party/%Y/%m/%d")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True
