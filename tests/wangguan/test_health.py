import pytest
from django.test import Client

from tests.plugins.processes import Worker
from wangguan import health

pytestmark = pytest.mark.django_db


def test_alive_answers_without_anything_else(client: Client) -> None:
    assert client.get("/healthz").status_code == 200


def test_probes_answer_whatever_the_host(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200


def test_ready_names_the_missing_worker(client: Client) -> None:
    health._worker_answers.cache_clear()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        503,
        {"ready": False, "database": "ok", "broker": "ok", "worker": "no worker answers"},
    )


@pytest.mark.worker
@pytest.mark.django_db(transaction=True)
def test_ready_when_all_three_answer(client: Client, celery_worker: Worker) -> None:
    health._worker_answers.cache_clear()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)
