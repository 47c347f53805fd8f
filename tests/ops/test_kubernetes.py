"""The manifests for Kubernetes: valid by its schema, shut in like the containers of the compose file, and with the same parts."""

from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from django.conf import settings

from tests.ops.test_compose import KNOWN, OWN_SECRETS
from tests.ops.test_env import PRODUCTION

ROOT = Path(__file__).resolve().parents[2]
BASE, EXAMPLE = ROOT / "deploy" / "kubernetes" / "base", ROOT / "deploy" / "kubernetes" / "example"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
WORKERS = ("worker", "mail", "hooks", "reports", "office")
SCHEMA = "1.32"
# Networks of the compose file by the needs that stand for them here; web's way out is that of its network "front".
WALLS = {"database": "database", "queue": "queue", "storage": "storage", "scanner": "scanner", "outside": "outside", "front": "outside"}


def objects(folder=BASE):
    names = yaml.safe_load((folder / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    return [one for name in names for one in yaml.safe_load_all((folder / name).read_text(encoding="utf-8"))]


def named(kind):
    return {one["metadata"]["name"]: one for one in objects() if one["kind"] == kind}


PODS = {name: one["spec"]["template"] for kind in ("Deployment", "Job") for name, one in named(kind).items()}


def portal(name):
    (container,) = PODS[name]["spec"]["containers"]
    return container


def environment(name):
    return {one["name"]: one["value"] for one in portal(name)["env"]}


def test_every_file_is_listed_and_every_object_fits_its_schema():
    listed = yaml.safe_load((BASE / "kustomization.yaml").read_text(encoding="utf-8"))["resources"]
    assert sorted(listed) == sorted(path.name for path in BASE.iterdir() if path.name != "kustomization.yaml")
    for one in objects():
        kubernetes_validate.validate(one, SCHEMA, strict=True)


def test_a_misspelt_key_would_be_found():
    one = named("Service")["web"]
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**one, "spec": {**one["spec"], "selectors": {}}}, SCHEMA, strict=True)


def test_the_parts_are_those_of_the_compose_file():
    assert set(PODS) == {name for name, one in COMPOSE.items() if "build" in one}
    for name in (*WORKERS, "converter", "migrate"):
        assert portal(name)["command"] == COMPOSE[name]["command"]
    queues = [queue for name in WORKERS for queue in portal(name)["command"][portal(name)["command"].index("--queues") + 1].split(",")]
    assert sorted(queues) == sorted(queue.name for queue in settings.CELERY_TASK_QUEUES)


@pytest.mark.parametrize("name", PODS)
def test_every_pod_is_shut_in(name):
    spec, one = PODS[name]["spec"], portal(name)
    assert one["securityContext"] == {
        "readOnlyRootFilesystem": True,
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["runAsUser"] == 10001
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    assert one["resources"]["limits"]["memory"]
    assert all("sizeLimit" in volume["emptyDir"] for volume in spec["volumes"] if "emptyDir" in volume)
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
    assert {"livenessProbe"} <= set(one) or name == "migrate"


@pytest.mark.parametrize("name", PODS)
def test_secrets_are_files_of_the_secret_that_is_there(name):
    own = {**OWN_SECRETS, "hooks": OWN_SECRETS["hooks"]}[name]
    mounted = [volume["secret"] for volume in PODS[name]["spec"]["volumes"] if "secret" in volume]
    assert {item["key"] for secret in mounted for item in secret["items"]} == own
    assert {secret["secretName"] for secret in mounted} <= {"greendistrict"}
    files = {key: value for key, value in environment(name).items() if key.endswith("_FILE")}
    assert files == {f"{secret}_FILE": f"/run/secrets/{secret}" for secret in own}
    assert named("Secret") == {}


@pytest.mark.parametrize("name", [name for name in PODS if name != "converter"])
def test_every_variable_is_known_and_every_required_one_is_set(name):
    given = {key.removesuffix("_FILE") for key in environment(name)} | set(named("ConfigMap")["portal-settings"]["data"])
    assert set(PRODUCTION) <= given <= KNOWN


@pytest.mark.parametrize("name", PODS)
def test_who_reaches_whom_is_as_in_the_compose_file(name):
    needs = {label.removeprefix("needs-") for label in PODS[name]["metadata"]["labels"] if label.startswith("needs-")}
    assert needs - {"converter"} == {WALLS[network] for network in COMPOSE[name].get("networks", [])}
    assert ("converter" in needs) == (name == "office")
    assert {f"needs-{one}" for one in needs} <= {
        label for policy in named("NetworkPolicy").values() for label in policy["spec"]["podSelector"].get("matchLabels", {})
    }


def test_nobody_is_reached_but_by_need():
    policies = named("NetworkPolicy")
    assert policies["nothing"]["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    (names,) = policies["names"]["spec"]["podSelector"]["matchExpressions"]
    assert (names["operator"], names["values"]) == ("NotIn", ["converter"])
    (asked,) = policies["converter"]["spec"]["ingress"]
    assert asked["from"] == [
        {"podSelector": {"matchLabels": {"app.kubernetes.io/name": "greendistrict", "app.kubernetes.io/component": "office"}}}
    ]
    assert not any("needs-" in label for label in PODS["converter"]["metadata"]["labels"])
    assert {volume["name"] for volume in PODS["converter"]["spec"]["volumes"]} == {"tmp"}


def test_what_there_are_several_of_keeps_one_while_nodes_are_emptied():
    several = {name for name, one in named("Deployment").items() if one["spec"]["replicas"] > 1}
    assert several == {"web", *WORKERS} == set(named("PodDisruptionBudget"))
    for name, one in named("Deployment").items():
        assert one["spec"]["selector"]["matchLabels"].items() <= one["spec"]["template"]["metadata"]["labels"].items(), name


def patched(one, operations):
    """The object after the operations of a JSON patch; a path that is not there is a ``KeyError``."""
    for operation in operations:
        *parents, last = operation["path"].strip("/").split("/")
        place = one
        for part in parents:
            place = place[int(part) if isinstance(place, list) else part]
        if operation["op"] == "replace":
            assert last in place, operation
            place[last] = operation["value"]
        else:
            assert (operation["op"], last) == ("add", "-"), operation
            place.append(operation["value"])
    return one


def test_the_example_changes_what_there_is_and_stays_valid():
    example = yaml.safe_load((EXAMPLE / "kustomization.yaml").read_text(encoding="utf-8"))
    assert [(EXAMPLE / one).resolve() for one in example["resources"]] == [BASE]
    images = {container["image"].partition(":")[0] for pod in PODS.values() for container in pod["spec"]["containers"]}
    assert {one["name"] for one in example["images"]} <= images
    assert {one["name"] for one in example["replicas"]} <= set(named("Deployment"))
    changed = {}
    for patch in example["patches"]:
        kind, name = patch["target"]["kind"], patch["target"]["name"]
        changed[kind, name] = patched(named(kind)[name], yaml.safe_load(patch["patch"]))
        kubernetes_validate.validate(changed[kind, name], SCHEMA, strict=True)
    assert "db1.example:5432,db2.example:5432" in changed["ConfigMap", "portal-settings"]["data"]["DATABASE_URL"]
    assert {"ipBlock": {"cidr": "192.0.2.11/32"}} in changed["NetworkPolicy", "database"]["spec"]["egress"][0]["to"]
