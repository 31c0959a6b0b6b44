"""The demo's file of the hotline: a dozen made-up messages, some answered long ago, some to settle."""

import csv
from datetime import timedelta
from io import StringIO

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from grids.models import User
from requests_app.hotline.models import HotlineRow, HotlineRun
from requests_app.hotline.services import layouts, runs
from requests_app.hotline.terms import Column
from wangguan import clock
from wangguan.exchange.run import ImportState
from wangguan.notify import outbox

HEADINGS = (
    "工单编号",
    "来电人",
    "联系电话",
    "标题",
    "工单内容",
    "事发地址",
    "受理时间",
    "办理时限",
    "诉求类别",
    "答复意见",
    "答复时间",
)
NAME = "12345 热线工单"
Told = tuple[str, str, str, str, str, int, str]
"""Name, title, words, place, category, days ago, and the reply if there is one."""
MATTERS: tuple[Told, ...] = (
    ("孙先生", "路灯不亮", "小区南门到菜市场一段路灯连着三盏不亮，晚上看不清路。", "九区3号楼", "路灯", 40, "路灯已于次日更换，感谢反映。"),
    ("刘女士", "井盖松动", "楼前井盖松动，车一过就响，担心有人绊倒。", "四区12号楼", "井盖", 38, "井盖已加固并更换垫圈。"),
    ("王女士", "夜间施工", "凌晨还在施工，老人休息不好。", "十区6号楼", "夜间施工扰民", 35, "已约谈施工方，二十二点后停工。"),
    ("赵先生", "乱停车", "消防通道长期停车，堵住出口。", "八区5号楼", "堵塞消防通道", 33, "已施划禁停线并劝离车辆。"),
    ("周女士", "水管漏水", "单元门口水管漏水，地面结冰。", "九区7号楼", "水电气暖", 30, "维修人员已更换阀门，地面已清理。"),
    ("吴先生", "咨询老年卡", "请问老年卡年审在哪里办理？", "", "咨询", 28, "可到社区服务大厅办理，也可由网格员代办。"),
    ("郑女士", "树枝遮光", "树枝挡住窗户，家里白天也要开灯。", "青龙山小区2号楼", "遮光修剪", 25, "园林部门已修剪。"),
    ("冯先生", "垃圾未清", "楼道口堆了建筑垃圾，几天没人清运。", "九区3号楼", "建筑垃圾", 2, ""),
    ("陈女士", "电梯故障", "二单元电梯停了两天，老人下不了楼。", "诚品苑4号楼", "电梯故障", 1, ""),
    ("褚先生", "犬只扰民", "邻居遛狗不牵绳，孩子害怕。", "英华苑", "犬只", 1, ""),
    ("卫女士", "暖气不热", "家里暖气不热，室温只有十五度。", "十区11号楼", "水电气暖", 1, ""),
    ("蒋先生", "建议增设座椅", "广场上没有座椅，老人走累了没有地方歇。", "", "建议", 3, ""),
)  # fmt: skip


def load() -> str:
    """Bring the file in where it is not there yet; says what there is."""
    if not HotlineRun.objects.exists():
        with outbox.unnudged():
            _bring_in(User.objects.get(username="street"))
    return f"{HotlineRow.objects.count()} rows of the hotline"


def _bring_in(by: User) -> None:
    with clock.at(clock.now() - timedelta(hours=3)):
        run = runs.upload(SimpleUploadedFile("12345热线工单.csv", _file()), by=by)
        columns: dict[str, Column] = layouts.guess(HEADINGS)
        runs.name_columns(run, name=NAME, columns=columns, by=by)
        runs.run_check(run.pk, _at_work(run, ImportState.CHECKING))
        runs.run_import(run.pk, _at_work(run, ImportState.IMPORTING))


def _at_work(run: HotlineRun, state: ImportState) -> str:
    now = clock.now()
    HotlineRun.objects.filter(pk=run.pk).update(state=state, beat_at=now, started_at=now)
    return now.isoformat()


def _file() -> bytes:
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow(HEADINGS)
    for number, (person, title, words, place, category, days, reply) in enumerate(MATTERS, start=1):
        told = timezone.localtime(clock.now() - timedelta(days=days))
        replied = f"{told + timedelta(days=3):%Y-%m-%d %H:%M}" if reply else ""
        limit = "" if reply else "5个工作日"
        row = (f"SD37010{number:06}", person, f"1390000{number:04}", title, words, place)
        writer.writerow((*row, f"{told:%Y-%m-%d %H:%M}", limit, category, reply, replied))
    return target.getvalue().encode("gbk")
