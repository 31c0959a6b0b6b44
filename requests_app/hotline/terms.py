"""What a column of a hotline's file may mean, and how hotlines call it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Column(models.TextChoices):
    """A field of a matter that a heading may stand for."""

    NUMBER = "number", _("The hotline's number")
    TITLE = "title", _("Title")
    TEXT = "text", _("What happened")
    TOLD_AT = "told_at", _("When it was told")
    PERSON = "person", _("Name")
    PHONE = "phone", _("Phone")
    ADDRESS = "address", _("Place")
    CATEGORY = "category", _("Category")
    LIMIT = "limit", _("To be settled by")
    REPLY = "reply", _("Reply")
    REPLIED_AT = "replied_at", _("When it was replied")


NEEDED = (Column.NUMBER, Column.TEXT, Column.TOLD_AT)
"""Without these no row can become a matter."""

GUESSES: dict[Column, tuple[str, ...]] = {
    Column.NUMBER: ("留言编号", "工单编号", "工单号", "受理编号", "诉求编号", "编号", "单号"),
    Column.TITLE: ("留言主题", "工单标题", "诉求标题", "主题", "标题"),
    Column.TEXT: ("留言详情", "工单内容", "诉求内容", "受理内容", "反映内容", "问题描述", "内容"),
    Column.TOLD_AT: ("留言时间", "来电时间", "受理时间", "登记时间", "诉求时间", "创建时间"),
    Column.PERSON: ("留言用户", "来电人", "诉求人", "反映人", "联系人", "姓名"),
    Column.PHONE: ("联系电话", "来电号码", "手机号码", "联系方式", "电话"),
    Column.ADDRESS: ("事发地址", "诉求地址", "问题地址", "详细地址", "地址", "地点"),
    Column.CATEGORY: ("诉求类别", "工单分类", "问题类型", "诉求类型", "内容分类", "类别", "分类"),
    Column.LIMIT: ("办理时限", "办结时限", "截止时间", "处理时限", "要求办结时间", "时限"),
    Column.REPLY: ("答复意见", "答复内容", "办理结果", "处理结果", "回复内容", "答复"),
    Column.REPLIED_AT: ("答复时间", "回复时间", "办结时间", "反馈时间"),
}
"""Headings as hotlines write them, the likeliest first."""

USUAL_HOTLINE = "12345"
"""Whose files come when nobody says otherwise."""
NUMBER_MAX = 64
TITLE_MAX = 200
NAME_MAX = 60
CELL_MAX = 32_767
"""Characters that a spreadsheet's cell holds."""


class ReplyScope(models.TextChoices):
    """Which replies an export holds."""

    WAITING = "waiting", _("Replies that the hotline does not have yet")
    ALL = "all", _("All rows, with a reply or without")
