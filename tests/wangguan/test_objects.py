"""Photos in an S3-compatible store: a real client, a local server that speaks the protocol (moto)."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import boto3
import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from moto.server import ThreadedMotoServer
from PIL import Image
from pytest_django import Settings

from requests_app.models import Photo, Ticket
from residents.services import retention
from residents.terms import ExportState
from tests.cast import Cast
from tests.residents.test_exports import approved, make_export
from wangguan import clock, databases, photos

pytestmark = pytest.mark.django_db
BUCKET = "photos"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """Address of the store."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(server: str, settings: Settings) -> Iterator[Any]:
    """An empty bucket in which the portal keeps its files."""
    client = boto3.client(
        "s3",
        endpoint_url=f"http://{server}",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
        region_name="us-east-1",
    )
    client.create_bucket(Bucket=BUCKET)
    settings.STORAGES = databases.storages(
        f"s3+http://key:secret@{server}/{BUCKET}?region=us-east-1", collected=False
    )
    yield client
    for row in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=row["Key"])
    client.delete_bucket(Bucket=BUCKET)
    client.close()


@pytest.fixture
def store(bucket: Any) -> Storage:
    return storages["default"]


def names(bucket: Any) -> list[str]:
    return [row["Key"] for row in bucket.list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def a_photo() -> SimpleUploadedFile:
    written = BytesIO()
    Image.new("RGB", (640, 480), "blue").save(written, "JPEG")
    return SimpleUploadedFile("lamp.jpg", written.getvalue(), content_type="image/jpeg")


def test_what_is_written_is_read_again(store: Storage) -> None:
    name = store.save("a/b.txt", ContentFile(b"words"))
    with store.open(name) as file:
        assert file.read() == b"words"


def test_no_name_is_used_twice(store: Storage) -> None:
    assert store.save("a", ContentFile(b"1")) != store.save("a", ContentFile(b"2"))


def test_what_is_gone_is_not_found_as_on_a_disk(store: Storage) -> None:
    with pytest.raises(FileNotFoundError):
        store.open("gone")
    with pytest.raises(FileNotFoundError):
        store.get_modified_time("gone")


def test_files_have_no_address(store: Storage) -> None:
    with pytest.raises(ValueError, match="no public address"):
        store.url(store.save("a", ContentFile(b"1")))


def test_files_are_private(bucket: Any, store: Storage) -> None:
    name = store.save("a", ContentFile(b"1"))
    grants = bucket.get_object_acl(Bucket=BUCKET, Key=name)["Grants"]
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]


def test_a_photo_goes_the_residents_way(bucket: Any, cast: Cast, client: Client) -> None:
    form = {"description": "楼道灯不亮，老人看不清。", "consent": "on", "photos": a_photo()}
    answer = client.post(reverse("report"), form)
    photo = Photo.objects.get()
    assert (answer.status_code, len(names(bucket))) == (303, 2)
    page = reverse("tracking_photo", args=[Ticket.objects.get().token, photo.pk, "image"])
    shown = b"".join(client.get(page))
    assert Image.open(BytesIO(shown)).size == (640, 480)


def test_a_photo_that_is_gone_is_not_found(bucket: Any, cast: Cast, client: Client) -> None:
    client.post(
        reverse("report"), {"description": "楼道灯不亮，看不清。", "consent": "on", "photos": a_photo()}
    )
    photo = Photo.objects.get()
    photo.image.storage.delete(str(photo.image.name))
    page = reverse("tracking_photo", args=[Ticket.objects.get().token, photo.pk, "image"])
    assert client.get(page).status_code == 404


def test_a_file_whose_time_is_over_is_gone(bucket: Any, cast: Cast) -> None:
    export = approved(make_export(cast), cast.community_leader)
    assert len(names(bucket)) == 1
    with clock.at(clock.now() + timedelta(days=30)):
        retention.expire_exports()
    export.refresh_from_db()
    assert (export.state, names(bucket)) == (ExportState.EXPIRED, [])


def test_stashed_photos_come_back_and_are_swept(bucket: Any) -> None:
    kept = photos.stash(photos.clean_photo(a_photo()))
    assert photos.unstash([kept])[kept].width == 640
    with clock.at(clock.now() + timedelta(hours=2)):
        assert (photos.sweep_stash(), names(bucket)) == (1, [])


def test_sweep_of_a_stash_that_never_was(bucket: Any) -> None:
    assert photos.sweep_stash() == 0
