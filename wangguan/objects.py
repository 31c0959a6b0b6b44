"""Photos and files in an S3-compatible store (MinIO, Ceph, a cloud's): private, without addresses.

Every page that shows a file asks who may see it and then streams it (`wangguan.answers.photo_file`).
"""

from datetime import datetime
from typing import Any, NoReturn

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage


class PrivateObjects(S3Storage):
    """Behaves like files on a disk: what is not there is a `FileNotFoundError`, no name is used twice."""

    def get_default_settings(self) -> dict[str, Any]:
        ours = {"default_acl": "private", "file_overwrite": False, "signature_version": "s3v4"}
        return {**super().get_default_settings(), **ours}

    def get_modified_time(self, name: str) -> datetime:
        try:
            return super().get_modified_time(name)
        except ClientError as error:
            if error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404:
                raise FileNotFoundError(name) from None
            raise

    def url(self, name: str | None, *args: Any, **options: Any) -> NoReturn:
        """There is none: whoever has an address of the store needs no permission any more.

        Raises:
            ValueError: always, as Django's storages do for files that have no address.
        """
        raise ValueError("Files of this portal have no public address.")
