from requests_app.diagram import DOCUMENT, drawn


def test_architecture_shows_the_workflow_as_it_is() -> None:
    document = DOCUMENT.read_text(encoding="utf-8")

    assert document == drawn(document), "stale: run `manage.py draw_workflow`"
