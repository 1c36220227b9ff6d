"""The manifests: valid by Kubernetes' own schemas, and as restricted, bounded and watched as every pod should be."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest

from deploy_files import IMAGE, KUBERNETES, Document, Pod, kustomizations, manifests, named, pods

KUBERNETES_VERSIONS = ("1.35", "1.37")
CORE = [pytest.param(one, id=place) for place, one in manifests() if not one["apiVersion"].startswith("keda.sh/")]
PODS = [pytest.param(pod, id=pod.place) for pod in pods()]
CONTAINERS = [pytest.param(pod, one, id=f"{pod.place}:{one['name']}") for pod in pods() for one in pod.containers]
SERVED = [pytest.param(one, id=f"{pod.place}:{one['name']}") for pod in pods() for one in pod.spec["containers"]]

each_pod = pytest.mark.parametrize("pod", PODS)
each_container = pytest.mark.parametrize(("pod", "container"), CONTAINERS)


@pytest.mark.parametrize("version", KUBERNETES_VERSIONS)
@pytest.mark.parametrize("manifest", CORE)
def test_an_object_is_valid_by_the_strict_schema(manifest: Document, version: str) -> None:
    kubernetes_validate.validate(manifest, version, strict=True)


def test_the_schema_check_can_fail() -> None:
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate({**named("Service", "api"), "spec": {"typ": "LoadBalancer"}}, "1.37", strict=True)


@each_pod
def test_a_pod_meets_the_restricted_standard(pod: Pod) -> None:
    security = pod.spec["securityContext"]
    assert security["runAsNonRoot"] is True
    assert security["runAsUser"] >= 1000
    assert security["seccompProfile"] == {"type": "RuntimeDefault"}
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod.spec)
    assert all(set(volume) == {"name", "emptyDir"} for volume in pod.spec["volumes"])


@each_pod
def test_a_pod_gets_no_token_and_no_variables_of_services(pod: Pod) -> None:
    assert pod.spec["serviceAccountName"] == "interview-analysis"
    assert pod.spec["automountServiceAccountToken"] is False
    assert pod.spec["enableServiceLinks"] is False


@each_container
def test_a_container_has_no_rights_and_a_read_only_file_system(pod: Pod, container: Document) -> None:
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


@each_container
def test_a_container_is_bounded_and_its_image_pinned(pod: Pod, container: Document) -> None:
    wanted = {"cpu", "memory", "ephemeral-storage"}
    assert set(container["resources"]["requests"]) == set(container["resources"]["limits"]) == wanted
    assert re.fullmatch(r"[a-z0-9./-]+:\d+\.\d+\.\d+", container["image"])


@each_container
def test_the_program_can_write_to_its_folders(pod: Pod, container: Document) -> None:
    mounts = {mount["mountPath"]: mount["name"] for mount in container["volumeMounts"]}
    if container["image"].startswith(IMAGE):
        assert set(mounts) == {"/data", "/logs", "/tmp"}  # noqa: S108 - a folder in the container
    sizes = {volume["name"]: volume["emptyDir"].get("sizeLimit") for volume in pod.spec["volumes"]}
    assert all(sizes[name] for name in mounts.values())


@pytest.mark.parametrize("container", SERVED)
def test_a_container_is_probed_at_its_start_and_later(container: Document) -> None:
    ports = {port["name"] for port in container["ports"]}
    probes = [container[name]["httpGet"] for name in ("startupProbe", "livenessProbe")]
    assert all(probe["port"] in ports for probe in probes)


def test_the_api_is_balanced_scaled_at_half_its_processors_and_never_evicted_as_a_whole() -> None:
    api, scaler, budget = (
        named("Deployment", "api"),
        named("HorizontalPodAutoscaler", "api"),
        named("PodDisruptionBudget", "api"),
    )
    assert named("Service", "api")["spec"]["type"] == "LoadBalancer"
    (metric,) = scaler["spec"]["metrics"]
    assert metric["resource"] == {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}
    assert scaler["spec"]["minReplicas"] >= 2
    assert "replicas" not in api["spec"], "they would be set back at every roll-out"
    assert api["spec"]["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    assert budget["spec"]["selector"] == api["spec"]["selector"]
    assert {one["topologyKey"] for one in api["spec"]["template"]["spec"]["topologySpreadConstraints"]} == {
        "kubernetes.io/hostname",
        "topology.kubernetes.io/zone",
    }


def test_the_schema_is_moved_before_a_new_pod_serves() -> None:
    (first,) = named("Deployment", "api")["spec"]["template"]["spec"]["initContainers"]
    assert first["args"] == ["db", "upgrade"]


def test_flower_is_reached_from_inside_only_and_asks_for_a_password() -> None:
    assert named("Service", "flower")["spec"]["type"] == "ClusterIP"
    (container,) = named("Deployment", "flower")["spec"]["template"]["spec"]["containers"]
    assert {one["name"]: one["valueFrom"]["secretKeyRef"]["name"] for one in container["env"]} == {
        "CELERY_BROKER_URL": "flower",
        "FLOWER_BASIC_AUTH": "flower",
    }


@pytest.mark.parametrize("manifest", CORE)
def test_what_selects_pods_finds_some(manifest: Document) -> None:
    if manifest["kind"] in ("Deployment", "Service", "NetworkPolicy", "PodDisruptionBudget"):
        spec = manifest["spec"]
        selector = spec.get("podSelector") or spec.get("selector") or {}
        wanted = selector.get("matchLabels", selector).items()
        assert [pod for pod in pods() if wanted <= pod.metadata["labels"].items()]


def policies(direction: str) -> list[tuple[Document, Document]]:
    """Selector and specification of the network policies that allow something in that direction."""
    return [
        (one["spec"]["podSelector"].get("matchLabels", {}), one["spec"])
        for _, one in manifests()
        if one["kind"] == "NetworkPolicy" and direction in one["spec"]
    ]


def test_nothing_goes_in_or_out_by_default() -> None:
    assert named("NetworkPolicy", "default-deny")["spec"] == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}


@each_pod
def test_a_pod_reaches_names_and_rabbitmq_and_no_port_of_the_cluster_beyond_its_stores(pod: Pod) -> None:
    mine = [spec for labels, spec in policies("egress") if labels.items() <= pod.metadata["labels"].items()]
    ports = {port["port"] for spec in mine for rule in spec["egress"] for port in rule["ports"]}
    assert {53, 5672} <= ports <= {53, 443, 3306, 4318, 5672, 8333, 27017}


def test_the_internet_means_neither_the_cluster_nor_the_metadata_of_a_cloud() -> None:
    (rule,) = named("NetworkPolicy", "to-internet")["spec"]["egress"]
    (block,) = [one["ipBlock"] for one in rule["to"]]
    assert {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8"} <= set(block["except"])
    assert [port["port"] for port in rule["ports"]] == [443]


@pytest.mark.parametrize("path", sorted(kustomizations()), ids=lambda path: str(path.parent.relative_to(KUBERNETES)))
def test_a_kustomization_names_what_is_there(path: Path) -> None:
    document = kustomizations()[path]
    listed = [*document.get("resources", []), *document.get("components", []), *document.get("configurations", [])]
    assert all((path.parent / entry).exists() for entry in listed)
    files = {file.name for file in path.parent.glob("*.yaml")} - {"kustomization.yaml"}
    assert files <= set(listed), "a manifest that no kustomization names is never applied"


def test_a_namespace_refuses_less_than_the_restricted_standard() -> None:
    assert named("Namespace", "interview-analysis")["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"


def test_the_example_chooses_one_kind_of_worker() -> None:
    components = kustomizations()[KUBERNETES / "overlays" / "example" / "kustomization.yaml"]["components"]
    assert Counter("worker-" in entry for entry in components)[True] == 1


def patched(path: Path) -> list[tuple[str, str]]:
    document: dict[str, Any] = kustomizations()[path]
    return [(patch["target"]["kind"], patch["target"]["name"]) for patch in document.get("patches", [])]


@pytest.mark.parametrize("path", sorted(kustomizations()), ids=lambda path: str(path.parent.relative_to(KUBERNETES)))
def test_a_patch_has_an_object_to_change(path: Path) -> None:
    assert all(named(kind, name) for kind, name in patched(path))
