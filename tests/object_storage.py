"""An S3-compatible storage as a process of its own: moto's server, which keeps what it was given until it ends."""

import socket
import subprocess
import sys
from pathlib import Path

import boto3

from greendistrict.processes import until

BUCKET = "green-district"
KEYS = {"access_key": "a-key-id", "secret_key": "a-key-secret"}


class OwnObjectStorage:
    """The server on a port of its own, with one empty bucket."""

    def __init__(self, folder: Path):
        self.log, self.process = folder / "objects.log", None
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
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
        assert until(self._answers, 60), self.log.read_text()
        self.client.create_bucket(Bucket=BUCKET)

    def _answers(self) -> bool:
        with socket.socket() as one:
            one.settimeout(1)
            return one.connect_ex(("127.0.0.1", self.port)) == 0

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
