from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "wangguan.operations"
    label = "operations"
