"""What the demo's Red Steward of 王官庄九区 talked over, who sits there, what its company did."""

from dataclasses import dataclass

from partybuilding.meetings.terms import Source
from partybuilding.steward.terms import Sort

ESTATE, FIRM, HOUSEHOLDS = "王官庄九区", "济南安居物业有限公司", 1286
PHONE = "1995373{:04}"
"""No operator has given numbers of this block out; 0001 is the property company's contact."""
FORM = "00000000-0000-4000-8000-00000000e{:03}"
SEATS = (
    ("branch", "九区小区党支部", "书记", "孙桂英", True),
    ("property", FIRM, "项目经理", "王建国", False),
    ("residents", "", "居民代表", "李秀兰", False),
    ("partner", "济南热力集团市中分公司", "党支部委员", "陈立新", False),
    ("owners", "九区业主委员会", "副主任", "赵明", False),
)
CROSSINGS = (
    ("孙桂英", "九区小区党支部", "书记", "九区业主委员会", "委员"),
    ("王建国", FIRM, "项目经理", "九区小区党支部", "副书记（兼职）"),
)
MINUTES = "会议按议程逐项讨论，形成以上意见。\n下次会议听取办理情况。"
VOICES = 16


@dataclass(frozen=True)
class Row:
    """A topic: where from, what came of it, what is to be done by whom (a seat's place), how far that is."""

    title: str
    words: str
    source: str
    outcome: str
    to_do: str
    owner: int
    days: int
    state: str
    support: int = 0
    owners: bool = False


HELD = (
    (
        Row(
            "12 号楼楼道灯换了又坏",
            "一到六层轮着坏，老人晚上不敢下楼。",
            Source.SEAT,
            "全区楼道查一遍线路，坏一处换一处，费用从公共收益出。",
            "12 号楼换灯换线",
            2,
            9,
            "confirmed",
        ),
        Row(
            "垃圾桶挪到了窗下",
            "2 号楼一层住户反映夏天没法开窗。",
            Source.RESIDENT,
            "桶点往东移十五米，物业公司每天冲洗一次。",
            "挪桶、硬化地面",
            2,
            12,
            "confirmed",
            support=11,
        ),
    ),
    (
        Row(
            "入冬前暖气检查",
            "顶层和西户去年不热。",
            Source.SEAT,
            "共建单位派人，和物业公司一起入户查一遍。",
            "顶层、西户逐户查暖气",
            4,
            14,
            "confirmed",
        ),
    ),
    (
        Row(
            "电动车没地方充，飞线拆了又拉",
            "居民提出在东墙外闲地建充电棚。",
            Source.RESIDENT,
            "提请业主大会表决：东墙外闲地建充电棚 24 个车位，共建单位出棚。",
            "报街道批占地",
            0,
            14,
            "open",
            support=23,
            owners=True,
        ),
        Row(
            "其余楼栋的楼道线路",
            "接着 12 号楼往下查。",
            Source.SEAT,
            "逐栋查，查完一栋公示一栋。",
            "其余 17 栋逐栋查",
            2,
            6,
            "open",
        ),
    ),
)
SERVICES = (
    (0, Sort.CLEANING, "清扫全区道路，清运垃圾桶 36 个。", ""),
    (1, Sort.LIFT, "5 号楼电梯例行保养，更换门机皮带。", ""),
    (2, Sort.REPAIR, "疏通 7 号楼 2 单元下水主管。", ""),
    (4, Sort.GREENERY, "修剪南侧绿篱 200 米。", ""),
    (6, Sort.FIRE, "检查灭火器 84 具，更换过期 5 具。", ""),
    (8, Sort.SECURITY, "清理占用消防通道车辆 3 辆次。", ""),
    (-9, Sort.THEME, "义务磨刀、修伞、测血压，九区广场上午九点。", "社区卫生服务中心、先锋队"),
)
