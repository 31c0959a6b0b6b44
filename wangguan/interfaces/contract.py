"""The contract (OpenAPI 3.1) as files and pages show it, written once for each language and process."""

from functools import cache

from django.utils.translation import override
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer

RENDERERS = {"json": OpenApiJsonRenderer, "yaml": OpenApiYamlRenderer}
FORMATS = tuple(RENDERERS)


@cache
def written(language: str, form: str) -> bytes:
    """The whole contract in one of `FORMATS`, its sentences in `language`."""
    with override(language):
        schema = SchemaGenerator().get_schema(request=None, public=True)
        rendered: bytes = RENDERERS[form]().render(schema, renderer_context={})  # type: ignore[assignment]
        return rendered
