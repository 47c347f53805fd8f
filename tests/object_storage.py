"""An S3-compatible storage as a process of its own: moto's server, which keeps what it was given until it ends."""

import subprocess
import sys
from pathlib import Path

import boto3

from greendistrict.processes import until
from tests.servers import answers, free_port

BUCKET = "green-district"
KEYS = {"access_key": "a-key-id", "secret_key": "a-key-secret"}


class OwnObjectStorage:
    """The server on a port of its own, with one empty bucket."""

    def __init__(self, folder: Path):
        self.log, self.process = folder / "objects.log", None
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"

    @property
    def client(self):
        told = {"aws_access_key_id": KEYS["access_key"], "aws_secret_access_key": KEYS["secret_key"], "region_name": "us-east-1"}
        return boto3.client("s3", endpoint_url=self.address, **told)

    @property
    def setting(self):
        told = {"bucket_name": BUCKET, "endpoint_url": self.address, "region_name": "us-east-1", **KEYS}
        return {"BACKEND": "greendistrict.documents.object_storage.ObjectStorage", "OPTIONS": told}

    def start(self) -> None:
        command = [sys.executable, "-c", f"import sys; sys.argv=['moto', '-p', '{self.port}']; from moto.server import main; main()"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        assert until(lambda: answers(self.port), 60), self.log.read_text()
        self.client.create_bucket(Bucket=BUCKET)

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
