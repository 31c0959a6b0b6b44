"""How Django REST framework and drf-spectacular are set up; `wangguan.settings` takes both from here."""

from typing import Any

_HERE = "wangguan.interfaces.rest"

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [f"{_HERE}.parsers.BoundedJSON"],
    # A stranger is asked for a key: the first of these names the challenge of a 401.
    "DEFAULT_AUTHENTICATION_CLASSES": [
        f"{_HERE}.authentication.BearerKey",
        f"{_HERE}.authentication.SessionOfPages",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        f"{_HERE}.scopes.NoKeyWithoutScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": [f"{_HERE}.throttle.PerCaller"],
    "DEFAULT_SCHEMA_CLASS": f"{_HERE}.openapi.Described",
    "EXCEPTION_HANDLER": f"{_HERE}.problems.answer",
    # What an address takes stands in the contract; OPTIONS is no second one.
    "DEFAULT_METADATA_CLASS": None,
    # The header Accept chooses among kinds of answer; an unknown word in `?format=` would be a 404.
    "URL_FORMAT_OVERRIDE": None,
}

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "王官网格 · Wangguan Grid",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,
    "SORT_OPERATIONS": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        f"{_HERE}.openapi.share_refusals",
    ],
    # Names that clients are generated with; each choice has one, wherever it stands.
    "ENUM_NAME_OVERRIDES": {
        **{name: f"requests_app.workflow.{name}" for name in ("Status", "Level", "Urgency", "Source")},
        **{name: f"requests_app.workflow.{name}" for name in ("Outcome", "DueKind", "ActorKind")},
        "Line": "grids.roles.Line",
        "Reached": "requests_app.models.answer.Reached",
        "ToldSource": "requests_app.api.described.SOURCES",
        "ToldHow": "requests_app.api.described.WAYS",
        "StepName": "requests_app.api.described.STEP_NAMES",
        "AnswerKind": "requests_app.models.answer.AnswerKind",
        "OpenRequestKind": "requests_app.models.ticket.OpenRequestKind",
        "Datum": "grids.datum.DATUMS",
        "PlaceFound": "grids.api.shapes.FOUND_BY",
        "VisitPurpose": "residents.terms.Purpose",
        "VisitMet": "residents.terms.Met",
        "VisitAim": "residents.api.visits.AIMS",
        "WhistleKind": "requests_app.whistles.workflow.Kind",
        "WhistleState": "requests_app.whistles.workflow.State",
        "CallState": "requests_app.whistles.workflow.CallState",
        "FiguresBy": "requests_app.statistics.api.filters.BY",
        "ItemKind": "partybuilding.claims.terms.Kind",
        "ItemState": "partybuilding.claims.workflow.State",
        "ClaimState": "partybuilding.claims.workflow.ClaimState",
    },
}
