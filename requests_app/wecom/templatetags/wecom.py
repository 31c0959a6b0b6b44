"""Whether the sign-in page offers WeCom."""

from django.template import Library

from requests_app.wecom.access import signs_in

register = Library()


@register.simple_tag
def wecom_signs_in() -> bool:
    return signs_in()
